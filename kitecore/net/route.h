#pragma once

#include <QByteArray>
#include <QList>

#include "kitecore/base/endpoint.h"

namespace kite::net {

/// A proxy that connections to a relay go through.
struct ProxyHop
{
    enum class Kind {
        HttpConnect, ///< RFC 9110, 9.3.6
        Socks4,      ///< takes IPv4 addresses only: names are looked up here
        Socks4a,     ///< takes names
        Socks5,      ///< takes names (RFC 1928)
    };
    Kind kind = Kind::HttpConnect;
    bool tls = false; ///< TLS to the proxy itself, certificate checked for its name
    Endpoint endpoint;
    QByteArray user; ///< empty: without
    QByteArray password;
    bool operator==(const ProxyHop &) const = default;
};

/// The proxies on the way, nearest first; empty: straight.
using Route = QList<ProxyHop>;

} // namespace kite::net
