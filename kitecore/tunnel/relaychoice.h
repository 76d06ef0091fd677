#pragma once

#include <QByteArray>

#include "kitecore/base/endpoint.h"
#include "kitecore/net/route.h"
#include "kitecore/tls/context.h"

namespace kite::tunnel {

/// How the link to a relay is protected (PROTOCOL.md, TLS).
enum class LinkTls {
    Off,         ///< plain
    Direct,      ///< TLS at once
    ConnectName, ///< clear-text `CONNECT name:443`, then TLS (`--fe_certname`)
};

/// What a link's chunks travel in (PROTOCOL.md, WebSocket links).
enum class LinkFrames {
    None,
    WebSocket, ///< for proxies that let nothing else through (`--wschunks`)
};

/// Which relay, and how to be sure that it is the one.
struct RelayChoice
{
    Endpoint endpoint;
    LinkTls tls = LinkTls::Off;
    LinkFrames frames = LinkFrames::None;
    tls::RelayTrust trust; ///< names: the first one is sent as SNI and in CONNECT
    net::Route route;      ///< proxies on the way

    /// The same with the relay's host as the accepted name where none is given. Without a check
    /// there is no name to accept.
    RelayChoice withNames() const;

    /// What goes into SNI: the first name, unless it is an address (RFC 6066, 3). Empty: none.
    QByteArray serverName() const;

    /// Whether the relay may show another certificate than its name's: unchecked or pinned.
    bool acceptsAnyName() const
    {
        return trust.check == tls::RelayTrust::Check::None || !trust.fingerprints.isEmpty();
    }
};

} // namespace kite::tunnel
