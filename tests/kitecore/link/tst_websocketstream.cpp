#include <QTest>

#include "kitecore/link/chunkframer.h"
#include "kitecore/link/websocketstream.h"
#include "tests/support/linkends.h"
#include "tests/support/slicing.h"

using namespace kite;
using namespace kite::link;
using namespace kite::test;
using wire::WebSocketOpcode;
using wire::WebSocketSide;

namespace {

constexpr qsizetype mib = 1024 * 1024;

/// Both ends of a connection inside WebSocket frames.
StreamPair webSockets(net::Loop &loop, StreamPair lower)
{
    return {webSocketStream(loop, std::move(lower.first), WebSocketSide::Server),
            webSocketStream(loop, std::move(lower.second), WebSocketSide::Client)};
}

/// One end inside frames, the other as bytes.
struct HalfFramed
{
    explicit HalfFramed(net::Loop &loop, WebSocketSide side)
        : HalfFramed(loop, side, net::streamPair(loop))
    {
    }
    HalfFramed(net::Loop &loop, WebSocketSide side, StreamPair streams)
        : framed(webSocketStream(loop, std::move(streams.first), side))
        , bytes(std::move(streams.second))
    {
    }
    StreamDriver framed;
    StreamDriver bytes;
};

/// A frame as a client sends it.
QByteArray masked(WebSocketOpcode opcode, const QByteArray &payload)
{
    const std::array<char, 4> key {'a', 'b', 'c', 'd'};
    auto laidOver = payload;
    wire::WebSocketMask(key).apply({laidOver.data(), std::size_t(laidOver.size())});
    return wire::webSocketFrameHead(opcode, payload.size(), key) + laidOver;
}

QByteArray plain(WebSocketOpcode opcode, const QByteArray &payload)
{
    return wire::webSocketFrameHead(opcode, payload.size(), std::nullopt) + payload;
}

} // namespace

class TestWebSocketStream : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void framesChunksInAnyParts();
    void carriesALink_data();
    void carriesALink();
    void readsChunks();
    void answersPings();
    void pongWaitsForTheFrame();
    void closeIsAnswered();
    void endOfALinkIsSaid();
    void faultsAreSaid_data();
    void faultsAreSaid();
    void isBounded();
    void pongsAreBounded();
};

void TestWebSocketStream::framesChunksInAnyParts()
{
    const QByteArray chunks
        = "1\r\nx" + QByteArray("7e\r\n") + QByteArray(126, 'y') + "3\r\n\r\n\n";
    const auto frames = plain(WebSocketOpcode::Binary, "x")
        + plain(WebSocketOpcode::Binary, QByteArray(126, 'y'))
        + plain(WebSocketOpcode::Binary, "\r\n\n");
    forEachSlicing(chunks.size(), [&](qsizetype slice) {
        ChunkFramer framer(WebSocketSide::Server);
        net::ByteQueue made;
        inSlices(chunks, slice, [&](QByteArrayView part) { framer.add(part, made); });
        QVERIFY(framer.isBetweenChunks());
        QCOMPARE(made.front().toByteArray(), frames);
    });
}

void TestWebSocketStream::carriesALink_data()
{
    QTest::addColumn<bool>("sockets");
    QTest::addColumn<bool>("wide");
    QTest::newRow("memory, wide") << false << true;
    QTest::newRow("memory, PageKite") << false << false;
    QTest::newRow("sockets, wide") << true << true;
    QTest::newRow("sockets, PageKite") << true << false;
}

void TestWebSocketStream::carriesALink()
{
    QFETCH(const bool, sockets);
    QFETCH(const bool, wide);
    net::Loop loop;
    wire::Features features;
    features.addKites = true;
    features.wideWindow = wide;
    LinkEnds ends(loop, webSockets(loop, sockets ? socketStreams(loop) : net::streamPair(loop)),
                  features);
    const auto up = pattern(8 * mib, 1);
    const auto down = pattern(8 * mib, 2);
    for (int i = 0; i < 3; ++i) {
        const auto stream = ends.open();
        stream.near.send(up);
        stream.near.finish();
        stream.far.send(down);
        stream.far.finish();
    }
    const auto both = [&](auto condition) {
        return std::ranges::all_of(ends.relay.streams, condition)
            && std::ranges::all_of(ends.connector.streams, condition);
    };
    QVERIFY(eventually([&] { return both([](const auto &stream) { return stream->ended; }); }));
    for (int i = 0; i < 3; ++i) {
        QVERIFY(ends.relay.streams[size_t(i)]->received == down);
        QVERIFY(ends.connector.streams[size_t(i)]->received == up);
    }
    ends.connector.link->close();
    QVERIFY(eventually([&] { return ends.relay.isOver() && ends.connector.isOver(); }));
    QCOMPARE(ends.relay.why, LinkEnd::Closed);
}

/// Masked and not, whole and in parts, with control frames between.
void TestWebSocketStream::readsChunks()
{
    net::Loop loop;
    HalfFramed ends(loop, WebSocketSide::Client);
    const auto sent = plain(WebSocketOpcode::Binary, "one") + masked(WebSocketOpcode::Binary, "two")
        + QByteArray::fromHex("0203") + "thr" + plain(WebSocketOpcode::Pong, "?")
        + QByteArray::fromHex("8002") + "ee" + plain(WebSocketOpcode::Binary, {})
        + plain(WebSocketOpcode::Binary, QByteArray(300, 'x'));
    ends.bytes.send(sent);
    const auto chunks = "3\r\none3\r\ntwo5\r\nthree12c\r\n" + QByteArray(300, 'x');
    QVERIFY(eventually([&] { return ends.framed.received.size() == chunks.size(); }));
    QCOMPARE(ends.framed.received, chunks);
    ends.bytes.finish();
    QVERIFY(eventually([&] { return ends.framed.ended; }));
}

void TestWebSocketStream::answersPings()
{
    net::Loop loop;
    HalfFramed ends(loop, WebSocketSide::Server);
    ends.bytes.send(masked(WebSocketOpcode::Ping, "are you there?"));
    QVERIFY(eventually([&] { return !ends.bytes.received.isEmpty(); }));
    QCOMPARE(ends.bytes.received, plain(WebSocketOpcode::Pong, "are you there?"));
}

void TestWebSocketStream::pongWaitsForTheFrame()
{
    net::Loop loop;
    HalfFramed ends(loop, WebSocketSide::Server);
    ends.framed.send("5\r\nhel");
    ends.bytes.send(masked(WebSocketOpcode::Ping, "1") + masked(WebSocketOpcode::Ping, "2"));
    QVERIFY(settles());
    ends.framed.send("lo");
    const auto expected
        = plain(WebSocketOpcode::Binary, "hello") + plain(WebSocketOpcode::Pong, "2");
    QVERIFY(eventually([&] { return ends.bytes.received.size() >= expected.size(); }));
    QCOMPARE(ends.bytes.received, expected);
}

void TestWebSocketStream::closeIsAnswered()
{
    net::Loop loop;
    HalfFramed ends(loop, WebSocketSide::Server);
    ends.bytes.send(masked(WebSocketOpcode::Binary, "last")
                    + masked(WebSocketOpcode::Close, QByteArray::fromHex("03e8"))
                    + masked(WebSocketOpcode::Binary, "too late"));
    QVERIFY(eventually([&] { return ends.framed.ended; }));
    QCOMPARE(ends.framed.received, "4\r\nlast");
    QCOMPARE(ends.bytes.received, plain(WebSocketOpcode::Close, QByteArray::fromHex("03e8")));
    ends.framed.send("1\r\nx");
    QVERIFY(ends.framed.unwanted);
}

void TestWebSocketStream::endOfALinkIsSaid()
{
    net::Loop loop;
    HalfFramed ends(loop, WebSocketSide::Client);
    ends.framed.send("1\r\nx");
    ends.framed.finish();
    QVERIFY(eventually([&] { return ends.bytes.ended; }));
    wire::WebSocketReader reader(WebSocketSide::Server);
    std::span<char> rest(ends.bytes.received.data(), std::size_t(ends.bytes.received.size()));
    QCOMPARE(*reader.next(rest), wire::WebSocketReader::What::Message);
    QCOMPARE(*reader.next(rest), wire::WebSocketReader::What::Data);
    QCOMPARE(*reader.next(rest), wire::WebSocketReader::What::Close);
    QCOMPARE(reader.control().toByteArray().toHex(), "03e8");
}

void TestWebSocketStream::faultsAreSaid_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("code");
    QTest::newRow("not masked") << plain(WebSocketOpcode::Binary, "x") << QByteArray("03ea");
    QTest::newRow("text") << masked(WebSocketOpcode::Text, "x") << QByteArray("03eb");
    QTest::newRow("too long") << QByteArray::fromHex("82ff0000000000200000") + "mask"
                              << QByteArray("03f1");
    QTest::newRow("chunks without frames")
        << QByteArray("c\r\nNOOP: 1\r\n\r\n!") << QByteArray("03ea");
}

void TestWebSocketStream::faultsAreSaid()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const QByteArray, code);
    net::Loop loop;
    HalfFramed ends(loop, WebSocketSide::Server);
    ends.bytes.send(bytes);
    QVERIFY(eventually([&] { return ends.framed.failed && !ends.bytes.received.isEmpty(); }));
    QCOMPARE(ends.bytes.received, plain(WebSocketOpcode::Close, QByteArray::fromHex(code)));
}

void TestWebSocketStream::isBounded()
{
    net::Loop loop;
    HalfFramed ends(loop, WebSocketSide::Server);
    ends.bytes.pause();
    const auto chunk = "10000\r\n" + QByteArray(0x10000, 'x');
    ends.framed.send(chunk.repeated(64));
    QVERIFY(settles());
    QVERIFY(ends.framed.unsentBytes() > 3 * mib);
    QVERIFY(ends.framed.stream->queuedBytes() < 300 * 1024);
    ends.bytes.resume();
    ends.framed.finish();
    QVERIFY(eventually([&] { return ends.bytes.ended; }));
    QCOMPARE(ends.bytes.received.size(), 64 * (10 + 0x10000) + 4);
}

/// Who pings without end and reads nothing gets the last answer once it reads.
void TestWebSocketStream::pongsAreBounded()
{
    net::Loop loop;
    HalfFramed ends(loop, WebSocketSide::Server);
    ends.bytes.pause();
    for (int i = 0; i < 100; ++i) {
        ends.bytes.send(masked(WebSocketOpcode::Ping, QByteArray(125, 'p')).repeated(200));
        QVERIFY(settles());
        QVERIFY(ends.framed.stream->queuedBytes() < 300 * 1024);
    }
    ends.bytes.send(masked(WebSocketOpcode::Ping, "last"));
    ends.bytes.resume();
    const auto last = plain(WebSocketOpcode::Pong, "last");
    QVERIFY(eventually([&] { return ends.bytes.received.endsWith(last); }));
}

QTEST_GUILESS_MAIN(TestWebSocketStream)
#include "tst_websocketstream.moc"
