#include <QTest>

#include "kitecore/relay/xmpphello.h"
#include "tests/support/relayfixture.h"

using namespace kite;
using namespace kite::test;
using namespace std::chrono_literals;

namespace {

const QByteArray established = "HTTP/1.0 200 Connection Established\r\n\r\n";
const QByteArray alert = QByteArray::fromHex("15030300020231");
/// A ClientHello for `a.kite.test` that offers little; complete enough to be routed.
const QByteArray hello = QByteArray::fromHex(
    "16030100490100004503037272727272727272727272727272727272727272727272727272727272727272000004"
    "130113020100001800000010000e00000b612e6b6974652e74657374002b0000");

/// Keeps what it is given.
class KeepingTarget final : public net::Target
{
public:
    void visit(net::Loop &, std::unique_ptr<net::ByteStream> stream,
               const net::Visitor &visitor) override
    {
        visitors.push_back(visitor);
        streams.push_back(std::make_unique<StreamDriver>(std::move(stream)));
    }
    std::vector<net::Visitor> visitors;
    std::vector<std::unique_ptr<StreamDriver>> streams;
};

const QByteArray minecraftHello = QByteArray::fromHex("1200ff05")
    + "\x0b"
      "a.kite.test"
    + QByteArray::fromHex("ffff02");

QByteArray firstLine(const QByteArray &answer)
{
    return answer.first(std::max<qsizetype>(0, answer.indexOf("\r\n")));
}

} // namespace

/// Visitors of a relay, over loopback.
class TestVisitors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answers_data();
    void answers();
    void awayPageOfAnUpload();
    void routes_data();
    void routes();
    void portOfTheVisitorCounts();
    void ircForgetsTheServer();
    void connectRaw();
    void rawServerMaySpeakFirst();
    void connectThenRequest();
    void connectIsNotStacked();
    void passesTlsThrough();
    void everythingSentIsHandedOn();
    void halfCloseIsHandedOn();
    void localKite();
    void localKiteIsRemoved();
    void silentVisitorsAreClosed();
    void slowVisitorsAreClosed_data();
    void slowVisitorsAreClosed();
    void placesAreLimited();
    void streamsKeepTheirPlaces();
    void cannotListenTwice();
};

void TestVisitors::answers_data()
{
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<QByteArray>("answer"); ///< first line, or everything where there is none
    QTest::addColumn<QByteArray>("contains");

    const auto row = [](const char *name, const QByteArray &sent, const QByteArray &answer,
                        const QByteArray &contains = {}) {
        QTest::newRow(name) << sent << answer << contains;
    };
    row("away", get("gone.kite.test"), "HTTP/1.1 503 Unavailable", "gone.kite.test</bdi>");
    row("away page is the relay's", get("gone.kite.test"), "HTTP/1.1 503 Unavailable",
        "Sorry! (fe)");
    row("markup is no host", get("<i>x</i>"), "HTTP/1.1 400 Bad Request");
    row("no host", "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request", "X-PageKite-UUID: ");
    row("ping", get("ping.pagekite", "/ping"), "HTTP/1.1 503 Unavailable", "X-PageKite-UUID: ");
    row("PING", "PING x HTTP/1.1\r\n\r\n", "PONG x");
    row("CONNECT to a kite that is not there", "CONNECT gone.kite.test:22 HTTP/1.1\r\n\r\n",
        "HTTP/1.0 503 Unavailable");
    row("CONNECT to an http kite's port 443", "CONNECT a.kite.test:443 HTTP/1.1\r\n\r\n",
        "HTTP/1.0 503 Unavailable");
    row("CONNECT to another raw port", "CONNECT a.kite.test:23 HTTP/1.1\r\n\r\n",
        "HTTP/1.0 503 Unavailable");
    row("CONNECT does not see wildcards", "CONNECT q.w.kite.test:80 HTTP/1.1\r\n\r\n",
        "HTTP/1.0 503 Unavailable");
    row("TLS for nobody", hello, alert);
    row("TLS in a CONNECT for nobody", "CONNECT gone.kite.test:443 HTTP/1.1\r\n\r\n" + hello,
        "HTTP/1.0 503 Unavailable");
    row("irc for nobody", "NICK joe@gone.kite.test\r\n",
        ":kite 402 * gone.kite.test :No such server");
    row("irc for whom?", "NICK joe\r\nUSER joe 0 * :Joe\r\n",
        ":kite 451 * :You have not registered: say which server you want, by NICK name@server or "
        "USER name@server");
    row("xmpp for nobody", "<?xml version='1.0'?><stream:stream to='gone.kite.test'>",
        relay::xmppHostUnknown());
    row("minecraft for nobody", QByteArray(minecraftHello).replace("a.k", "b.k"), "");
    row("ssh", "SSH-2.0-OpenSSH_9.2\r\n", "");
    row("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/1.1 505 HTTP Version Not Supported");
}

void TestVisitors::answers()
{
    QFETCH(const QByteArray, sent);
    QFETCH(const QByteArray, answer);
    QFETCH(const QByteArray, contains);

    RelayFixture relay;
    const auto connector = relay.connector();
    QVERIFY(connector->fly({"http:a.kite.test", "raw-22:a.kite.test", "http:*.w.kite.test"}));
    const auto got = relay.answerTo(sent);
    QCOMPARE(got.contains("\r\n") ? firstLine(got) : got, answer);
    QVERIFY2(got.contains(contains), got.constData());
    QVERIFY(!got.contains("<i>"));
}

/// Closing at once would reset the connection, and the visitor would never see the page.
void TestVisitors::awayPageOfAnUpload()
{
    RelayFixture relay;
    const auto visitor = relay.visitor("POST / HTTP/1.1\r\nHost: gone.kite.test\r\n"
                                       "Content-Length: 300000\r\n\r\n"
                                       + QByteArray(300'000, 'x'));
    QVERIFY(eventually([&] { return visitor->received.endsWith("</html>\n"); }));
    QVERIFY(!visitor->failed);
}

void TestVisitors::routes_data()
{
    QTest::addColumn<QByteArrayList>("kites");
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<QByteArray>("protocol");
    QTest::addColumn<QByteArray>("host");

    const QByteArray upgrade = "GET / HTTP/1.1\r\nHost: a.kite.test\r\nUpgrade: websocket\r\n"
                               "Connection: Upgrade\r\n\r\n";
    const auto row = [](const char *name, const QByteArrayList &kites, const QByteArray &sent,
                        const QByteArray &protocol, const QByteArray &host) {
        QTest::newRow(name) << kites << sent << protocol << host;
    };
    row("name", {"http:a.kite.test"}, get("a.kite.test"), "http", "a.kite.test");
    row("name with port and capitals", {"http:a.kite.test"}, get("A.Kite.test:8080"), "http",
        "a.kite.test");
    row("embedded address", {"http:a.kite.test"}, get("0x7f000001--a.kite.test"), "http",
        "a.kite.test");
    row("wildcard tells the whole name", {"http:*.kite.test"}, get("q.r.kite.test"), "http",
        "q.r.kite.test");
    row("websocket kite", {"http:a.kite.test", "websocket:a.kite.test"}, upgrade, "websocket",
        "a.kite.test");
    row("websocket at an http kite", {"http:a.kite.test"}, upgrade, "http", "a.kite.test");
    row("unknown", {"http:unknown"}, get("no.where.example"), "http", "no.where.example");
    row("second choice", {"http2:a.kite.test"}, get("a.kite.test"), "http2", "a.kite.test");
    row("third choice", {"http3:a.kite.test"}, get("a.kite.test"), "http3", "a.kite.test");
    row("first choice", {"http3:a.kite.test", "http2:a.kite.test", "http:a.kite.test"},
        get("a.kite.test"), "http", "a.kite.test");
    row("a second choice's name goes before a first choice's wildcard",
        {"http2:a.kite.test", "http:*.kite.test"}, get("a.kite.test"), "http2", "a.kite.test");
    row("websocket at a third choice", {"http3:a.kite.test"}, upgrade, "http3", "a.kite.test");
    row("xmpp", {"xmpp:a.kite.test"}, "<?xml version='1.0'?><stream:stream to='a.kite.test'>",
        "xmpp", "a.kite.test");
    row("minecraft", {"minecraft:a.kite.test"}, minecraftHello, "minecraft", "a.kite.test");
    row("minecraft wildcard", {"minecraft:*.kite.test"}, minecraftHello, "minecraft",
        "a.kite.test");
    row("unknown address", {"http:unknown"}, get("[2001:db8::1]:80"), "http", "2001:db8::1");
}

void TestVisitors::routes()
{
    QFETCH(const QByteArrayList, kites);
    QFETCH(const QByteArray, sent);
    QFETCH(const QByteArray, protocol);
    QFETCH(const QByteArray, host);

    auto options = relayOptions();
    options.accounts.append({{"http"}, "unknown", secrets::Secret("s3cret")});
    options.accounts.append({{"http", "websocket"}, "*.test", secrets::Secret("s3cret")});
    RelayFixture relay(options);
    const auto connector = relay.connector();
    QVERIFY(connector->fly(kites));
    const auto visitor = relay.visitor(sent);
    const auto chunk = connector->readChunk();
    QVERIFY(chunk);
    QCOMPARE(chunk->value("Proto"), protocol);
    QCOMPARE(chunk->value("Host"), host);
    QCOMPARE(chunk->data, sent);
}

void TestVisitors::portOfTheVisitorCounts()
{
    auto options = relayOptions();
    options.ports = {0, 0};
    RelayFixture relay(options);
    const auto second = relay.server.ports().at(1);
    const auto anyPort = relay.connector();
    QVERIFY(anyPort->fly({"http:a.kite.test"}));
    const auto onePort = relay.connector();
    QVERIFY(onePort->fly({"http-" + QByteArray::number(second) + ":a.kite.test"}));

    StreamDriver there(dial(relay.loop, second));
    there.send(get("a.kite.test", "/there"));
    const auto chunk = onePort->readChunk();
    QCOMPARE(chunk->value("Proto"), "http");
    QCOMPARE(chunk->value("Port"), QByteArray::number(second));
    const auto here = relay.visitor(get("a.kite.test", "/here"));
    QCOMPARE(anyPort->readChunk()->data, get("a.kite.test", "/here"));
}

void TestVisitors::ircForgetsTheServer()
{
    RelayFixture relay;
    const auto connector = relay.connector();
    QVERIFY(connector->fly({"irc:a.kite.test"}));
    const auto visitor = relay.visitor("CAP LS 302\r\nNICK joe\r\nUSER joe@A.kite.test 0 * :Joe\r\n"
                                       "CAP END\r\n");
    const auto chunk = connector->readChunk();
    QVERIFY(chunk);
    QCOMPARE(chunk->value("Proto"), "irc");
    QCOMPARE(chunk->value("Host"), "a.kite.test");
    QCOMPARE(chunk->data, "CAP LS 302\r\nNICK joe\r\nUSER joe 0 * :Joe\r\nCAP END\r\n");
}

void TestVisitors::connectRaw()
{
    RelayFixture relay;
    const auto connector = relay.connector();
    QVERIFY(connector->fly({"raw-22:a.kite.test"}));
    const auto visitor = relay.visitor("CONNECT A.kite.test:22 HTTP/1.1\r\nHost: x\r\n\r\nearly");
    const auto chunk = connector->readChunk();
    QVERIFY(chunk);
    QCOMPARE(chunk->value("Proto"), "raw");
    QCOMPARE(chunk->value("Host"), "a.kite.test");
    QCOMPARE(chunk->value("Port"), "22");
    QCOMPARE(chunk->data, "early");
    connector->sendChunk("SID: " + chunk->value("SID") + "\r\n", "echo");
    QVERIFY(eventually([&] { return visitor->received == established + "echo"; }));
}

void TestVisitors::rawServerMaySpeakFirst()
{
    RelayFixture relay;
    const auto connector = relay.connector();
    QVERIFY(connector->fly({"raw:a.kite.test"}));
    const auto visitor = relay.visitor("CONNECT a.kite.test:2222 HTTP/1.1\r\n\r\n");
    const auto chunk = connector->readChunk();
    QVERIFY(chunk);
    QCOMPARE(chunk->value("Port"), "2222");
    QCOMPARE(chunk->data, "");
    connector->sendChunk("SID: " + chunk->value("SID") + "\r\n", "SSH-2.0-x\r\n");
    QVERIFY(eventually([&] { return visitor->received == established + "SSH-2.0-x\r\n"; }));
}

void TestVisitors::connectThenRequest()
{
    RelayFixture relay;
    const auto connector = relay.connector();
    QVERIFY(connector->fly({"http:a.kite.test"}));
    const auto visitor = relay.visitor("CONNECT a.kite.test:80 HTTP/1.1\r\nHost: x\r\n\r\n");
    QVERIFY(eventually([&] { return visitor->received == established; }));
    visitor->send(get("a.kite.test", "/c"));
    const auto chunk = connector->readChunk();
    QVERIFY(chunk);
    QCOMPARE(chunk->value("Proto"), "http");
    QCOMPARE(chunk->value("Port"), "80");
    QCOMPARE(chunk->data, get("a.kite.test", "/c"));
}

void TestVisitors::connectIsNotStacked()
{
    RelayFixture relay;
    const auto connector = relay.connector();
    QVERIFY(connector->fly({"http:a.kite.test"}));
    const QByteArray connect = "CONNECT a.kite.test:80 HTTP/1.1\r\n\r\n";
    QCOMPARE(relay.answerTo(connect + connect), established + "HTTP/1.0 503 Unavailable\r\n\r\n");
}

void TestVisitors::passesTlsThrough()
{
    RelayFixture relay;
    const auto connector = relay.connector();
    QVERIFY(connector->fly({"https:a.kite.test"}));
    for (const auto &connect :
         {QByteArray(), QByteArray("CONNECT a.kite.test:443 HTTP/1.1\r\n\r\n")}) {
        const auto visitor = relay.visitor(connect + hello);
        auto chunk = connector->readChunk();
        while (chunk && chunk->value("Proto").isEmpty()) // the end of the one before
            chunk = connector->readChunk();
        QVERIFY(chunk);
        QCOMPARE(chunk->value("Proto"), "https");
        QCOMPARE(chunk->value("Host"), "a.kite.test");
        QVERIFY(chunk->value("RTLS").isEmpty());
        QCOMPARE(chunk->data, hello);
    }
}

void TestVisitors::everythingSentIsHandedOn()
{
    RelayFixture relay;
    const auto connector = relay.connector();
    QVERIFY(connector->fly({"http:a.kite.test"}));
    const auto body = pattern(40'000);
    const auto request
        = "POST /f HTTP/1.1\r\nHost: a.kite.test\r\nContent-Length: 40000\r\n\r\n" + body;
    const auto visitor = relay.visitor(request);
    QByteArray arrived;
    while (arrived.size() < request.size()) {
        const auto chunk = connector->readChunk();
        QVERIFY(chunk);
        arrived += chunk->data;
        connector->sendChunk("NOOP: 1\r\nSID: " + chunk->value("SID")
                             + "\r\nSKB: " + QByteArray::number(arrived.size() / 1024) + "\r\n");
    }
    QCOMPARE(arrived, request);
}

void TestVisitors::halfCloseIsHandedOn()
{
    RelayFixture relay;
    const auto connector = relay.connector();
    QVERIFY(connector->fly({"http:a.kite.test"}));
    const auto visitor = relay.visitor(get("a.kite.test"));
    visitor->finish();
    auto chunk = connector->readChunk();
    QCOMPARE(chunk->data, get("a.kite.test"));
    const auto sid = chunk->value("SID");
    do
        chunk = connector->readChunk();
    while (chunk && chunk->value("EOF").isEmpty());
    QVERIFY(chunk);
    QCOMPARE(chunk->value("EOF"), "1R");
    connector->sendChunk("SID: " + sid + "\r\n", "late");
    connector->sendChunk("SID: " + sid + "\r\nEOF: 1R\r\n", "Bye!");
    QVERIFY(eventually([&] { return visitor->ended; }));
    QCOMPARE(visitor->received, "late");
}

void TestVisitors::localKite()
{
    RelayFixture relay;
    const auto target = std::make_shared<KeepingTarget>();
    relay.server.setLocalKite(*KiteId::parse("http:photos.localhost"), target);
    const auto visitor = relay.visitor(get("photos.localhost:8000", "/a"));
    QVERIFY(eventually([&] {
        return target->streams.size() == 1
            && target->streams.front()->received == get("photos.localhost:8000", "/a");
    }));
    const auto &seen = target->visitors.front();
    QCOMPARE(seen.protocol, "http");
    QCOMPARE(seen.host, "photos.localhost");
    QCOMPARE(seen.port, relay.port());
    QCOMPARE(seen.peer.address, QStringLiteral("127.0.0.1"));
    QVERIFY(!seen.tls);
    target->streams.front()->send("there");
    QVERIFY(eventually([&] { return visitor->received == "there"; }));
}

void TestVisitors::localKiteIsRemoved()
{
    RelayFixture relay;
    const auto id = *KiteId::parse("http:photos.localhost");
    relay.server.setLocalKite(id, std::make_shared<KeepingTarget>());
    relay.server.removeLocalKite(id);
    QVERIFY(relay.answerTo(get("photos.localhost")).contains("Sorry! (fe)"));
}

void TestVisitors::silentVisitorsAreClosed()
{
    FakeClock clock;
    RelayFixture relay(relayOptions(), clock);
    const auto visitor = relay.visitor({});
    QVERIFY(settles());
    clock.advance(limits::firstByteTimeout - 1s);
    relay.loop.deadlines().tick();
    QVERIFY(settles());
    QVERIFY(!visitor->isOver());
    clock.advance(2s);
    relay.loop.deadlines().tick();
    QVERIFY(eventually([&] { return visitor->isOver(); }));
    QCOMPARE(visitor->received, "");
}

void TestVisitors::slowVisitorsAreClosed_data()
{
    QTest::addColumn<QByteArray>("begin");
    QTest::addColumn<QByteArray>("drop"); ///< sent once a second

    QTest::newRow("request") << QByteArray("GET / HTTP/1.1\r\nHost: a.kite.test\r\nA: ")
                             << QByteArray("x");
    QTest::newRow("greeting") << QByteArray("CONNECT PageKite:1 HTTP/1.0\r\nX-PageKite: ")
                              << QByteArray("x");
    QTest::newRow("hello") << hello.first(40) << QByteArray();
    QTest::newRow("request in a CONNECT")
        << QByteArray("CONNECT a.kite.test:80 HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nA: ")
        << QByteArray("x");
}

void TestVisitors::slowVisitorsAreClosed()
{
    QFETCH(const QByteArray, begin);
    QFETCH(const QByteArray, drop);

    FakeClock clock;
    RelayFixture relay(relayOptions(), clock);
    relay.server.setLocalKite(*KiteId::parse("http:a.kite.test"),
                              std::make_shared<KeepingTarget>());
    const auto visitor = relay.visitor(begin);
    auto waited = 0s;
    for (; !visitor->isOver() && waited < 2 * limits::headTimeout; ++waited) {
        QVERIFY(settles());
        clock.advance(1s);
        relay.loop.deadlines().tick();
        visitor->send(drop);
    }
    QVERIFY(waited >= limits::headTimeout);
    QVERIFY(waited <= limits::headTimeout + 2s);
}

void TestVisitors::placesAreLimited()
{
    auto options = relayOptions();
    options.maxConnections = 2;
    RelayFixture relay(options);
    const auto connector = relay.connector();
    QVERIFY(connector->fly({"http:a.kite.test"}));
    auto first = relay.visitor({});
    QVERIFY(settles());
    QCOMPARE(relay.answerTo({}), "");
    first->close();
    QVERIFY(settles());
    const auto second = relay.visitor(get("a.kite.test"));
    QVERIFY(connector->readChunk());
}

/// Also once they are only spliced.
void TestVisitors::streamsKeepTheirPlaces()
{
    auto options = relayOptions();
    options.maxConnections = 2;
    RelayFixture relay(options);
    const auto connector = relay.connector();
    QVERIFY(connector->fly({"http:a.kite.test"}));
    const auto visitor = relay.visitor(get("a.kite.test"));
    const auto chunk = connector->readChunk();
    QVERIFY(chunk);
    QCOMPARE(relay.answerTo({}), "");
    connector->sendChunk("SID: " + chunk->value("SID") + "\r\nEOF: 1WR\r\n", "Bye!");
    QVERIFY(eventually([&] { return visitor->isOver(); }));
    visitor->close();
    QVERIFY(settles());
    QVERIFY(relay.answerTo(get("gone.kite.test")).contains("Sorry! (fe)"));
}

void TestVisitors::cannotListenTwice()
{
    RelayFixture relay;
    auto options = relayOptions();
    options.ports = {relay.port()};
    relay::RelayServer second(relay.loop, options);
    const auto started = second.start();
    QVERIFY(!started);
    QCOMPARE(started.error().error, relay::RelayError::Listen);
    QVERIFY(second.ports().isEmpty());
}

QTEST_GUILESS_MAIN(TestVisitors)
#include "tst_visitors.moc"
