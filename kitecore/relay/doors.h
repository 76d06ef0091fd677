#pragma once

#include <memory>

#include <QHostAddress>
#include <QList>

#include "kitecore/base/result.h"
#include "kitecore/net/listener.h"
#include "kitecore/relay/relayserver.h"

namespace kite::relay {

/// One port that a relay listens on, on all its addresses.
struct Door
{
    quint16 wanted = 0; ///< as the options say; 0: any
    bool isRaw = false; ///< for raw visitors only: not a byte is waited for
    QList<std::shared_ptr<net::ListeningSocket>> sockets; ///< at least one

    quint16 port() const { return sockets.first()->port(); } ///< really bound
};

/// Everything a relay listens on.
struct Doors
{
    QList<QHostAddress> addresses;
    QList<Door> all;

    /// Those that are not raw, in the order of the options.
    QList<quint16> ports() const;
};

/// Opens the ports of the options; what is open already stays open.
/// @param open before; ports that are not wanted any more close with their last user.
Result<Doors, RelayFailure> openDoors(const RelayOptions &options, const Doors &open = {});

} // namespace kite::relay
