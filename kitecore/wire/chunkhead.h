#pragma once

#include <optional>
#include <utility>
#include <vector>

#include <QByteArray>

#include "kitecore/base/result.h"

namespace kite::wire {

/// Why the bytes of a link stopped being chunks. Final: the place of the next chunk is unknown.
enum class ChunkError {
    BadLength,   ///< The size line is not `HEX[ZHEX][R]` CRLF (PROTOCOL.md 2).
    ZeroLength,  ///< A plain size of 0 ends the link.
    TooLong,     ///< More than maxChunkBytes announced.
    HeadTooLong, ///< More than maxChunkHeadBytes before the blank line.
    BadHead,     ///< No blank line, a line without colon, a bare LF.
    BadStreamId, ///< `SID` is not a decimal number of at most 8 digits.
    BadDeflate,  ///< Inflating failed or gave another size than announced.
};

/// Largest chunk body we accept, also after inflating (PROTOCOL.md 2).
inline constexpr qsizetype maxChunkBytes = qsizetype {1024} * 1024;
/// Largest header part of a chunk. Kite requests with many kites are the longest.
inline constexpr qsizetype maxChunkHeadBytes = qsizetype {64} * 1024;
/// libpagekite cuts stream ids at 8 characters.
inline constexpr qsizetype maxStreamIdDigits = 8;

/// Names a stream inside one link. Chosen by the relay.
enum class StreamId : quint32 {};

/// Which halves of its own socket the sender is done with (PROTOCOL.md 6.2).
struct EndOfStream
{
    bool read = false;  ///< The sender saw end of data: flush, then half-close.
    bool write = false; ///< The sender can write no more: stop reading.
    bool operator==(const EndOfStream &) const = default;
};

/// The header lines of one chunk (PROTOCOL.md 3). Views point into the decoder's or the caller's
/// bytes and live until the next call of whoever handed this out.
struct ChunkHead
{
    std::optional<StreamId> sid;
    QByteArrayView protocol;            ///< `Proto`; empty when absent
    QByteArrayView host;                ///< `Host`
    quint16 port = 0;                   ///< `Port`
    QByteArrayView visitorAddress;      ///< `RIP`
    quint16 visitorPort = 0;            ///< `RPort`
    bool visitorTls = false;            ///< `RTLS`
    std::optional<EndOfStream> end;     ///< `EOF`; the chunk's data is then a dummy
    bool noop = false;                  ///< `NOOP`; the chunk's data is then a dummy
    std::optional<QByteArrayView> ping; ///< `PING`; answered even without NOOP
    std::optional<QByteArrayView> pong; ///< `PONG`
    bool resetDeflate = false;          ///< `ZRST`
    std::optional<quint64> writtenKib;  ///< `SKB`
    std::optional<qint64> quotaKb;      ///< `Quota`
    /// `X-PageKite...` (or the old `X-Beanstalk...`) lines in order, names as sent.
    std::vector<std::pair<QByteArrayView, QByteArrayView>> pagekite;

    /// Whether the data part belongs to a stream and is to be delivered.
    bool carriesData() const { return !noop && !end && !ping && !pong; }
    bool opensStream() const { return sid && !protocol.isEmpty() && !host.isEmpty(); }
};

/// Parses the lines before the blank line. `lines` includes the CRLF of the last line, not the
/// blank line. Unknown names are ignored, names are case-insensitive, values are trimmed.
Result<ChunkHead, ChunkError> parseChunkHead(QByteArrayView lines);

} // namespace kite::wire
