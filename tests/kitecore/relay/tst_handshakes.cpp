#include <QTest>

#include "tests/support/relayfixture.h"

using namespace kite;
using namespace kite::test;

namespace {

using Words = QByteArrayList;

} // namespace

/// Conversations of connectors with the relay, over loopback.
class TestHandshakes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void acceptedKiteIsServed();
    void libpagekiteSignsOnASecondConnection();
    void secondUseIsRefused();
    void oldSpellingIsAnsweredAlike();
    void unusableGreetings_data();
    void unusableGreetings();
    void firstProofWithoutAKiteCloses();
    void refusedAdditionKeepsTheLink();
    void addedKiteIsServed();
    void challengesAloneAreKeptAMinute();
    void closedLinkTakesItsKitesAlong();
    void guessesAreAnsweredLater();
    void kitesComeAndGoAsNews();
};

void TestHandshakes::acceptedKiteIsServed()
{
    RelayFixture relay;
    const auto connector = relay.connector();
    QVERIFY(connector->fly({"http:a.kite.test"}));

    const auto visitor = relay.visitor(get("A.kite.test:80", "/hello"));
    const auto chunk = connector->readChunk();
    QVERIFY(chunk);
    QCOMPARE(chunk->value("Proto"), "http");
    QCOMPARE(chunk->value("Host"), "a.kite.test");
    QCOMPARE(chunk->value("Port").toUShort(), relay.port());
    QCOMPARE(chunk->value("RIP"), "127.0.0.1");
    QVERIFY(chunk->value("RPort").toUShort() > 0);
    QVERIFY(chunk->value("RTLS").isEmpty());
    QCOMPARE(chunk->data, get("A.kite.test:80", "/hello"));

    const auto sid = chunk->value("SID");
    connector->sendChunk("SID: " + sid + "\r\n", "HTTP/1.1 200 OK\r\n\r\nhello");
    connector->sendChunk("SID: " + sid + "\r\nEOF: 1R\r\n", "Bye!");
    QVERIFY(eventually([&] { return visitor->ended; }));
    QCOMPARE(visitor->received, "HTTP/1.1 200 OK\r\n\r\nhello");
}

void TestHandshakes::libpagekiteSignsOnASecondConnection()
{
    RelayFixture relay;
    auto first = relay.connector();
    first->features = {};
    const auto reply = first->greet({"http:a.kite.test"});
    first->connection().close();

    const auto second = relay.connector();
    wire::Greeting greeting;
    greeting.version = "0.91.251215C";
    greeting.replaces = reply.sessionId;
    greeting.kites = signedRequests(reply, "s3cret");
    second->send(wire::writeGreeting(greeting));
    const auto head = second->readHead();
    QCOMPARE(verdictWords(*wire::parseReply(head)), Words {"ok http:a.kite.test"});
    QVERIFY(settles());
    QCOMPARE(second->connection().received, ""); // such readers lose what follows the head at once
    const auto visitor = relay.visitor(get("a.kite.test"));
    QCOMPARE(second->readChunk()->data, get("a.kite.test"));
}

void TestHandshakes::secondUseIsRefused()
{
    RelayFixture relay;
    auto connector = relay.connector();
    const auto reply = connector->greet({"http:a.kite.test"});
    wire::Greeting signedOnce;
    signedOnce.kites = signedRequests(reply, "s3cret");
    QCOMPARE(verdictWords(*connector->prove(reply)), Words {"ok http:a.kite.test"});
    connector->connection().close();

    const auto replayed = relay.connector();
    replayed->send(wire::writeGreeting(signedOnce));
    QCOMPARE(verdictWords(*wire::parseReply(replayed->readHead())),
             Words {"invalid http:a.kite.test unauthorized"});
}

void TestHandshakes::oldSpellingIsAnsweredAlike()
{
    RelayFixture relay;
    const auto connector = relay.connector();
    connector->send("CONNECT PageKite:1 HTTP/1.0\r\nX-Beanstalk: http:a.kite.test:5a17::\r\n\r\n");
    const auto head = connector->readHead();
    QVERIFY(head.contains("\r\nX-Beanstalk-SignThis: http:a.kite.test:5a17:t"));
    QVERIFY(!head.contains("X-PageKite-SignThis"));
}

void TestHandshakes::unusableGreetings_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("answer");

    QTest::newRow("no kite") << QByteArray() << QByteArray();
    QTest::newRow("two fields") << QByteArray("X-PageKite: foo\r\n")
                                << QByteArray("HTTP/1.0 503 Unavailable\r\n\r\n");
    QTest::newRow("four fields") << QByteArray("X-PageKite: http:k1.test:a:b\r\n")
                                 << QByteArray("HTTP/1.0 503 Unavailable\r\n\r\n");
    QTest::newRow("markup") << QByteArray("X-PageKite: http:<b>:a::\r\n")
                            << QByteArray("HTTP/1.0 503 Unavailable\r\n\r\n");
}

void TestHandshakes::unusableGreetings()
{
    QFETCH(const QByteArray, line);
    QFETCH(const QByteArray, answer);
    RelayFixture relay;
    QCOMPARE(relay.answerTo("CONNECT PageKite:1 HTTP/1.0\r\n" + line + "\r\n"), answer);
}

void TestHandshakes::firstProofWithoutAKiteCloses()
{
    RelayFixture relay;
    const auto connector = relay.connector();
    const auto answer = connector->prove(connector->greet({"http:a.kite.test"}), "guess");
    QCOMPARE(verdictWords(*answer), Words {"invalid http:a.kite.test signature"});
    QVERIFY(connector->isClosedByRelay());
    QVERIFY(relay.answerTo(get("a.kite.test")).contains("Sorry! (fe)"));
}

void TestHandshakes::refusedAdditionKeepsTheLink()
{
    RelayFixture relay;
    const auto connector = relay.connector();
    QVERIFY(connector->fly({"http:a.kite.test"}));

    wire::Greeting addition;
    addition.kites
        = {{*KiteId::parse("http:b.kite.test"), "5a17", QByteArray(36, 't'), QByteArray(36, '0')}};
    connector->sendChunk("NOOP: 1\r\n" + wire::writeGreetingLines(addition));
    const auto answer = connector->readChunk();
    QCOMPARE(answer->value("X-PageKite-Invalid-Why"), "http:b.kite.test:5a17;unauthorized");

    const auto visitor = relay.visitor(get("a.kite.test"));
    QCOMPARE(connector->readChunk()->data, get("a.kite.test"));
}

void TestHandshakes::addedKiteIsServed()
{
    RelayFixture relay;
    const auto connector = relay.connector();
    QVERIFY(connector->fly({"http:a.kite.test"}));

    wire::Greeting addition;
    addition.kites = {{*KiteId::parse("http:b.kite.test"), "5a17", {}, {}}};
    connector->sendChunk("NOOP: 1\r\n" + wire::writeGreetingLines(addition));
    const auto asked = connector->readChunk();
    const auto head = wire::parseChunkHead(asked->lines);
    const auto reply = wire::replyFromChunk(*head);
    QCOMPARE(verdictWords(*reply), Words {"sign http:b.kite.test"});
    QCOMPARE(verdictWords(*connector->prove(*reply)), Words {"ok http:b.kite.test"});

    const auto visitor = relay.visitor(get("b.kite.test"));
    QCOMPARE(connector->readChunk()->value("Host"), "b.kite.test");
}

void TestHandshakes::challengesAloneAreKeptAMinute()
{
    FakeClock clock;
    RelayFixture relay(relayOptions(), clock);
    const auto idle = relay.connector();
    idle->greet({"http:a.kite.test"});
    const auto flying = relay.connector();
    QVERIFY(flying->fly({"http:b.kite.test"}));
    for (int i = 0; i < 6; ++i) {
        QVERIFY(!idle->connection().isOver());
        clock.advance(std::chrono::seconds(11));
        relay.loop.deadlines().tick();
        flying->sendChunk("NOOP: 1\r\n");
        idle->sendChunk("NOOP: 1\r\n");
        QVERIFY(settles());
    }
    QVERIFY(idle->isClosedByRelay());
    QVERIFY(!flying->connection().isOver());
}

void TestHandshakes::closedLinkTakesItsKitesAlong()
{
    RelayFixture relay;
    auto connector = relay.connector();
    QVERIFY(connector->fly({"http:a.kite.test"}));
    const auto visitor = relay.visitor(get("a.kite.test"));
    QVERIFY(connector->readChunk());
    connector->connection().close();
    QVERIFY(eventually([&] { return visitor->isOver(); }));
    QVERIFY(relay.answerTo(get("a.kite.test")).contains("Sorry! (fe)"));
}

void TestHandshakes::guessesAreAnsweredLater()
{
    FakeClock clock;
    RelayFixture relay(relayOptions(), clock);
    for (int i = 0; i < 5; ++i) {
        const auto guesser = relay.connector();
        QVERIFY(guesser->prove(guesser->greet({"http:a.kite.test"}), "guess"));
        clock.advance(std::chrono::seconds(1));
        relay.loop.deadlines().tick();
    }
    const auto late = relay.connector();
    wire::Greeting greeting;
    greeting.kites = signedRequests(late->greet({"http:a.kite.test"}), "s3cret");
    clock.advance(std::chrono::seconds(-1));
    late->send(wire::controlChunk(wire::writeGreetingLines(greeting)));
    QVERIFY(settles());
    QVERIFY(!late->connection().received.contains("X-PageKite-OK"));
    clock.advance(std::chrono::seconds(10));
    relay.loop.deadlines().tick();
    QVERIFY(late->readChunk()->lines.contains("X-PageKite-OK"));
}

void TestHandshakes::kitesComeAndGoAsNews()
{
    RelayFixture relay;
    QByteArrayList news;
    QObject::connect(&relay.server, &relay::RelayServer::kiteArrived, &relay.server,
                     [&](const relay::KiteEvent &event) { news << '+' + event.id.toByteArray(); });
    QObject::connect(&relay.server, &relay::RelayServer::kiteLeft, &relay.server,
                     [&](const relay::KiteEvent &event) { news << '-' + event.id.toByteArray(); });
    auto connector = relay.connector();
    QVERIFY(connector->fly({"http:a.kite.test"}));
    QVERIFY(eventually([&] { return news.size() == 1; }));
    connector->connection().close();
    QVERIFY(eventually([&] { return news.size() == 2; }));
    QCOMPARE(news, (Words {"+http:a.kite.test", "-http:a.kite.test"}));
}

QTEST_GUILESS_MAIN(TestHandshakes)
#include "tst_handshakes.moc"
