#include <QTest>

#include "tests/support/doorfixture.h"

using namespace kite;
using namespace kite::origin;
using namespace kite::test;

namespace {

Rules onlyFrom(const char *range)
{
    Rules rules;
    rules.addresses.push_back(*AddressRange::parse(QString::fromLatin1(range)));
    return rules;
}

net::Visitor visitorOf(const QByteArray &protocol)
{
    auto visitor = DoorFixture::httpVisitor();
    visitor.protocol = protocol;
    return visitor;
}

const QByteArray get = "GET / HTTP/1.1\r\nHost: k.test\r\n\r\n";

} // namespace

class TestDoorkeeper : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void turnsAway_data()
    {
        QTest::addColumn<QByteArray>("protocol");
        QTest::addColumn<QByteArray>("begins");
        const QByteArray page = "HTTP/1.1 503 Unavailable\r\n";
        QTest::newRow("http") << QByteArray("http") << page;
        QTest::newRow("websocket") << QByteArray("websocket") << page;
        QTest::newRow("https") << QByteArray("https")
                               << QByteArray("\x15\x03\x03\x00\x02\x02\x31", 7);
        QTest::newRow("raw") << QByteArray("raw") << QByteArray();
    }
    void turnsAway()
    {
        QFETCH(QByteArray, protocol);
        QFETCH(QByteArray, begins);
        for (const Way way : {Way::Memory, Way::Link}) {
            DoorFixture f(onlyFrom("198.51.100.0/24"), way);
            f.come(visitorOf(protocol));
            f.visitor->send(get);
            QVERIFY(eventually([&] { return f.visitor->isOver(); }));
            QVERIFY(f.visitor->received.startsWith(begins));
            QCOMPARE(f.visitor->received.isEmpty(), begins.isEmpty());
            QCOMPARE(f.visitor->received.contains("Sorry! (be)"), begins.startsWith("HTTP"));
            QVERIFY(f.target->visitors.empty());
        }
    }

    void turnsAwayWithAPageOfItsOwn()
    {
        auto rules = onlyFrom("198.51.100.0/24");
        rules.awayPages = {{{}, "https://p.test/?"}};
        DoorFixture f(rules);
        f.come();
        f.visitor->send(get);
        QVERIFY(f.getsPage({}, 503));
        QVERIFY(f.visitor->received.contains(" src=\"https://p.test/?&amp;where=BE&amp;"));
    }

    void letsIn_data()
    {
        QTest::addColumn<QByteArray>("protocol");
        for (const char *protocol : {"http", "http2", "websocket", "https", "raw", "irc"})
            QTest::newRow(protocol) << QByteArray(protocol);
    }
    void letsIn()
    {
        QFETCH(QByteArray, protocol);
        DoorFixture f(onlyFrom("192.0.2"));
        f.come(visitorOf(protocol));
        const QByteArray anything("\0\n\n anything\r\n\r\n", 15);
        f.visitor->send(anything);
        QVERIFY(f.sees(anything));
        QCOMPARE(f.target->visitors[0].protocol, protocol);
    }

    void nobodyWithoutAddressMayCome()
    {
        DoorFixture f(onlyFrom("0.0.0.0/0"));
        auto nobody = visitorOf("http");
        nobody.peer.address.clear();
        f.come(nobody);
        f.visitor->send(get);
        QVERIFY(f.getsPage({}, 503));
    }

    void asksForAPasswordEachTime()
    {
        Rules rules;
        rules.passwords.add("joe", "s3cret");
        rules.forwardingFields = true;
        const QByteArray mine = "GET /mine HTTP/1.1\r\nHost: k.test\r\nAuthorization: Basic "
            + QByteArray("joe:s3cret").toBase64() + "\r\n\r\n";
        DoorFixture f(rules);
        f.come();
        f.visitor->send(get);
        QVERIFY(f.getsPage({}, 401));
        QVERIFY(f.target->visitors.empty());
        f.come();
        f.visitor->send(mine);
        QVERIFY(eventually([&] { return f.seen().endsWith("\r\n\r\n"); }));
        QVERIFY(!f.seen().contains("Authorization"));
        f.origin()->send("HTTP/1.1 204 x\r\n\r\n");
        QVERIFY(eventually([&] { return !f.visitor->received.isEmpty(); }));
        const auto before = f.seen();
        f.visitor->send(get);
        QVERIFY(f.getsPage("HTTP/1.1 204 x\r\n\r\n", 401));
        QCOMPARE(f.seen(), before);
    }

    void passwordsKeepOthersThanHttpOut()
    {
        Rules rules;
        rules.passwords.add("joe", "s3cret");
        DoorFixture f(rules);
        f.come(visitorOf("raw"));
        QVERIFY(eventually([&] { return f.visitor->isOver(); }));
        QVERIFY(f.target->visitors.empty());
    }

    void beginsWithAProxyLine_data()
    {
        QTest::addColumn<QByteArray>("protocol");
        QTest::addColumn<bool>("fields");
        QTest::newRow("http") << QByteArray("http") << true;
        QTest::newRow("http, raw headers") << QByteArray("http") << false;
        QTest::newRow("raw") << QByteArray("raw") << true;
    }
    void beginsWithAProxyLine()
    {
        QFETCH(QByteArray, protocol);
        QFETCH(bool, fields);
        for (const Way way : {Way::Memory, Way::Link}) {
            Rules rules;
            rules.proxyLine = true;
            rules.forwardingFields = fields;
            DoorFixture f(rules, way);
            f.come(visitorOf(protocol));
            f.visitor->send(get + get);
            const QByteArray begins = "PROXY TCP4 192.0.2.7 0.0.0.0 5555 443\r\nGET / HTTP/1.1\r\n";
            QVERIFY(eventually([&] { return f.seen().count("Host: k.test\r\n\r\n") == 2; }));
            QVERIFY(f.seen().startsWith(begins));
            QCOMPARE(f.seen().count("PROXY"), 1);
        }
    }

    void isNotThereWithoutRules()
    {
        net::Loop loop;
        const std::shared_ptr<net::Target> target = std::make_shared<CatchingTarget>(loop);
        QCOMPARE(Doorkeeper::inFrontOf(target, {}), target);
        QVERIFY(Doorkeeper::inFrontOf(target, onlyFrom("192.0.2")) != target);
    }
};

QTEST_GUILESS_MAIN(TestDoorkeeper)
#include "tst_doorkeeper.moc"
