#include <QTest>

#include "kitecore/wire/chunkdecoder.h"
#include "kitecore/wire/websocketgreeting.h"
#include "tests/support/vectors.h"

using namespace kite;
using namespace kite::wire;

namespace {

const QByteArray key = "VRAkIjQadlnSCz2EXTXp/Q==";

QByteArray request(const QByteArray &changed = {}, const QByteArray &into = {})
{
    const QByteArray whole = "GET /~:PageKite:~/v0.8 HTTP/1.1\r\n"
                             "Upgrade: websocket\r\n"
                             "Connection: keep-alive, Upgrade\r\n"
                             "Sec-WebSocket-Key: VRAkIjQadlnSCz2EXTXp/Q==\r\n"
                             "Sec-WebSocket-Protocol: v1.pagekite.org\r\n"
                             "Sec-WebSocket-Version: 13\r\n"
                             "X-PageKite-Features: ZChunks\r\n"
                             "X-PageKite: http:a.test:5a17::51\r\n"
                             "\r\n";
    return changed.isEmpty() ? whole : QByteArray(whole).replace(changed, into);
}

} // namespace

class TestWebSocketGreeting : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void acceptVectors();
    void reads_data();
    void reads();
    void whatIsAsked();
    void writtenIsRead();
    void recordedRequestIsRead();
    void welcomes_data();
    void welcomes();
    void replyStandsInAChunk();
};

void TestWebSocketGreeting::acceptVectors()
{
    const auto file = test::readVectors(QStringLiteral(KITE_TEST_DATA "/websocket.json"));
    const auto rows = file.object()[u"accept"].toArray();
    QCOMPARE(rows.size(), 2);
    for (const auto row : rows)
        QCOMPARE(webSocketAccept(test::fromText(row.toObject()[u"key"])),
                 test::fromText(row.toObject()[u"accept"]));
    // RFC 6455, 1.3
    QCOMPARE(webSocketAccept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

void TestWebSocketGreeting::reads_data()
{
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<bool>("good");

    const auto row = [](const char *name, const QByteArray &head, bool good) {
        QTest::newRow(name) << head << good;
    };
    row("as it should be", request(), true);
    row("oldest path", request("/~:PageKite:~/v0.8", "/Beanstalk~Magic~Beans/0.2"), true);
    row("capitals", request("websocket\r\n", "WebSocket\r\n"), true);
    row("no kites", request("X-PageKite: http:a.test:5a17::51\r\n", "A: b\r\n"), true);
    row("other path", request("v0.8", "v0.9"), false);
    row("probe", request("v0.8", "a.test"), false);
    row("POST", request("GET ", "POST "), false);
    row("HTTP/1.0", request("HTTP/1.1", "HTTP/1.0"), false);
    row("no upgrade", request("Upgrade: websocket", "Upgrade: h2c"), false);
    row("no connection", request("keep-alive, Upgrade", "keep-alive"), false);
    row("old version", request("Version: 13", "Version: 8"), false);
    row("no key", request("-Key: ", "-Kay: "), false);
    row("short key", request("VRAkIjQadlnSCz2EXTXp/Q==", "VRAkIjQa"), false);
    row("Python's key", request("VRAkIjQadlnSCz2EXTXp/Q==", "b'VRAkIjQadlnSCz2EXTXp/Q=='"), false);
    row("broken kite", request("5a17::51", "5a17"), false);
    row("no header", request("Upgrade: websocket", "Upgrade"), false);
}

void TestWebSocketGreeting::reads()
{
    QFETCH(const QByteArray, head);
    QFETCH(const bool, good);
    QCOMPARE(parseWebSocketGreeting(head).has_value(), good);
}

void TestWebSocketGreeting::whatIsAsked()
{
    const auto greeting = parseWebSocketGreeting(request());
    QVERIFY(greeting);
    QCOMPARE(greeting->webSocketKey, key);
    QCOMPARE(greeting->kites.size(), size_t(1));
    QCOMPARE(greeting->kites.front().kite.toByteArray(), "http:a.test");
    QVERIFY(greeting->features.addKites);
    QVERIFY(!greeting->features.compression);
    QVERIFY(beginsWebSocketGreeting(request()));
    QVERIFY(!beginsWebSocketGreeting(request().first(20)));
}

void TestWebSocketGreeting::writtenIsRead()
{
    Greeting greeting;
    greeting.version = "x-1";
    greeting.features.addKites = true;
    greeting.features.wideWindow = true;
    greeting.replaces = "session";
    greeting.kites = {{*KiteId::parse("http:a.test"), "5a17", {}, "51"}};
    const auto again = parseWebSocketGreeting(writeWebSocketGreeting(greeting, key, "relay.test"));
    QVERIFY(again);
    greeting.webSocketKey = key;
    QVERIFY(*again == greeting);
}

void TestWebSocketGreeting::recordedRequestIsRead()
{
    const auto file
        = test::readVectors(QStringLiteral(KITE_TEST_DATA "/captures/websocket-tunnel.json"));
    const auto events = file.object()[u"events"].toArray();
    const auto greeting = parseWebSocketGreeting(test::fromHex(events[0].toObject()[u"hex"]));
    QVERIFY(greeting);
    QCOMPARE(greeting->kites.front().kite.toByteArray(), "http:k1.test");
    const auto welcome = test::fromHex(events[1].toObject()[u"hex"]);
    QVERIFY(isWebSocketWelcome(welcome, greeting->webSocketKey));
    QCOMPARE(writeWebSocketWelcome(greeting->webSocketKey), welcome);
}

void TestWebSocketGreeting::welcomes_data()
{
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<bool>("good");
    const auto welcome = writeWebSocketWelcome(key);
    QTest::newRow("ours") << welcome << true;
    QTest::newRow("another key's") << writeWebSocketWelcome("dGhlIHNhbXBsZSBub25jZQ==") << false;
    QTest::newRow("page") << QByteArray("HTTP/1.1 200 OK\r\n\r\n") << false;
    QTest::newRow("other upgrade") << QByteArray(welcome).replace("websocket", "h2c") << false;
    QTest::newRow("no accept") << QByteArray(welcome).replace("Accept", "Except") << false;
    QTest::newRow("nothing") << QByteArray() << false;
}

void TestWebSocketGreeting::welcomes()
{
    QFETCH(const QByteArray, head);
    QFETCH(const bool, good);
    QCOMPARE(isWebSocketWelcome(head, key), good);
}

void TestWebSocketGreeting::replyStandsInAChunk()
{
    GreetingReply reply;
    reply.features.addKites = true;
    reply.ports = {80, 443};
    reply.protocols = {"http"};
    reply.sessionId = "5e55";
    reply.verdicts = {{Verdict::Kind::SignThis, *KiteId::parse("http:a.test"), "5a17", "t1"}};
    const auto chunk = replyChunk(reply, false);
    ChunkDecoder decoder;
    QByteArrayView rest(chunk);
    QCOMPARE(*decoder.next(rest), ChunkDecoder::What::Head);
    const auto again = replyFromChunk(decoder.head());
    QVERIFY(again && *again == reply);
}

QTEST_APPLESS_MAIN(TestWebSocketGreeting)
#include "tst_websocketgreeting.moc"
