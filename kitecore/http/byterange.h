#pragma once

#include <optional>
#include <vector>

#include <QByteArray>

namespace kite::http {

/// Bytes `first` .. `first + bytes - 1` of something; never empty.
struct ByteRange
{
    quint64 first = 0;
    quint64 bytes = 0;
    quint64 last() const { return first + bytes - 1; }
    bool operator==(const ByteRange &) const = default;
};

/// More parts than this in one request are answered with the whole (RFC 9110, 14.2: against
/// requests that cost much more to answer than to send).
inline constexpr qsizetype maxRanges = 32;

/// What to send for a Range header.
struct RangeChoice
{
    enum class Kind {
        Whole,         ///< 200: no range unit of ours, malformed, or too many parts
        Parts,         ///< 206: one or several
        Unsatisfiable, ///< 416: well-formed, and nothing of it exists
    };
    Kind kind = Kind::Whole;
    std::vector<ByteRange> parts; ///< in the order asked for; rising, if any overlapped
};

/// Reads a Range header for something of `size` bytes (RFC 9110, 14). Parts that overlap or touch
/// are joined, parts that do not exist are left out.
RangeChoice chooseRanges(QByteArrayView header, quint64 size);

/// The value of Content-Range: `bytes 0-4/10`, or `bytes */10` where nothing could be sent.
QByteArray contentRange(const ByteRange &part, quint64 size);
QByteArray contentRangeUnsatisfied(quint64 size);

} // namespace kite::http
