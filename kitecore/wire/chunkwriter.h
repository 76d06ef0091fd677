#pragma once

#include <array>
#include <memory>
#include <span>

#include "kitecore/wire/chunkhead.h"

namespace kite::wire {

/// What a relay tells about a visitor in the first chunk of a stream (PROTOCOL.md 6.1).
/// Every value must already be free of control characters; asserts otherwise.
struct StreamOpening
{
    QByteArray protocol; ///< of the matched kite, without port
    QByteArray host;
    quint16 port = 0;
    QByteArray visitorAddress;
    quint16 visitorPort = 0;
    bool visitorTls = false;
};

/// Builds the bytes in front of chunk data, or whole control chunks. All return bytes ready to be
/// sent, size line included. Spellings and dummy data as deployed programs send them (PROTOCOL.md
/// 3).
QByteArray openingChunkHead(StreamId sid, const StreamOpening &opening, qsizetype dataBytes);
QByteArray endChunk(StreamId sid, EndOfStream end);
QByteArray progressChunk(StreamId sid, quint64 writtenKib);
QByteArray pingChunk(QByteArrayView token);
/// @param token echoed, cut to 64 characters (PROTOCOL.md 9).
/// @param quotaKb of a relay that knows one; 0: not said.
QByteArray pongChunk(QByteArrayView token, qint64 quotaKb = 0);
/// For controlChunk(). Quota alone: its sisters end links of pagekite.py (PROTOCOL.md, traps).
QByteArray quotaLine(qint64 quotaKb);
QByteArray deflateResetChunk();
/// A NOOP chunk with lines like `X-PageKite: ...`; each line ends in CRLF.
QByteArray controlChunk(QByteArrayView lines);

/// Size line and head of a data chunk, without allocation: 48 bytes always suffice.
class DataChunkHead
{
public:
    DataChunkHead(StreamId sid, qsizetype dataBytes);
    QByteArrayView bytes() const { return {m_text.data(), m_size}; }

private:
    std::array<char, 48> m_text {};
    qsizetype m_size = 0;
};

/// One direction's deflate stream over all chunks of a link (PROTOCOL.md 8, RFC 1950).
class ChunkDeflater
{
    Q_DISABLE_COPY_MOVE(ChunkDeflater)

public:
    static constexpr qsizetype minBytes = 65; ///< PROTOCOL.md 8: only above 64 bytes

    explicit ChunkDeflater(int level = 1);
    ~ChunkDeflater();

    /// Compresses a whole chunk body (head lines, blank line, data) into a chunk ready to be sent.
    /// The stream's dictionary advances even when the result is longer than the input: the result
    /// has to be sent. @return whether it became shorter stands in `gained`.
    QByteArray deflate(std::span<const QByteArrayView> body, bool *gained);

    /// Begins a new stream; the next chunk is marked with `R`.
    void reset();

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace kite::wire
