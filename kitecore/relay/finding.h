#pragma once

#include <variant>

#include <QByteArray>

#include "kitecore/http/probeanswer.h"
#include "kitecore/relay/asking.h"

/// What the first bytes of a connection may turn out to be.
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

/// The beginning of another protocol whose clients name the server they want.
struct NamedVisit
{
    Asking asking = Asking::Irc;
    QByteArray host;           ///< Ready for the router.
    qsizetype headBytes = 0;   ///< These first bytes are not for the kite ...
    QByteArray headInstead {}; ///< ... but these.
};

/// A connector looks for a relay that is near and alive.
struct RelayPing
{
    bool headOnly = false;
};

/// Somebody wants to know whether a kite can be reached (PROTOCOL.md, probes).
struct ProbeVisit
{
    QByteArray host; ///< of the kite, ready for the router; empty: no such name
    http::ProbeFormat format = http::ProbeFormat::Picture;
    bool headOnly = false;
};

/// Nothing to route: say these bytes (none: be silent) and close.
struct Refusal
{
    QByteArray answer;
};

/// How much first bytes resemble a protocol.
enum class Likeness : quint8 { No, NeedMore, Yes };

using Finding = std::variant<NeedMore, TlsHello, GreetingHead, Connect, HttpVisit, NamedVisit,
                             RelayPing, ProbeVisit, Refusal>;

} // namespace kite::relay
