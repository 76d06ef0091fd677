#include <QTest>

#include "kitecore/wire/websocketframe.h"
#include "tests/support/slicing.h"
#include "tests/support/vectors.h"

using namespace kite;
using namespace kite::wire;
using Key = std::array<char, 4>;

namespace {

/// What a reader makes of these bytes, as words: `[5 hello]`, `ping x`, `error 3`.
QByteArray read(WebSocketSide side, const QByteArray &bytes, qsizetype slice)
{
    WebSocketReader reader(side);
    QByteArray said;
    qsizetype left = 0;
    bool failed = false;
    test::inSlices(bytes, slice, [&](QByteArrayView part) {
        auto own = part.toByteArray();
        std::span<char> rest(own.data(), std::size_t(own.size()));
        while (!failed) {
            const auto what = reader.next(rest);
            if (!what) {
                failed = true;
                said += "error " + QByteArray::number(int(what.error()));
                return;
            }
            switch (*what) {
            case WebSocketReader::What::NeedMore:
                if (!rest.empty())
                    said += "LEFT OVER";
                return;
            case WebSocketReader::What::Message:
                left = reader.messageBytes();
                said += '[' + QByteArray::number(left) + ' ';
                break;
            case WebSocketReader::What::Data:
                left -= reader.data().size();
                said += reader.data().toByteArray() + (left == 0 ? "] " : "");
                break;
            case WebSocketReader::What::Ping:
                said += "ping " + reader.control().toByteArray() + ' ';
                break;
            case WebSocketReader::What::Pong:
                said += "pong " + reader.control().toByteArray() + ' ';
                break;
            case WebSocketReader::What::Close:
                said += "close " + reader.control().toByteArray().toHex() + ' ';
                break;
            }
        }
    });
    return said.trimmed();
}

QByteArray error(WebSocketError which)
{
    return "error " + QByteArray::number(int(which));
}

QByteArray hex(const char *text)
{
    return QByteArray::fromHex(text);
}

} // namespace

class TestWebSocketFrame : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads_data();
    void reads();
    void endlessPartsAreRefused();
    void vector();
    void recorded_data();
    void recorded();
    void heads_data();
    void heads();
    void writtenIsRead_data();
    void writtenIsRead();
    void closeCodes();
};

/// Examples of RFC 6455, 5.7, as binary messages where they are text, and what it forbids.
void TestWebSocketFrame::reads_data()
{
    QTest::addColumn<bool>("server");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("said");

    const auto row = [](const char *name, bool server, const QByteArray &bytes,
                        const QByteArray &said) { QTest::newRow(name) << server << bytes << said; };
    const bool client = false;
    const bool server = true;
    row("unmasked", client, hex("820548656c6c6f"), "[5 Hello]");
    row("masked", server, hex("828537fa213d7f9f4d5158"), "[5 Hello]");
    row("masked by a relay of PageKite", client, hex("828537fa213d7f9f4d5158"), "[5 Hello]");
    row("mask of zeros", server, hex("82850000000048656c6c6f"), "[5 Hello]");
    row("in parts", client, hex("020348656c80026c6f"), "[5 Hello]");
    row("in masked parts", server, hex("028337fa213d7f9f4d808200000000") + "lo", "[5 Hello]");
    row("in many parts, some empty", client,
        hex("0200") + hex("000148") + hex("0000") + hex("000465") + "llo" + hex("8000"),
        "[5 Hello]");
    row("ping and its answer", server, hex("898537fa213d7f9f4d51588a8537fa213d7f9f4d5158"),
        "ping Hello pong Hello");
    row("ping between parts", client, hex("020348656c") + hex("890178") + hex("80026c6f"),
        "ping x [5 Hello]");
    row("empty ping", client, hex("8900"), "ping");
    row("two messages", client, hex("820161820162"), "[1 a] [1 b]");
    row("empty message", client, hex("8200820161"), "[1 a]");
    row("empty message in parts", client, hex("02008000820161"), "[1 a]");
    row("126 bytes", client, hex("827e007e") + QByteArray(126, 'x'),
        "[126 " + QByteArray(126, 'x') + ']');
    row("256 bytes", client, hex("827e0100") + QByteArray(256, 'x'),
        "[256 " + QByteArray(256, 'x') + ']');
    row("65536 bytes", client, hex("827f0000000000010000") + QByteArray(65536, 'x'),
        "[65536 " + QByteArray(65536, 'x') + ']');
    row("close", client, hex("880203e8"), "close 03e8");
    row("close without a code", client, hex("8800"), "close");

    row("server gets unmasked", server, hex("820548656c6c6f"), error(WebSocketError::NotMasked));
    row("text", client, hex("810548656c6c6f"), error(WebSocketError::NotBinary));
    row("reserved bit", client, hex("c20548656c6c6f"), error(WebSocketError::Reserved));
    row("reserved opcode", client, hex("8305"), error(WebSocketError::Reserved));
    row("reserved control opcode", client, hex("8b00"), error(WebSocketError::Reserved));
    row("continuation of nothing", client, hex("80026c6f"), error(WebSocketError::BadSequence));
    row("message inside a message", client, hex("020348656c8201") + 'x',
        error(WebSocketError::BadSequence));
    row("ping in parts", client, hex("0900"), error(WebSocketError::BadControl));
    row("long ping", client, hex("897e007e"), error(WebSocketError::BadControl));
    row("16 bits for little", client, hex("827e007d"), error(WebSocketError::BadLength));
    row("64 bits for little", client, hex("827f000000000000ffff"),
        error(WebSocketError::BadLength));
    row("negative", client, hex("827f8000000000010000"), error(WebSocketError::BadLength));
    row("over 1 MiB", client, hex("827f0000000000100001"), error(WebSocketError::TooLong));
    row("over 128 KiB in parts", client, hex("020178") + hex("807f0000000000020000"),
        error(WebSocketError::TooLong));
}

void TestWebSocketFrame::reads()
{
    QFETCH(const bool, server);
    QFETCH(const QByteArray, bytes);
    QFETCH(const QByteArray, said);
    const auto side = server ? WebSocketSide::Server : WebSocketSide::Client;
    test::forEachSlicing(std::min<qsizetype>(bytes.size(), 400),
                         [&](qsizetype slice) { QCOMPARE(read(side, bytes, slice), said); });
}

void TestWebSocketFrame::endlessPartsAreRefused()
{
    WebSocketReader reader(WebSocketSide::Client);
    const auto part = QByteArray::fromHex("007e8000") + QByteArray(0x8000, 'x');
    auto bytes = '\2' + part.sliced(1);
    for (int i = 0; i < 100; ++i) {
        std::span<char> rest(bytes.data(), std::size_t(bytes.size()));
        const auto what = reader.next(rest);
        if (!what) {
            QCOMPARE(what.error(), WebSocketError::TooLong);
            QCOMPARE(i, int(maxWebSocketGatheredBytes / 0x8000));
            return;
        }
        bytes = part;
    }
    QFAIL("took them all");
}

void TestWebSocketFrame::vector()
{
    const auto file = test::readVectors(QStringLiteral(KITE_TEST_DATA "/websocket.json"));
    const auto frame = file.object()[u"frames"].toArray().first().toObject();
    const auto bytes = test::fromHex(frame[u"wire_hex"]);
    const auto payload = test::fromText(frame[u"payload"]);
    QCOMPARE(read(WebSocketSide::Server, bytes, bytes.size()),
             '[' + QByteArray::number(payload.size()) + ' ' + payload + ']');
    const Key key {bytes[2], bytes[3], bytes[4], bytes[5]};
    auto written = payload;
    WebSocketMask(key).apply({written.data(), std::size_t(written.size())});
    QCOMPARE(webSocketFrameHead(WebSocketOpcode::Binary, payload.size(), key) + written, bytes);
}

void TestWebSocketFrame::recorded_data()
{
    QTest::addColumn<QString>("direction");
    QTest::addColumn<int>("messages");
    QTest::newRow("connector of 1.5.2") << QStringLiteral("c2s") << 7;
    QTest::newRow("relay of 1.5.2") << QStringLiteral("s2c") << 32;
}

/// Each message of the recorded link is the body of a chunk.
void TestWebSocketFrame::recorded()
{
    QFETCH(const QString, direction);
    QFETCH(const int, messages);

    const auto file
        = test::readVectors(QStringLiteral(KITE_TEST_DATA "/captures/websocket-tunnel.json"));
    QByteArray bytes;
    for (const auto event : file.object()[u"events"].toArray()) {
        if (event.toObject()[u"dir"].toString() == direction)
            bytes += test::fromHex(event.toObject()[u"hex"]);
    }
    bytes.remove(0, bytes.indexOf("\r\n\r\n") + 4);
    for (const qsizetype slice : {qsizetype(1), qsizetype(7), bytes.size()}) {
        const auto said = read(WebSocketSide::Client, bytes, slice);
        QVERIFY(!said.contains("error"));
        QCOMPARE(said.count('['), messages);
        QVERIFY(said.contains("\r\nSID: ") || said.contains(" SID: "));
    }
}

void TestWebSocketFrame::heads_data()
{
    QTest::addColumn<qsizetype>("bytes");
    QTest::addColumn<QByteArray>("head");

    QTest::newRow("empty") << qsizetype(0) << hex("8200");
    QTest::newRow("125") << qsizetype(125) << hex("827d");
    QTest::newRow("126") << qsizetype(126) << hex("827e007e");
    QTest::newRow("65535") << qsizetype(65535) << hex("827effff");
    QTest::newRow("65536") << qsizetype(65536) << hex("827f0000000000010000");
}

void TestWebSocketFrame::heads()
{
    QFETCH(const qsizetype, bytes);
    QFETCH(const QByteArray, head);
    QCOMPARE(webSocketFrameHead(WebSocketOpcode::Binary, bytes, std::nullopt), head);
    auto masked = head + "key!";
    masked[1] = char(masked[1] | 0x80);
    QCOMPARE(webSocketFrameHead(WebSocketOpcode::Binary, bytes, Key {'k', 'e', 'y', '!'}), masked);
}

void TestWebSocketFrame::writtenIsRead_data()
{
    QTest::addColumn<qsizetype>("bytes");
    for (const qsizetype bytes : {1, 125, 126, 127, 65535, 65536, 1024 * 1024})
        QTest::addRow("%lld", qlonglong(bytes)) << bytes;
}

void TestWebSocketFrame::writtenIsRead()
{
    QFETCH(const qsizetype, bytes);
    const QByteArray payload(bytes, 'p');
    const Key key {'a', 'b', '\0', '\xff'};
    auto masked = payload;
    WebSocketMask mask(key);
    // in two goes, as a sender may have to
    mask.apply({masked.data(), std::size_t(bytes / 3)});
    mask.apply({masked.data() + bytes / 3, std::size_t(bytes - bytes / 3)});
    const auto frame = webSocketFrameHead(WebSocketOpcode::Binary, bytes, key) + masked;
    const auto said = '[' + QByteArray::number(bytes) + ' ' + payload + ']';
    for (const qsizetype slice : {qsizetype(5), qsizetype(1000), frame.size()})
        QVERIFY(read(WebSocketSide::Server, frame, slice) == said);
}

void TestWebSocketFrame::closeCodes()
{
    QCOMPARE(closeCode(WebSocketError::NotBinary), quint16(1003));
    QCOMPARE(closeCode(WebSocketError::TooLong), quint16(1009));
    QCOMPARE(closeCode(WebSocketError::Reserved), quint16(1002));
}

QTEST_APPLESS_MAIN(TestWebSocketFrame)
#include "tst_websocketframe.moc"
