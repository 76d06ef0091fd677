#pragma once

#include <optional>
#include <variant>

#include <QByteArray>

#include "kitecore/http/requesthead.h"

namespace kite::relay {

/// The first bytes do not tell yet.
struct NeedMore
{
};

/// A TLS handshake begins (PROTOCOL.md, TLS).
struct TlsHello
{
    QByteArray serverName; ///< SNI; empty: none, or an address, which RFC 6066 3 does not allow
};

/// A connector wants to become a link. The head ends with its blank line.
struct GreetingHead
{
    qsizetype bytes = 0;
};

/// `CONNECT host:port`: a way to a kite that is not HTTP.
struct Connect
{
    QByteArray host; ///< Ready for the router.
    quint16 port = 0;
    qsizetype headBytes = 0;
};

/// A complete HTTP request head.
struct HttpVisit
{
    QByteArray host; ///< Ready for the router: lower case, no port, no embedded address.
    bool webSocket = false;
    bool headOnly = false; ///< HEAD: answers have no body.
};

/// Nothing to route: say these bytes (none: be silent) and close.
struct Refusal
{
    QByteArray answer;
};

using Finding = std::variant<NeedMore, TlsHello, GreetingHead, Connect, HttpVisit, Refusal>;

/// Finds out what a connection wants from its first bytes. Pure; one object per connection (and one
/// more after each layer: CONNECT, TLS).
/// Accepts any upper-case method, also those that HTTP learned later; what is no HTTP at all is
/// refused without an answer, at the latest at the end of its first line.
class FirstBytes
{
public:
    /// @param uuid names this relay in its answers.
    explicit FirstBytes(QByteArray uuid) : m_uuid(std::move(uuid)) {}

    /// @param bytes everything so far; grows from call to call. After anything but NeedMore the
    /// object is done.
    Finding look(QByteArrayView bytes);

private:
    Finding lookForGreeting(QByteArrayView bytes);
    Finding lookForRequest(QByteArrayView bytes);
    Finding routeRequest(const http::RequestHead &head) const;
    Finding refuse(http::HeadError error) const;

    QByteArray m_uuid;
    qsizetype m_searchedBytes = 0; ///< No head ends before.
};

/// The name to route by: lower case, without final dot and embedded address.
/// @return std::nullopt for what may not stand in a chunk header or a page.
std::optional<QByteArray> routingHost(QByteArrayView host);

/// Without `0x` + 8 or 32 hex digits + `--` in front (PROTOCOL.md, visitors: some clients put the
/// address they resolved there).
QByteArrayView withoutEmbeddedAddress(QByteArrayView host);

/// What a connector or a CONNECT is told that cannot be served; it has no page.
inline QByteArray unavailableAnswer()
{
    return "HTTP/1.0 503 Unavailable\r\n\r\n";
}

/// An answer cut to its head, for HEAD.
QByteArray headOf(const QByteArray &answer);

} // namespace kite::relay
