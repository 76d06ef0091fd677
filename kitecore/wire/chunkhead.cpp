#include "kitecore/wire/chunkhead.h"

#include <array>
#include <limits>

#include "kitecore/wire/headerline.h"

namespace kite::wire {

namespace {

/// libpagekite keeps 1024 bytes of a domain; addresses, protocols and ping texts are shorter.
constexpr qsizetype maxWordBytes = 1024;

EndOfStream readEnd(QByteArrayView letters)
{
    const EndOfStream end {letters.contains('R'), letters.contains('W')};
    return end.read || end.write ? end : EndOfStream {true, true}; // plain `1`: both
}

/// Ignores what could not be counted in bytes either.
std::optional<quint64> readKib(QByteArrayView digits)
{
    const auto kib = readDecimal<quint64>(digits);
    return kib && *kib <= std::numeric_limits<qint64>::max() / 1024 ? kib : std::nullopt;
}

using Value = QByteArrayView;

/// A name and what its first appearance in a chunk sets. Unusable values count as absent: visitors
/// choose some of them, and a visitor must not be able to end the link of all others.
struct Field
{
    QByteArrayView name;
    void (*set)(ChunkHead &, Value) = nullptr;
};

void setIfAbsent(QByteArrayView &field, Value value)
{
    if (field.isEmpty())
        field = plainWord(value, maxWordBytes);
}

void setIfAbsent(quint16 &field, Value value)
{
    if (field == 0)
        field = readDecimal<quint16>(value).value_or(0);
}

template <typename T>
void setIfAbsent(std::optional<T> &field, std::optional<T> value)
{
    if (!field)
        field = value;
}

constexpr std::array fields {
    Field {"NOOP", [](ChunkHead &head, Value) { head.noop = true; }},
    Field {"SKB", [](ChunkHead &head, Value v) { setIfAbsent(head.writtenKib, readKib(v)); }},
    Field {"EOF", [](ChunkHead &head, Value v) { setIfAbsent(head.end, {readEnd(v)}); }},
    Field {"PING", [](ChunkHead &head, Value v) { setIfAbsent(head.ping, {v}); }},
    Field {"PONG", [](ChunkHead &head, Value v) { setIfAbsent(head.pong, {v}); }},
    Field {"ZRST", [](ChunkHead &head, Value) { head.resetDeflate = true; }},
    Field {"Proto", [](ChunkHead &head, Value v) { setIfAbsent(head.protocol, v); }},
    Field {"Host", [](ChunkHead &head, Value v) { setIfAbsent(head.host, v); }},
    Field {"Port", [](ChunkHead &head, Value v) { setIfAbsent(head.port, v); }},
    Field {"RIP", [](ChunkHead &head, Value v) { setIfAbsent(head.visitorAddress, v); }},
    Field {"RPort", [](ChunkHead &head, Value v) { setIfAbsent(head.visitorPort, v); }},
    Field {"RTLS", [](ChunkHead &head, Value) { head.visitorTls = true; }},
    Field {"Quota",
           [](ChunkHead &head, Value v) { setIfAbsent(head.quotaKb, readDecimal<qint64>(v)); }},
};

bool isGreetingName(QByteArrayView name)
{
    constexpr QByteArrayView pagekite = "X-PageKite";
    constexpr QByteArrayView beanstalk = "X-Beanstalk";
    const auto begins = [name](QByteArrayView prefix) {
        return name.size() >= prefix.size() && sameWord(name.first(prefix.size()), prefix);
    };
    return begins(pagekite) || begins(beanstalk);
}

bool readStreamId(ChunkHead &head, QByteArrayView digits)
{
    const auto number = readDecimal<quint32>(digits);
    if (!number || digits.size() > maxStreamIdDigits)
        return false;
    if (!head.sid)
        head.sid = StreamId {*number};
    return true;
}

void readField(ChunkHead &head, const HeaderLine &line)
{
    for (const Field &field : fields) {
        if (isNamed(line, field.name)) {
            field.set(head, line.value);
            return;
        }
    }
    if (isGreetingName(line.name))
        head.pagekite.emplace_back(line.name, line.value);
}

} // namespace

Result<ChunkHead, ChunkError> parseChunkHead(QByteArrayView lines)
{
    ChunkHead head;
    while (!lines.isEmpty()) {
        const auto lineFeed = lines.indexOf('\n');
        if (lineFeed < 1 || lines[lineFeed - 1] != '\r')
            return Err {ChunkError::BadHead};
        const auto line = splitHeaderLine(lines.first(lineFeed - 1));
        if (!line)
            return Err {ChunkError::BadHead};
        lines = lines.sliced(lineFeed + 1);
        if (isNamed(*line, "SID")) {
            if (!readStreamId(head, line->value))
                return Err {ChunkError::BadStreamId};
        } else {
            readField(head, *line);
        }
    }
    if (!head.sid && !head.noop && !head.ping && !head.pong) // belongs to nothing
        return Err {ChunkError::BadHead};
    return head;
}

} // namespace kite::wire
