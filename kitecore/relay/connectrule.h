#pragma once

#include "kitecore/relay/firstbytes.h"
#include "kitecore/relay/kiteregistry.h"
#include "kitecore/tls/servernames.h"

namespace kite::relay {

/// What follows a CONNECT.
enum class ConnectWay {
    Refused,
    Http, ///< A request, as if it had come to that port.
    Tls,  ///< A ClientHello; the name of the CONNECT stands for SNI.
    Raw,  ///< Whatever the kite speaks.
};

struct ConnectRule
{
    ConnectWay way = ConnectWay::Refused;
    Route route; ///< for Raw
};

/// PROTOCOL.md, CONNECT: ports 80 and 8080 for http kites, 443 for https kites and for names whose
/// TLS the relay ends, and ports in `rawPorts` (any with `virtual`) for raw kites. Exact names
/// only.
ConnectRule connectRule(const Connect &connect, const KiteRegistry &registry,
                        const tls::ServerNames &names, const QByteArrayList &rawPorts);

} // namespace kite::relay
