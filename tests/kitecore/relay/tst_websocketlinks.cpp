#include <QTest>

#include "kitecore/link/websocketstream.h"
#include "kitecore/relay/clientlink.h"
#include "kitecore/wire/websocketgreeting.h"
#include "tests/support/relayfixture.h"

using namespace kite;
using namespace kite::test;

namespace {

const QByteArray key = "VRAkIjQadlnSCz2EXTXp/Q==";

QByteArray request(const QByteArray &lines = {})
{
    return "GET /~:PageKite:~/v0.8 HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Key: "
        + key
        + "\r\nSec-WebSocket-Protocol: v1.pagekite.org\r\nSec-WebSocket-Version: 13\r\n"
          "X-PageKite-Version: 1.5.2.201011\r\n"
        + lines + "\r\n";
}

/// Upgrades, and gives a connector inside the WebSocket; null if it was not let in.
std::unique_ptr<FakeConnector> enter(RelayFixture &relay, const QByteArray &lines = {})
{
    auto plain = relay.connector();
    plain->send(request(lines));
    const auto head = plain->readHead();
    if (!wire::isWebSocketWelcome(head, key))
        return nullptr;
    auto &connection = plain->connection();
    connection.stream->setUser(nullptr);
    connection.stream->setInterest({});
    if (!connection.received.isEmpty())
        connection.stream->unread(connection.received);
    return std::make_unique<FakeConnector>(link::webSocketStream(
        relay.loop, std::move(connection.stream), wire::WebSocketSide::Client));
}

std::optional<wire::GreetingReply> nextReply(FakeConnector &connector)
{
    const auto chunk = connector.readChunk();
    const auto head = chunk ? wire::parseChunkHead(chunk->lines) : Err {wire::ChunkError::BadHead};
    const auto reply = head ? wire::replyFromChunk(*head) : Err {wire::GreetingError::NotAGreeting};
    return reply ? std::optional(*reply) : std::nullopt;
}

} // namespace

/// Links inside WebSocket frames, at the relay.
class TestWebSocketLinks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void serves();
    void refusedKiteIsTold();
    void mayBeginWithoutKites();
    void kitelessLinkIsKeptAMinute();
    void unusableUpgrades_data();
    void unusableUpgrades();
    void fromThere();
};

void TestWebSocketLinks::serves()
{
    RelayFixture relay;
    const auto connector = enter(relay, "X-PageKite: http:a.kite.test:5a17::51\r\n");
    QVERIFY(connector);
    const auto reply = nextReply(*connector);
    QVERIFY(reply);
    QCOMPARE(verdictWords(*reply), QByteArrayList {"sign http:a.kite.test"});
    QVERIFY(reply->features.addKites && !reply->features.compression);
    QCOMPARE(reply->ports, QList<quint16> {relay.port()});
    QCOMPARE(verdictWords(*connector->prove(*reply)), QByteArrayList {"ok http:a.kite.test"});

    const auto body = pattern(40'000);
    const auto sent
        = "POST / HTTP/1.1\r\nHost: a.kite.test\r\nContent-Length: 40000\r\n\r\n" + body;
    const auto visitor = relay.visitor(sent);
    QByteArray arrived;
    QByteArray sid;
    while (arrived.size() < sent.size()) {
        const auto chunk = connector->readChunk();
        QVERIFY(chunk);
        sid = chunk->value("SID");
        arrived += chunk->data;
    }
    QVERIFY(arrived == sent);
    connector->sendChunk("SID: " + sid + "\r\n", body.first(30'000));
    connector->sendChunk("SID: " + sid + "\r\n", body.sliced(30'000));
    connector->sendChunk("SID: " + sid + "\r\nEOF: 1WR\r\n", "Bye!");
    QVERIFY(eventually([&] { return visitor->ended; }));
    QVERIFY(visitor->received == body);

    connector->connection().close();
    QVERIFY(eventually([&] { return relay.answerTo(get("a.kite.test")).contains("Sorry! (fe)"); }));
}

void TestWebSocketLinks::refusedKiteIsTold()
{
    RelayFixture relay;
    const auto connector = enter(relay, "X-PageKite: http:a.kite.test:5a17::51\r\n");
    QVERIFY(connector);
    const auto answer = connector->prove(*nextReply(*connector), "guess");
    QCOMPARE(verdictWords(*answer), QByteArrayList {"invalid http:a.kite.test signature"});
    QVERIFY(connector->isClosedByRelay());
}

/// As PageKite's: kites are then asked for inside.
void TestWebSocketLinks::mayBeginWithoutKites()
{
    RelayFixture relay;
    const auto connector = enter(relay);
    QVERIFY(connector);
    QVERIFY(nextReply(*connector));
    connector->sendChunk("NOOP: 1\r\nX-PageKite: http:a.kite.test:5a17::51\r\n", "!");
    QCOMPARE(verdictWords(*connector->prove(*nextReply(*connector))),
             QByteArrayList {"ok http:a.kite.test"});
}

void TestWebSocketLinks::kitelessLinkIsKeptAMinute()
{
    FakeClock clock;
    RelayFixture relay(relayOptions(), clock);
    const auto connector = enter(relay);
    QVERIFY(connector);
    QVERIFY(nextReply(*connector));
    for (auto waited = std::chrono::seconds(0); waited < relay::ClientLink::challengeTimeout;
         waited += std::chrono::seconds(11)) {
        QVERIFY(!connector->connection().isOver());
        clock.advance(std::chrono::seconds(11));
        relay.loop.deadlines().tick();
        connector->sendChunk("NOOP: 1\r\n");
        QVERIFY(settles());
    }
    QVERIFY(connector->isClosedByRelay());
}

void TestWebSocketLinks::unusableUpgrades_data()
{
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<QByteArray>("answer");

    const QByteArray unavailable = "HTTP/1.0 503 Unavailable\r\n\r\n";
    QTest::newRow("broken kite") << request("X-PageKite: http:a\r\n") << unavailable;
    QTest::newRow("no key") << request().replace("-Key", "-Kay") << unavailable;
    QTest::newRow("no upgrade") << request().replace("websocket", "h2c") << unavailable;
    QTest::newRow("chunks without frames")
        << request() + "c\r\nNOOP: 1\r\n\r\n!" << wire::writeWebSocketWelcome(key);
}

void TestWebSocketLinks::unusableUpgrades()
{
    QFETCH(const QByteArray, sent);
    QFETCH(const QByteArray, answer);
    RelayFixture relay;
    QVERIFY(relay.answerTo(sent).startsWith(answer));
}

/// The recorded connector of 1.5.2, as far as its signatures go.
void TestWebSocketLinks::fromThere()
{
    auto options = relayOptions();
    options.accounts = {{{"http"}, "k1.test", secrets::Secret("s3cret")}};
    RelayFixture relay(options);
    const auto connector = enter(relay,
                                 "X-PageKite: http:k1.test:040c444727920adc3105c18a3c0252b93e09::"
                                 "8138640d64c0dab3ffd7dfdaac90c634f318\r\n");
    QVERIFY(connector);
    const auto reply = nextReply(*connector);
    QCOMPARE(verdictWords(*connector->prove(*reply)), QByteArrayList {"ok http:k1.test"});
    const auto visitor = relay.visitor(get("k1.test"));
    const auto chunk = connector->readChunk();
    QCOMPARE(chunk->data, get("k1.test"));
    connector->sendChunk("NOOP: 1\r\nSID: " + chunk->value("SID") + "\r\nSKB: 0\r\n");
    connector->sendChunk("SID: " + chunk->value("SID") + "\r\n", "HTTP/1.1 200 OK\r\n\r\n");
    QVERIFY(eventually([&] { return visitor->received == "HTTP/1.1 200 OK\r\n\r\n"; }));
}

QTEST_GUILESS_MAIN(TestWebSocketLinks)
#include "tst_websocketlinks.moc"
