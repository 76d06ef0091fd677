#include "app/engine/wakewatch.h"

#include <QSignalSpy>
#include <QTest>

#include "tests/support/loopback.h"

using namespace kite;
using app::AddressWatch;
using app::WakeWatch;

class TestWakeWatch final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void addresses()
    {
        auto news = test::socketPair();
        QStringList networks {QStringLiteral("wlan0 192.0.2.1")};
        int looks = 0;
        AddressWatch watch(std::move(news.accepted), [&] {
            ++looks;
            return networks;
        });
        QSignalSpy changed(&watch, &AddressWatch::changed);
        const auto say = [&] {
            const QByteArrayView noise("something about something");
            QCOMPARE(net::calls::send(news.connected.handle(), std::span(&noise, 1)).status,
                     net::Io::Status::Moved);
        };
        say();
        QTRY_COMPARE(looks, 2);
        QCOMPARE(changed.count(), 0); // the same as before
        networks = {QStringLiteral("wlan0 198.51.100.1")};
        say();
        QTRY_COMPARE(changed.count(), 1);
        networks.clear();
        say();
        QTRY_COMPARE(changed.count(), 2);
        news.connected.reset(); // nobody tells any more
        QTRY_COMPARE(looks, 5);
        QVERIFY(test::settles());
    }

    void theRealOneIsQuietWhileNothingHappens()
    {
        AddressWatch watch;
        QSignalSpy changed(&watch, &AddressWatch::changed);
        QVERIFY(test::settles());
        QCOMPARE(changed.count(), 0);
    }

    void tellsOnceOfWhatComesTogether()
    {
        WakeWatch watch;
        QSignalSpy woke(&watch, &WakeWatch::woke);
        watch.tell();
        watch.tell();
        QTRY_COMPARE(woke.count(), 1);
        watch.tell();
        QTRY_COMPARE(woke.count(), 2);
    }
};

QTEST_GUILESS_MAIN(TestWakeWatch)
#include "tst_wakewatch.moc"
