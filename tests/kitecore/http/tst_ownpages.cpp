#include <QTest>

#include "kitecore/http/ownpages.h"

using namespace kite::http;

class TestOwnPages : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void choosesTheClosest_data()
    {
        QTest::addColumn<QByteArray>("host");
        QTest::addColumn<QByteArray>("page");
        const auto row = [](const char *host, const char *page) {
            QTest::newRow(host) << QByteArray(host) << QByteArray(page);
        };
        row("a.example", "http://general/");
        row("kite.test", "http://kite/");
        row("a.kite.test", "http://kite/");
        row("a.b.kite.test", "http://b/");
        row("b.kite.test", "http://b/");
        row("akite.test", "http://general/");
    }
    void choosesTheClosest()
    {
        QFETCH(const QByteArray, host);
        OwnPages pages {
            {{}, "http://general/"}, {"kite.test", "http://kite/"}, {"b.kite.test", "http://b/"}};
        QTEST(ownPageFor(pages, AwaySide::Connector, "http", host), "page");
        pages.remove({});
        QVERIFY(ownPageFor(pages, AwaySide::Connector, "http", "a.example").isEmpty());
        QVERIFY(ownPageFor({}, AwaySide::Connector, "http", host).isEmpty());
    }

    void tellsWhoAsks_data()
    {
        QTest::addColumn<QByteArray>("address");
        QTest::addColumn<AwaySide>("side");
        QTest::addColumn<QByteArray>("relay");
        QTest::addColumn<QByteArray>("page");
        const auto row = [](const char *name, const char *address, AwaySide side, const char *relay,
                            const char *page) {
            QTest::newRow(name) << QByteArray(address) << side << QByteArray(relay)
                                << QByteArray(page);
        };
        row("by a connector", "http://p/?", AwaySide::Connector, "",
            "http://p/?&where=BE&proto=websocket&domain=a%26b");
        row("by a relay", "http://p/?x", AwaySide::Relay, "::1",
            "http://p/?x&where=FE&proto=websocket&domain=a%26b&relay=%3A%3A1");
        row("that asks for nothing", "http://p/", AwaySide::Connector, "::1", "http://p/");
    }
    void tellsWhoAsks()
    {
        QFETCH(const QByteArray, address);
        QFETCH(const AwaySide, side);
        QFETCH(const QByteArray, relay);
        QTEST(ownPageFor({{{}, address}}, side, "websocket", "a&b", {{"relay", relay}}), "page");
    }
};

QTEST_APPLESS_MAIN(TestOwnPages)
#include "tst_ownpages.moc"
