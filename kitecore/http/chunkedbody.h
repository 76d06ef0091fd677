#pragma once

#include "kitecore/base/result.h"
#include "kitecore/http/requesthead.h"

namespace kite::http {

/// Finds the end of a chunked body (RFC 9112, 7.1) whose bytes pass by, and refuses everything that
/// another server could read differently: line ends other than CRLF, sizes that are not plain hex
/// or overflow, control characters in extensions, trailers that decide something.
///
/// Pure: holds no bytes. Lines are looked at whole, so their beginning has to be offered again.
class ChunkedBody
{
public:
    static constexpr qsizetype maxSizeLineBytes = 512;    ///< with extensions
    static constexpr quint64 maxChunkBytes = 0x7fff'ffff; ///< some servers count in 32 bits
    static constexpr qsizetype maxTrailerBytes = qsizetype {8} * 1024; ///< all of them

    /// @return how many bytes at the front are part of the body and judged; 0: a line is not
    /// complete, offer the same with more behind it. An error is final.
    Result<qsizetype, HeadError> take(QByteArrayView bytes);
    bool isComplete() const { return m_state == State::Complete; }

private:
    enum class State : quint8 { Size, Data, DataEnd, Trailers, Complete };

    Result<qsizetype, HeadError> takeSome(QByteArrayView bytes);
    Result<qsizetype, HeadError> takeSize(QByteArrayView bytes);
    Result<qsizetype, HeadError> takeTrailers(QByteArrayView bytes);

    State m_state = State::Size;
    quint64 m_left = 0; ///< of the chunk's data
};

} // namespace kite::http
