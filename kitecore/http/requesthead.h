#pragma once

#include <optional>
#include <vector>

#include <QByteArray>

#include "kitecore/base/result.h"

namespace kite::http {

/// Why bytes are no HTTP/1.x request head we serve (RFC 9112).
enum class HeadError {
    TooLong,        ///< Over limits::maxHeadBytes or maxHeaderLines without a blank line.
    BadRequestLine, ///< Not three words, unknown form of method or target, control characters.
    BadVersion,     ///< Not HTTP/1.0 or HTTP/1.1.
    BadHeader,      ///< No colon, blank before the colon, folded line (RFC 9112, 5.2), control
                    ///< characters.
    BadHost,        ///< Host with characters no host has, or several that differ (RFC 9112, 3.2).
    BadLength, ///< Content-Length not a number, several that differ, or beside Transfer-Encoding.
};

inline constexpr qsizetype maxHeaderLines = 200;

struct Header
{
    QByteArray name;  ///< as sent
    QByteArray value; ///< without blanks around
};

/// A request's head. Bodies are the caller's business.
struct RequestHead
{
    QByteArray method;    ///< case as sent
    QByteArray target;    ///< as sent
    int minorVersion = 1; ///< HTTP/1.x
    std::vector<Header> headers;
    qsizetype bytes = 0; ///< length of the head in the input, blank line included

    /// The first header of that name, case-insensitive; std::nullopt: absent.
    std::optional<QByteArrayView> header(QByteArrayView name) const;
    /// Whether a comma list header holds `token`, case-insensitive (RFC 9110, 5.6.1).
    bool hasToken(QByteArrayView name, QByteArrayView token) const;
    /// Host of the first Host header: lower case, without port and brackets; empty: none.
    QByteArray host() const;
    bool isWebSocketUpgrade() const;
    /// Whether the connection stays open after this exchange (RFC 9112, 9.3).
    bool keepsAlive() const;
    /// Content-Length; 0 without; std::nullopt for Transfer-Encoding.
    std::optional<quint64> bodyBytes() const;
};

/// Reads the head at the front of `bytes`. Takes CRLF and, as deployed relays do, LF line ends.
/// @return std::nullopt while incomplete. Restarting from zero is cheap: looks for the blank line
/// first; `searchedBytes` (may be null) carries over how far it looked.
Result<std::optional<RequestHead>, HeadError> parseRequestHead(QByteArrayView bytes,
                                                               qsizetype *searchedBytes = nullptr);

} // namespace kite::http
