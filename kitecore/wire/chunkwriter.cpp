#include "kitecore/wire/chunkwriter.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <QVarLengthArray>

#include "kitecore/wire/headerline.h"

namespace kite::wire {

namespace {

constexpr qsizetype maxPingBytes = 64;       // PROTOCOL.md, ping
constexpr QByteArrayView controlDummy = "!"; // what deployed programs put into control chunks
constexpr QByteArrayView endDummy = "Bye!";

/// A number as text, without allocation.
class Digits
{
public:
    explicit Digits(quint64 value, int base = 10)
        : m_end(std::to_chars(m_text.begin(), m_text.end(), value, base).ptr)
    {
    }
    operator QByteArrayView() const { return {m_text.data(), m_end - m_text.data()}; }

private:
    std::array<char, 20> m_text {};
    const char *m_end;
};

/// Grown on the stack: every visitor's stream takes several chunks.
using Lines = QVarLengthArray<char, 512>;

void add(Lines &lines, std::initializer_list<QByteArrayView> parts)
{
    for (const auto part : parts)
        lines.append(part.data(), part.size());
}

Lines sidLine(StreamId sid)
{
    Lines lines;
    add(lines, {"SID: ", Digits(quint32(sid)), "\r\n"});
    return lines;
}

/// Size line and lines of a chunk whose data follows, and the data where it is a dummy.
QByteArray sized(QByteArrayView lines, qsizetype dataBytes, QByteArrayView dummy = {})
{
    constexpr qsizetype blankLineBytes = 2;
    constexpr QByteArrayView lineEnd = "\r\n";
    const Digits size(quint64(lines.size() + blankLineBytes + dataBytes), 16);
    return joined({size, lineEnd, lines, lineEnd, dummy});
}

QByteArray control(QByteArrayView lines, QByteArrayView dummy)
{
    Lines all;
    add(all, {"NOOP: 1\r\n", lines});
    return sized(all, dummy.size(), dummy);
}

/// The front of a peer's text that can do no harm in a header.
QByteArray harmless(QByteArrayView text)
{
    const auto *end
        = std::find_if(text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; });
    return text.first(std::min<qsizetype>(end - text.begin(), maxPingBytes)).toByteArray();
}

} // namespace

QByteArray openingChunkHead(StreamId sid, const StreamOpening &opening, qsizetype dataBytes)
{
    constexpr qsizetype anyLength = maxChunkHeadBytes;
    Q_ASSERT(isPlainWord(opening.protocol, anyLength) && isPlainWord(opening.host, anyLength)
             && isPlainWord(opening.visitorAddress, anyLength));
    auto lines = sidLine(sid);
    add(lines,
        {"Proto: ", opening.protocol, "\r\nHost: ", opening.host,
         "\r\nPort: ", Digits(opening.port), "\r\nRIP: ", opening.visitorAddress,
         "\r\nRPort: ", Digits(opening.visitorPort), "\r\n"});
    if (opening.visitorTls)
        add(lines, {"RTLS: 1\r\n"});
    return sized(lines, dataBytes);
}

QByteArray endChunk(StreamId sid, EndOfStream end)
{
    Q_ASSERT(end.read || end.write);
    auto lines = sidLine(sid);
    add(lines, {"EOF: 1", end.write ? "W" : "", end.read ? "R" : "", "\r\n"});
    return sized(lines, endDummy.size(), endDummy);
}

QByteArray progressChunk(StreamId sid, quint64 writtenKib)
{
    auto lines = sidLine(sid);
    add(lines, {"SKB: ", Digits(writtenKib), "\r\n"});
    return control(lines, {});
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
    return control(lines, controlDummy);
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
