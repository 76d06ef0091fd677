#include <QCryptographicHash>
#include <QTest>

#include "kitecore/link/link.h"
#include "tests/support/oldconnector.h"
#include "tests/support/relayfixture.h"

using namespace kite;
using namespace kite::test;

namespace {

const QByteArray ok = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";

const Dialect &dialectOfRow()
{
    const QByteArray row = QTest::currentDataTag();
    for (const auto &dialect : Dialect::all()) {
        if (row.startsWith(dialect.name + ':'))
            return dialect;
    }
    qFatal("no dialect %s", row.constData());
}

/// Rows for every version.
void eachDialect()
{
    QTest::addColumn<int>("nothing");
    for (const auto &dialect : Dialect::all())
        QTest::newRow((dialect.name + ':').constData()) << 0;
}

QByteArray post(const QByteArray &body)
{
    return "POST /upload HTTP/1.1\r\nHost: a.kite.test\r\nContent-Length: "
        + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

/// A read of more than 150 chunks ends pagekite.py; libpagekite has no such limit.
bool bearsItsReads(const OldConnector &connector)
{
    return connector.mostChunksInARead <= 150 || dialectOfRow().name == "libpagekite";
}

QByteArray sha1(const QByteArray &bytes)
{
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha1).toHex();
}

} // namespace

/// PageKite's connectors of all generations at our relay, as they were recorded.
class TestOldConnectors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void relayAnswersTheirPing_data() { eachDialect(); }
    void relayAnswersTheirPing();
    void wrongSecretIsRefused_data() { eachDialect(); }
    void wrongSecretIsRefused();
    void serves_data() { eachDialect(); }
    void serves();
    void bulkBothWays_data() { eachDialect(); }
    void bulkBothWays();
    void lateAnswerAfterHalfClose_data() { eachDialect(); }
    void lateAnswerAfterHalfClose();
    void manyVisitorsAtOnce_data() { eachDialect(); }
    void manyVisitorsAtOnce();
    void pingsBothWays_data() { eachDialect(); }
    void pingsBothWays();
    void cutLinkMakesRoom_data() { eachDialect(); }
    void cutLinkMakesRoom();
};

void TestOldConnectors::relayAnswersTheirPing()
{
    const auto &dialect = dialectOfRow();
    RelayFixture relay;
    if (dialect.relayPing.isEmpty())
        return; // it does not ask
    const auto answer = relay.answerTo(dialect.relayPing);
    QVERIFY(answer.startsWith("HTTP/1.1 "));
    QVERIFY(answer.first(120).contains("\r\nX-PageKite-UUID: " + relay.server.uuid()));
}

void TestOldConnectors::wrongSecretIsRefused()
{
    RelayFixture relay;
    OldConnector connector(relay.loop, relay.port(), dialectOfRow(), "http:a.kite.test", "guess");
    QVERIFY(!connector.fly());
    QCOMPARE(connector.verdicts, QByteArrayList {"signature"});
    QVERIFY(connector.isOver());
}

void TestOldConnectors::serves()
{
    RelayFixture relay;
    OldConnector connector(relay.loop, relay.port(), dialectOfRow(), "http:a.kite.test");
    QVERIFY(connector.fly());
    for (int i = 0; i < 3; ++i)
        QCOMPARE(relay.answerTo(get("a.kite.test", "/hello")),
                 ok + "hello from " + dialectOfRow().name);
    QCOMPARE(connector.openings, 3);
    QVERIFY(!connector.isOver());
}

/// 300 kB to the visitor, 1 MB from it, and both at a time.
void TestOldConnectors::bulkBothWays()
{
    RelayFixture relay;
    OldConnector connector(relay.loop, relay.port(), dialectOfRow(), "http:a.kite.test");
    QVERIFY(connector.fly());
    QVERIFY(relay.answerTo(get("a.kite.test", "/big")) == ok + OldConnector::bigBody());
    const auto upload = pattern(1'000'000, 4);
    QCOMPARE(relay.answerTo(post(upload)), ok + sha1(upload));

    const auto down = relay.visitor(get("a.kite.test", "/big"));
    const auto up = relay.visitor(post(upload));
    QVERIFY(eventually([&] { return down->isOver() && up->isOver(); }));
    QVERIFY(down->received == ok + OldConnector::bigBody());
    QCOMPARE(up->received, ok + sha1(upload));
    QVERIFY(bearsItsReads(connector));
    QVERIFY(!connector.isOver());
}

void TestOldConnectors::lateAnswerAfterHalfClose()
{
    RelayFixture relay;
    OldConnector connector(relay.loop, relay.port(), dialectOfRow(), "http:a.kite.test");
    QVERIFY(connector.fly());
    const auto visitor = relay.visitor(get("a.kite.test", "/late"));
    QVERIFY(eventually([&] { return connector.openings == 1; }));
    QCOMPARE(visitor->received, "");
    visitor->finish();
    QVERIFY(eventually([&] { return visitor->ended; }));
    QCOMPARE(visitor->received, ok + "hello from " + dialectOfRow().name);
}

void TestOldConnectors::manyVisitorsAtOnce()
{
    constexpr int count = 200;
    RelayFixture relay;
    OldConnector connector(relay.loop, relay.port(), dialectOfRow(), "http:a.kite.test");
    QVERIFY(connector.fly());
    std::vector<std::unique_ptr<StreamDriver>> visitors;
    for (int i = 0; i < count; ++i)
        visitors.push_back(relay.visitor(get("a.kite.test", "/hello")));
    const auto isOver = [](const auto &visitor) { return visitor->isOver(); };
    QVERIFY(eventually([&] { return std::ranges::all_of(visitors, isOver); }));
    for (const auto &visitor : visitors)
        QCOMPARE(visitor->received, ok + "hello from " + dialectOfRow().name);
    QCOMPARE(connector.openings, count);
    QVERIFY(bearsItsReads(connector));
    QVERIFY(!connector.isOver());
}

void TestOldConnectors::pingsBothWays()
{
    FakeClock clock;
    RelayFixture relay(relayOptions(), clock);
    OldConnector connector(relay.loop, relay.port(), dialectOfRow(), "http:a.kite.test");
    QVERIFY(connector.fly());
    connector.ping();
    QVERIFY(eventually([&] { return !connector.pongs.isEmpty(); }));
    QCOMPARE(connector.pongs, QByteArrayList {dialectOfRow().pingText});

    for (int i = 1; i <= 3; ++i) {
        clock.advance(link::Link::pagekitePingAfter + std::chrono::seconds(1));
        relay.loop.deadlines().tick();
        QVERIFY(eventually([&] { return connector.pings == i; }));
        QVERIFY(settles());
    }
    QVERIFY(!connector.isOver());
    QVERIFY(relay.answerTo(get("a.kite.test", "/hello")).startsWith(ok));
}

void TestOldConnectors::cutLinkMakesRoom()
{
    FakeClock clock;
    RelayFixture relay(relayOptions(), clock);
    {
        OldConnector connector(relay.loop, relay.port(), dialectOfRow(), "http:a.kite.test");
        QVERIFY(connector.fly());
        QVERIFY(relay.answerTo(get("a.kite.test", "/hello")).startsWith(ok));
    } // gone, with its streams
    QVERIFY(eventually([&] { return relay.answerTo(get("a.kite.test")).contains("Sorry! (fe)"); }));
    OldConnector again(relay.loop, relay.port(), dialectOfRow(), "http:a.kite.test");
    QVERIFY(again.fly());
}

QTEST_GUILESS_MAIN(TestOldConnectors)
#include "tst_oldconnectors.moc"
