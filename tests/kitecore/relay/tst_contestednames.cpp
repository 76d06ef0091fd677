#include <QTest>

#include "kitecore/relay/clientlink.h"
#include "tests/support/fakeclock.h"
#include "tests/support/relayfixture.h"

using namespace kite;
using namespace kite::test;

namespace {

using Words = QByteArrayList;

/// A link that has a kite, and a newer one that proved its right to it; the relay has just asked
/// the older for a sign of life.
struct Contest
{
    explicit Contest(RelayFixture &relay) : older(relay.connector()), newer(relay.connector())
    {
        QVERIFY(older->fly({"http:a.kite.test"}));
        wire::Greeting proof;
        proof.kites = signedRequests(newer->greet({"http:a.kite.test"}), "s3cret");
        newer->send(wire::controlChunk(wire::writeGreetingLines(proof)));
        QVERIFY(eventually([&] { return older->connection().received.contains("PING: "); }));
    }

    std::unique_ptr<FakeConnector> older;
    std::unique_ptr<FakeConnector> newer;
};

} // namespace

/// Connectors that ask for a kite which another link has.
class TestContestedNames : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void duplicateKeepsTheOlderLink();
    void silentLinkMakesRoom_data();
    void silentLinkMakesRoom();
    void endingLinkMakesRoom();
    void askerThatLeavesChangesNothing();
    void revokedAccountWinsNothing();
    void requestsDoNotPileUpWhileALinkCloses();
    void replaceByTheOwner();
    void replaceByAStranger();
};

void TestContestedNames::duplicateKeepsTheOlderLink()
{
    RelayFixture relay;
    const auto older = relay.connector();
    QVERIFY(older->fly({"http:a.kite.test"}));
    older->showLife();
    for (int i = 0; i < 2; ++i) {
        const auto newer = relay.connector();
        QCOMPARE(verdictWords(*newer->prove(newer->greet({"http:a.kite.test"}))),
                 Words {"duplicate http:a.kite.test"});
        QVERIFY(newer->isClosedByRelay());
        QVERIFY(older->connection().received.contains("PING: "));
    }
    const auto visitor = relay.visitor(get("a.kite.test"));
    QCOMPARE(older->readChunk()->data, get("a.kite.test"));
}

/// The answer waits for a sign of life, and goes without one.
void TestContestedNames::silentLinkMakesRoom_data()
{
    QTest::addColumn<bool>("inBand");
    QTest::newRow("proved on a second connection") << false;
    QTest::newRow("proved inside the link") << true;
}

void TestContestedNames::silentLinkMakesRoom()
{
    QFETCH(const bool, inBand);
    FakeClock clock;
    RelayFixture relay(relayOptions(), clock);
    const auto silent = relay.connector();
    QVERIFY(silent->fly({"http:a.kite.test", "http:b.kite.test"}));
    const auto first = relay.connector();
    const auto reply = first->greet({"http:a.kite.test", "http:b.kite.test", "http:x.test"});
    wire::Greeting proof;
    proof.kites = signedRequests(reply, "s3cret");
    const auto newer = inBand ? nullptr : relay.connector();
    if (inBand)
        first->send(wire::controlChunk(wire::writeGreetingLines(proof)));
    else
        newer->send(wire::writeGreeting(proof));
    QVERIFY(eventually([&] { return silent->connection().received.contains("PING: "); }));
    QVERIFY(settles());
    auto &connection = (inBand ? first : newer)->connection();
    QCOMPARE(connection.received, "");

    clock.advance(std::chrono::seconds(3));
    relay.loop.deadlines().tick();
    const Words expected {"ok http:a.kite.test", "ok http:b.kite.test",
                          "invalid http:x.test unauthorized"};
    if (inBand) {
        const auto chunk = first->readChunk(); // a head is a view of it
        const auto head = wire::parseChunkHead(chunk->lines);
        QCOMPARE(verdictWords(*wire::replyFromChunk(*head)), expected);
    } else {
        QCOMPARE(verdictWords(*wire::parseReply(newer->readHead())), expected);
    }
    QVERIFY(silent->isClosedByRelay());
    const auto visitor = relay.visitor(get("b.kite.test"));
    QCOMPARE((inBand ? first : newer)->readChunk()->data, get("b.kite.test"));
}

/// A link that ends while it is asked makes room at once.
void TestContestedNames::endingLinkMakesRoom()
{
    RelayFixture relay;
    const Contest contest(relay);
    contest.older->connection().close();
    QVERIFY(contest.newer->readChunk()->lines.contains("X-PageKite-OK"));
}

/// Who asks may go before it is answered.
void TestContestedNames::askerThatLeavesChangesNothing()
{
    FakeClock clock;
    RelayFixture relay(relayOptions(), clock);
    const Contest contest(relay);
    contest.newer->connection().close();
    QVERIFY(settles());
    clock.advance(std::chrono::seconds(3));
    relay.loop.deadlines().tick();
    QVERIFY(settles());
    QVERIFY(!contest.older->connection().isOver());
    const auto visitor = relay.visitor(get("a.kite.test"));
    QCOMPARE(contest.older->readChunk()->data, get("a.kite.test"));
}

/// The secret changes while the older link is asked, which ends with that. Its end is no reason to
/// give the kite to somebody who proved the old secret.
void TestContestedNames::revokedAccountWinsNothing()
{
    auto options = relayOptions();
    RelayFixture relay(options);
    const Contest contest(relay);
    options.accounts = {{options.protocols, "*.kite.test", secrets::Secret("n3w")}};
    QVERIFY(relay.server.reconfigure(options));
    QVERIFY(contest.older->isClosedByRelay());
    QVERIFY(contest.newer->isClosedByRelay());
    QVERIFY(contest.newer->connection().received.contains("X-PageKite-Duplicate"));
    QCOMPARE(relay.server.counts().kites, 0);
}

/// A connector that reads nothing, so that its link takes its time to close, goes on asking.
void TestContestedNames::requestsDoNotPileUpWhileALinkCloses()
{
    FakeClock clock;
    RelayFixture relay(relayOptions(), clock);
    const auto older = relay.connector();
    QVERIFY(older->fly({"http:a.kite.test"}));
    const auto newer = relay.connector();
    const auto proofs
        = signedRequests(newer->greet({"http:a.kite.test", "http:b.kite.test"}), "s3cret");
    const auto ask = [&](const wire::KiteRequest &request) {
        wire::Greeting asked;
        asked.kites = {request};
        newer->send(wire::controlChunk(wire::writeGreetingLines(asked)));
    };
    ask(proofs[1]);
    QVERIFY(newer->readChunk());
    newer->connection().pause();
    std::vector<std::unique_ptr<StreamDriver>> visitors;
    for (int i = 0; i < 64; ++i)
        visitors.push_back(relay.visitor(get("b.kite.test") + QByteArray(1'000'000, 'x')));
    QVERIFY(settles());
    ask(proofs[0]);
    QVERIFY(eventually([&] { return older->connection().received.contains("PING: "); }));

    for (int i = 0; i < 50; ++i)
        ask({*KiteId::parse("http:x.test"), "5a17", "forged", "nothing"});
    QVERIFY(settles());
    clock.advance(relay::ClientLink::signOfLifeTimeout);
    relay.loop.deadlines().tick(); // the contest is over, and what was asked since is answered
    QVERIFY(settles());
    const auto refused = relay.server.counts().kitesRefused;
    const QPair<QByteArray, qint64> expected {"unauthorized",
                                              relay::ClientLink::maxWaitingRequests};
    QVERIFY2(refused.contains(expected), qPrintable(QDebug::toString(refused)));
}

void TestContestedNames::replaceByTheOwner()
{
    RelayFixture relay;
    const auto older = relay.connector();
    QVERIFY(older->fly({"http:a.kite.test", "raw-22:a.kite.test"}));
    const auto streaming = relay.visitor(get("a.kite.test"));
    QVERIFY(older->readChunk());

    const auto newer = relay.connector();
    QVERIFY(newer->fly({"http:a.kite.test", "raw-22:a.kite.test"}, "s3cret", older->session));
    QVERIFY(older->isClosedByRelay());
    QVERIFY(eventually([&] { return streaming->isOver(); }));
    const auto visitor = relay.visitor(get("a.kite.test"));
    QCOMPARE(newer->readChunk()->data, get("a.kite.test"));
}

void TestContestedNames::replaceByAStranger()
{
    RelayFixture relay;
    const auto older = relay.connector();
    QVERIFY(older->fly({"http:a.kite.test"}));
    const auto stranger = relay.connector();
    QVERIFY(!stranger->fly({"http:a.kite.test"}, "guess", older->session));
    QVERIFY(stranger->isClosedByRelay());
    const auto visitor = relay.visitor(get("a.kite.test"));
    QCOMPARE(older->readChunk()->data, get("a.kite.test"));
}

QTEST_GUILESS_MAIN(TestContestedNames)
#include "tst_contestednames.moc"
