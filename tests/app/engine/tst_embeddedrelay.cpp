#include "app/engine/embeddedrelay.h"

#include <QTest>

using namespace kite;
using app::EmbeddedRelay;

class TestEmbeddedRelay : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anotherNetworkAnotherAddress()
    {
        net::Loop loop;
        QString address = QStringLiteral("192.168.1.7");
        EmbeddedRelay relay(loop, [&] { return address; });
        settings::Preferences preferences;
        preferences.lan = true;
        relay.setPreferences(preferences);
        const KiteId kite {"http", 0, "one.localhost"};
        relay.setKites({{kite, nullptr}});
        const QString at = QStringLiteral(":%1/").arg(relay.port());
        QCOMPARE(relay.host(), address);
        QCOMPARE(relay.urlOf(kite), QStringLiteral("http://192.168.1.7") + at);

        address = QStringLiteral("10.0.0.7");
        relay.moved();
        QCOMPARE(relay.host(), address);
        QCOMPARE(relay.urlOf(kite), QStringLiteral("http://10.0.0.7") + at);
    }

    void onlyForThisComputerItIsNotAsked()
    {
        net::Loop loop;
        EmbeddedRelay relay(loop, [] { return QStringLiteral("192.168.1.7"); });
        const KiteId kite {"http", 0, "one.localhost"};
        relay.setKites({{kite, nullptr}});
        relay.moved();
        QCOMPARE(relay.host(), QStringLiteral("127.0.0.1"));
        QCOMPARE(relay.urlOf(kite), QStringLiteral("http://one.localhost:%1/").arg(relay.port()));
    }
};

QTEST_GUILESS_MAIN(TestEmbeddedRelay)
#include "tst_embeddedrelay.moc"
