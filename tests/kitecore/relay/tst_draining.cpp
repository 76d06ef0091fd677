#include <QSignalSpy>
#include <QTest>

#include "tests/support/relayfixture.h"

using namespace kite;
using namespace kite::test;
using namespace std::chrono_literals;

namespace {

const QByteArray notice = "NOOP: 1\r\nX-PageKite-Leaving: 1\r\n";

bool isRefused(RelayFixture &relay, quint16 port)
{
    const auto late = std::make_unique<StreamDriver>(dial(relay.loop, port));
    late->send(get("a.kite.test"));
    return eventually([&] { return late->failed || late->unwanted; }) && late->received.isEmpty();
}

} // namespace

/// The gentle end of a relay.
class TestDraining : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void endsAtOnceWithoutVisitors();
    void visitorsFinish_data();
    void visitorsFinish();
    void notForEver();
    void strangersAreNotTold();
    void connectorsThatComeLateAreSentAway();
    void waitingVisitorsAreLetGo();
};

void TestDraining::endsAtOnceWithoutVisitors()
{
    RelayFixture relay;
    const auto connector = relay.connector();
    QVERIFY(connector->fly({"http:a.kite.test"}));
    QSignalSpy drained(&relay.server, &relay::RelayServer::drained);
    relay.server.drain();
    QVERIFY(eventually([&] { return drained.size() == 1; }));
    QVERIFY(!connector->connection().isOver()); // its end comes with the relay's
}

void TestDraining::visitorsFinish_data()
{
    QTest::addColumn<int>("workers");
    QTest::newRow("one worker") << 1;
    QTest::newRow("three workers") << 3;
}

void TestDraining::visitorsFinish()
{
    QFETCH(const int, workers);
    auto options = relayOptions();
    options.workers = workers;
    const FakeClock clock; // stands still: so does the limit
    RelayFixture relay(options, clock);
    const auto port = relay.port();
    const auto connector = relay.connector();
    connector->features.leaving = true;
    QVERIFY(connector->fly({"http:a.kite.test"}));
    const auto visitor = relay.visitor(get("a.kite.test"));
    const auto request = connector->readChunk();
    QVERIFY(request);

    QSignalSpy drained(&relay.server, &relay::RelayServer::drained);
    relay.server.drain();
    relay.server.drain(); // once is enough
    QCOMPARE(connector->readChunk()->lines, notice);
    QVERIFY(isRefused(relay, port));
    QVERIFY(drained.isEmpty());

    const auto sid = "SID: " + request->value("SID") + "\r\n";
    connector->sendChunk(sid, "HTTP/1.1 200 OK\r\n\r\nwhole");
    connector->sendChunk(sid + "EOF: 1WR\r\n", "Bye!");
    QVERIFY(eventually([&] { return visitor->ended; }));
    QCOMPARE(visitor->received, "HTTP/1.1 200 OK\r\n\r\nwhole");
    visitor->close();
    QVERIFY(eventually([&] { return drained.size() == 1; }));
}

void TestDraining::notForEver()
{
    FakeClock clock;
    RelayFixture relay(relayOptions(), clock);
    const auto connector = relay.connector();
    connector->features.leaving = true;
    QVERIFY(connector->fly({"http:a.kite.test"}));
    const auto visitor = relay.visitor(get("a.kite.test"));
    QVERIFY(connector->readChunk());
    QSignalSpy drained(&relay.server, &relay::RelayServer::drained);
    relay.server.drain();
    QVERIFY(connector->readChunk());
    clock.advance(9s);
    relay.loop.deadlines().tick();
    QVERIFY(settles());
    QVERIFY(drained.isEmpty());
    clock.advance(2s);
    relay.loop.deadlines().tick();
    QVERIFY(eventually([&] { return drained.size() == 1; }));
}

void TestDraining::strangersAreNotTold()
{
    RelayFixture relay;
    const auto connector = relay.connector();
    QVERIFY(connector->fly({"http:a.kite.test"}));
    QSignalSpy drained(&relay.server, &relay::RelayServer::drained);
    relay.server.drain();
    QVERIFY(eventually([&] { return drained.size() == 1; }));
    QCOMPARE(connector->connection().received, "");
}

/// Accepted before, but too late to fly.
void TestDraining::connectorsThatComeLateAreSentAway()
{
    FakeClock clock; // stands still: so does the limit
    RelayFixture relay(relayOptions(), clock);
    const auto late = relay.connector();
    late->send("CONNECT Page");
    QVERIFY(settles());
    relay.server.drain();
    QVERIFY(settles());
    late->send("Kite:1 HTTP/1.0\r\nX-PageKite: http:a.kite.test:5a17::\r\n\r\n");
    QVERIFY(late->isClosedByRelay());
    QCOMPARE(late->connection().received, "");
}

void TestDraining::waitingVisitorsAreLetGo()
{
    auto options = relayOptions();
    options.holdVisitors = 10s;
    RelayFixture relay(options);
    const auto visitor = relay.visitor(get("a.kite.test")); // a new relay waits for its accounts
    QVERIFY(settles());
    QVERIFY(!visitor->isOver());
    relay.server.drain();
    QVERIFY(eventually([&] { return visitor->isOver(); }));
    QVERIFY(visitor->received.contains("Sorry! (fe)"));
}

QTEST_GUILESS_MAIN(TestDraining)
#include "tst_draining.moc"
