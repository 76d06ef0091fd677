#pragma once

#include "kitecore/http/ownpages.h"
#include "kitecore/origin/addressrange.h"
#include "kitecore/origin/passwords.h"

namespace kite::origin {

/// What one kite asks for in front of its target (PROTOCOL.md, "Serving a stream").
struct Rules
{
    std::vector<AddressRange> addresses; ///< `+ip`: nobody else may come; empty: everybody
    Passwords passwords;                 ///< `+password`; asked for on every request
    bool firewall = false;               ///< not `+insecure`
    bool forwardingFields = false; ///< not `+rawheaders`: what is known of the visitor is added,
                                   ///< what the visitor says of it renamed
    QByteArray host;               ///< `+rewritehost`: the target sees this one; empty: as sent
    bool proxyLine = false;        ///< `+proxyproto`
    http::OwnPages awayPages;      ///< around what is said to who may not come

    /// Those of a kite with a port of its own of which nothing was said, on this computer.
    static Rules usual()
    {
        Rules rules;
        rules.forwardingFields = true;
        return rules;
    }

    /// Whether only some may see the kite.
    bool protect() const { return !addresses.empty() || !passwords.isEmpty(); }
    /// A kite that only some may see needs no other protection.
    bool firewallActs() const { return firewall && !protect(); }
    /// Whether requests have to be looked at.
    bool readRequests() const
    {
        return firewallActs() || forwardingFields || !host.isEmpty() || !passwords.isEmpty();
    }
    bool areEmpty() const { return !readRequests() && addresses.empty() && !proxyLine; }
};

} // namespace kite::origin
