#pragma once

#include <QVarLengthArray>

#include "kitecore/http/chunkedbody.h"
#include "kitecore/http/headlines.h"

namespace kite::http {

/// A request's head as views into the bytes that it was read from.
struct RequestView
{
    QByteArrayView method;
    QByteArrayView target;
    int minorVersion = 1;
    QByteArrayView requestLine; ///< with CRLF
    struct Field
    {
        QByteArrayView name;
        QByteArrayView value;
        QByteArrayView line; ///< with CRLF
    };
    QVarLengthArray<Field, 24> fields; ///< in order
    bool isChunked = false;
    quint64 bodyBytes = 0; ///< by Content-Length; 0 also without

    bool hasBody() const { return isChunked || bodyBytes > 0; }
    /// The first field of that name, case-insensitive; null: absent.
    const Field *field(QByteArrayView name) const;
};

/// Cuts what a visitor sends on one connection into requests, head after body after head, so that
/// the next server cuts them in the same places (RFC 9112, 11.2). Stricter than parseRequestHead(),
/// by everything that has two meanings somewhere: lines end in CRLF; `Transfer-Encoding` is one
/// `chunked` and stands alone; `Host` stands once, and in HTTP/1.1 it must.
///
/// Pure: holds no bytes and no views.
class RequestFraming
{
public:
    enum class Piece : quint8 {
        Incomplete, ///< Offer the same bytes again with more behind them.
        Head,       ///< A whole head; empty lines in front of it are not part of `view`.
        Body,       ///< Part of the request's body.
    };
    struct Next
    {
        Piece piece = Piece::Incomplete;
        qsizetype bytes = 0; ///< how many at the front it is
    };

    /// What stands at the front of `bytes`. An error is final, and the same however the bytes came;
    /// of a head it is told once that is complete, at the latest. Whoever offers a head byte by
    /// byte does not make this slow.
    /// @param view filled for Piece::Head.
    Result<Next, HeadError> next(QByteArrayView bytes, RequestView &view);

    /// How many bytes will follow that nobody has to look at.
    quint64 unwatched() const { return m_state == State::Length ? m_left : 0; }
    /// So many of them were taken.
    void skip(quint64 bytes);

    /// Nothing of a request has been taken since the last one was complete.
    bool isBetweenRequests() const { return m_state == State::Head; }

private:
    enum class State : quint8 { Head, Length, Chunks };

    Result<Next, HeadError> nextHead(QByteArrayView bytes, RequestView &view);
    Result<Next, HeadError> nextChunks(QByteArrayView bytes);

    State m_state = State::Head;
    bool m_lookedOnce = false; ///< at the incomplete head in front
    qsizetype m_searched = 0;  ///< of it, for its end
    quint64 m_left = 0;
    ChunkedBody m_chunks;
};

} // namespace kite::http
