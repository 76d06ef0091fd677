#include "kitecore/wire/chunkwriter.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "kitecore/wire/headerline.h"

namespace kite::wire {

namespace {

constexpr qsizetype maxPingBytes = 64;       // PROTOCOL.md, ping
constexpr QByteArrayView controlDummy = "!"; // what deployed programs put into control chunks
constexpr QByteArrayView endDummy = "Bye!";

QByteArray number(quint64 value)
{
    return QByteArray::number(value);
}

/// Size line and lines of a chunk whose data follows.
QByteArray sized(const QByteArray &lines, qsizetype dataBytes)
{
    constexpr qsizetype blankLineBytes = 2;
    return QByteArray::number(lines.size() + blankLineBytes + dataBytes, 16) + "\r\n" + lines
        + "\r\n";
}

QByteArray control(const QByteArray &lines, QByteArrayView dummy)
{
    return sized("NOOP: 1\r\n" + lines, dummy.size()).append(dummy);
}

/// The front of a peer's text that can do no harm in a header.
QByteArray harmless(QByteArrayView text)
{
    const auto *end
        = std::find_if(text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; });
    return text.first(std::min<qsizetype>(end - text.begin(), maxPingBytes)).toByteArray();
}

QByteArray sidLine(StreamId sid)
{
    return "SID: " + number(quint32(sid)) + "\r\n";
}

} // namespace

QByteArray openingChunkHead(StreamId sid, const StreamOpening &opening, qsizetype dataBytes)
{
    constexpr qsizetype anyLength = maxChunkHeadBytes;
    Q_ASSERT(isPlainWord(opening.protocol, anyLength) && isPlainWord(opening.host, anyLength)
             && isPlainWord(opening.visitorAddress, anyLength));
    QByteArray lines = sidLine(sid) + "Proto: " + opening.protocol + "\r\nHost: " + opening.host
        + "\r\nPort: " + number(opening.port) + "\r\nRIP: " + opening.visitorAddress
        + "\r\nRPort: " + number(opening.visitorPort) + "\r\n";
    if (opening.visitorTls)
        lines += "RTLS: 1\r\n";
    return sized(lines, dataBytes);
}

QByteArray endChunk(StreamId sid, EndOfStream end)
{
    Q_ASSERT(end.read || end.write);
    QByteArray letters = "1";
    if (end.write)
        letters += 'W';
    if (end.read)
        letters += 'R';
    return sized(sidLine(sid) + "EOF: " + letters + "\r\n", endDummy.size()).append(endDummy);
}

QByteArray progressChunk(StreamId sid, quint64 writtenKib)
{
    return control(sidLine(sid) + "SKB: " + number(writtenKib) + "\r\n", {});
}

QByteArray pingChunk(QByteArrayView token)
{
    return control("PING: " + harmless(token) + "\r\n", controlDummy);
}

QByteArray pongChunk(QByteArrayView token, qint64 quotaKb)
{
    const auto quota = quotaKb > 0 ? quotaLine(quotaKb) : QByteArray();
    return control("PONG: " + harmless(token) + "\r\n" + quota, controlDummy);
}

QByteArray quotaLine(qint64 quotaKb)
{
    return "Quota: " + QByteArray::number(quotaKb) + "\r\n";
}

QByteArray deflateResetChunk()
{
    return control("ZRST: 1\r\n", controlDummy);
}

QByteArray controlChunk(QByteArrayView lines)
{
    Q_ASSERT(lines.isEmpty() || lines.endsWith("\r\n"));
    return control(lines.toByteArray(), controlDummy);
}

DataChunkHead::DataChunkHead(StreamId sid, qsizetype dataBytes)
{
    std::array<char, 10> text {};
    auto *const end = std::to_chars(text.begin(), text.end(), quint32(sid)).ptr;
    const QByteArrayView digits(text.data(), end - text.data());
    constexpr QByteArrayView name = "SID: ";
    constexpr QByteArrayView lineEnd = "\r\n";

    const auto body = name.size() + digits.size() + 2 * lineEnd.size() + dataBytes;
    Q_ASSERT(body <= maxChunkBytes);
    char *at = std::to_chars(m_text.begin(), m_text.end(), body, 16).ptr;
    for (const QByteArrayView part : {lineEnd, name, digits, lineEnd, lineEnd})
        at = std::copy(part.begin(), part.end(), at);
    m_size = at - m_text.data();
}

} // namespace kite::wire
