#pragma once

#include <optional>
#include <vector>

#include "kitecore/wire/chunkdecoder.h"
#include "tests/support/slicing.h"

namespace kite::test {

/// A head as one line of text: comparable, printable, and independent of the bytes it came from.
inline QByteArray describe(const wire::ChunkHead &head)
{
    QByteArray text;
    const auto add = [&text](const char *name, QByteArrayView value) {
        text.append(name).append('=').append(value).append(' ');
    };
    const auto addNumber
        = [&add](const char *name, auto value) { add(name, QByteArray::number(qint64(value))); };
    if (head.sid)
        addNumber("sid", quint32(*head.sid));
    if (!head.protocol.isEmpty())
        add("proto", head.protocol);
    if (!head.host.isEmpty())
        add("host", head.host);
    if (head.port != 0)
        addNumber("port", head.port);
    if (!head.visitorAddress.isEmpty())
        add("from", head.visitorAddress);
    if (head.visitorPort != 0)
        addNumber("fromPort", head.visitorPort);
    if (head.visitorTls)
        add("tls", "1");
    if (head.end)
        add("end", QByteArray(head.end->read ? "R" : "") + (head.end->write ? "W" : ""));
    if (head.noop)
        add("noop", "1");
    if (head.ping)
        add("ping", *head.ping);
    if (head.pong)
        add("pong", *head.pong);
    if (head.resetDeflate)
        add("zrst", "1");
    if (head.writtenKib)
        addNumber("skb", *head.writtenKib);
    if (head.quotaKb)
        addNumber("quota", *head.quotaKb);
    for (const auto &[name, value] : head.pagekite)
        text.append('[').append(name).append('|').append(value).append("] ");
    return text.trimmed();
}

struct SeenChunk
{
    QByteArray head; ///< describe()
    QByteArray data;
    bool complete = false;
    bool operator==(const SeenChunk &) const = default;
};

/// Everything a decoder made of some bytes.
struct SeenChunks
{
    std::vector<SeenChunk> chunks;
    std::optional<wire::ChunkError> error;
    qsizetype largestBuffer = 0;
};

/// Decodes `wire` in slices. Each slice lives only during its own turn, so that anything the
/// decoder still points to is found by the address sanitizer.
inline SeenChunks decodeInSlices(QByteArrayView wire, qsizetype slice)
{
    using What = wire::ChunkDecoder::What;
    wire::ChunkDecoder decoder;
    SeenChunks seen;
    inSlices(wire, slice, [&](QByteArrayView part) {
        const QByteArray copy(part.data(), part.size());
        QByteArrayView rest(copy);
        while (!seen.error) {
            const auto step = decoder.next(rest);
            seen.largestBuffer = std::max(seen.largestBuffer, decoder.bufferedBytes());
            if (!step) {
                seen.error = step.error();
            } else if (*step == What::NeedMore) {
                return;
            } else if (*step == What::Head) {
                seen.chunks.push_back({describe(decoder.head()), {}, false});
            } else if (*step == What::Data) {
                seen.chunks.back().data.append(decoder.data());
            } else {
                seen.chunks.back().complete = true;
            }
        }
    });
    return seen;
}

} // namespace kite::test
