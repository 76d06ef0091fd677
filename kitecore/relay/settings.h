#pragma once

#include <memory>

#include "kitecore/relay/awaypages.h"
#include "kitecore/relay/doorman.h"
#include "kitecore/relay/linkdesk.h"
#include "kitecore/relay/relayserver.h"
#include "kitecore/tls/servernames.h"

namespace kite::relay {

/// What may change while a relay runs. Constant once made: each worker holds the one that it knows
/// of, and gets the next by mail. Nobody keeps a reference into it past an event.
struct Settings
{
    RelayOptions options; ///< names in lower case
    QList<quint16> ports; ///< really bound, in the order of the options
    int places = 0;       ///< for visitors and links together
    tls::ServerNames names;
    std::unique_ptr<Doorman> doorman;
    std::unique_ptr<AwayPages> pages;
    std::unique_ptr<LinkDesk> desk;
};
using SettingsPtr = std::shared_ptr<const Settings>;

/// Reads the certificates; those of `before` stay where their files cannot be used any more.
/// @return without a desk, a doorman and ports.
Result<std::shared_ptr<Settings>, RelayFailure> readSettings(RelayOptions options,
                                                             const tls::ServerNames &before);

} // namespace kite::relay
