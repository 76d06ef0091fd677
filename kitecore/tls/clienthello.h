#pragma once

#include <optional>

#include <QByteArray>
#include <QByteArrayList>

#include "kitecore/base/result.h"

namespace kite::tls {

/// Why bytes are no usable ClientHello.
enum class HelloError {
    NotAHello, ///< No handshake record, or another message first.
    TooLong,   ///< Over maxHelloBytes.
    Malformed, ///< A length points outside its container, or the name is no host name.
};

inline constexpr qsizetype maxHelloBytes = qsizetype {16} * 1024;

/// What routing needs of a ClientHello (RFC 8446, 4.1.2; RFC 6066, 3; RFC 7301, 3.1).
struct ClientHello
{
    QByteArray serverName;    ///< Lower case, without a final dot; empty: no SNI.
    QByteArrayList protocols; ///< ALPN
};

/// Whether a connection that begins with this byte speaks TLS (or asks for the ancient SSL hello).
inline bool beginsTls(char first)
{
    return first == '\x16' || first == '\x80';
}

/// Reads the hello at the front of `bytes`, also one spread over several records.
/// @return std::nullopt while incomplete.
Result<std::optional<ClientHello>, HelloError> parseClientHello(QByteArrayView bytes);

/// The fatal alert of PROTOCOL.md 12.1: access denied (49); browsers then do not retry.
QByteArray accessDeniedAlert();

} // namespace kite::tls
