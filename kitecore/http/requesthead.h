#pragma once

#include <optional>
#include <vector>

#include <QByteArray>

#include "kitecore/base/result.h"

namespace kite::http {

/// Why bytes are no HTTP/1.x request head we serve (RFC 9112).
enum class HeadError {
    TooLong,        ///< Over limits::maxHeadBytes or maxHeaderLines without a blank line.
    BadRequestLine, ///< Not three words with one blank between, a method that is no token, control
                    ///< characters.
    BadVersion,     ///< Not HTTP/1.0 or HTTP/1.1.
    BadHeader,      ///< No colon, blank before the colon, folded line (RFC 9112, 5.2), control
                    ///< characters, a bare CR.
    BadHost,        ///< Host with characters no host has, or several that differ (RFC 9112, 3.2).
    BadLength, ///< Content-Length not a number, several that differ, or beside Transfer-Encoding;
               ///< Transfer-Encoding that does not end in one `chunked`, or in HTTP/1.0 (RFC 9112,
               ///< 6.3).
};

inline constexpr qsizetype maxHeaderLines = 200;
inline constexpr qsizetype maxMethodBytes = 32;
inline constexpr qsizetype maxHostBytes = 255; ///< RFC 1035, 2.3.4; without port

/// Of a RequestHead, and valid while it or a copy of it is.
struct Header
{
    QByteArrayView name;  ///< as sent
    QByteArrayView value; ///< without blanks around
};

/// A request's head. Bodies are the caller's business.
struct RequestHead
{
    QByteArray text;      ///< all of it, as sent
    QByteArray method;    ///< case as sent
    QByteArray target;    ///< as sent: visible ASCII and bytes from 0x80 up
    int minorVersion = 1; ///< HTTP/1.x
    std::vector<Header> headers;
    qsizetype bytes = 0; ///< length of the head in the input, blank line included

    /// The first header of that name, case-insensitive; std::nullopt: absent.
    std::optional<QByteArrayView> header(QByteArrayView name) const;
    /// Whether a comma list header holds `token`, case-insensitive (RFC 9110, 5.6.1). All headers
    /// of that name count as one list.
    bool hasToken(QByteArrayView name, QByteArrayView token) const;
    /// Host of the first Host header: lower case, without port, brackets and final dot; empty:
    /// none.
    QByteArray host() const;
    /// GET in HTTP/1.1 with `Upgrade: websocket` and `Connection: upgrade` (RFC 6455, 4.1).
    bool isWebSocketUpgrade() const;
    /// Whether the connection stays open after this exchange (RFC 9112, 9.3).
    bool keepsAlive() const;
    /// Content-Length; 0 without; std::nullopt for Transfer-Encoding.
    std::optional<quint64> bodyBytes() const;
};

/// Reads the head at the front of `bytes`. Takes CRLF and, as deployed relays do, LF line ends, and
/// skips one empty line in front (RFC 9112, 2.2). What follows the head is not looked at.
///
/// @return std::nullopt while incomplete; a bad request line is told before the head is complete.
/// An error is final, and the same however the bytes were cut. Restarting from zero is cheap: looks
/// for the blank line first; `searchedBytes` (may be null, 0 at first) carries over how far it
/// looked.
Result<std::optional<RequestHead>, HeadError> parseRequestHead(QByteArrayView bytes,
                                                               qsizetype *searchedBytes = nullptr);

} // namespace kite::http
