#pragma once

#include <algorithm>

#include "kitecore/relay/relayserver.h"

namespace kite::relay {

/// Whether connectors find this relay under `host`: a name, not a wildcard, whose TLS it ends.
/// @param host lower case, as are the options' names.
inline bool isOwnName(const RelayOptions &options, const QByteArray &host)
{
    return host == options.tlsDefault
        || std::ranges::find(options.tlsNames, host, &tls::ServerName::name)
        != options.tlsNames.cend();
}

} // namespace kite::relay
