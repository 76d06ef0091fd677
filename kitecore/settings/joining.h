#pragma once

#include "kitecore/settings/invitation.h"
#include "kitecore/settings/kiteconfig.h"

namespace kite::settings {

/// What an invitation comes to among the relays that the user has.
struct Joining
{
    Relay relay;          ///< To keep with the invitation's secret: a new one, or the one below.
    bool isKnown = false; ///< There is one for this name at this relay already.
    QList<Relay> others;  ///< The user's other names there, as they have to become, too.
    bool changesTrust = false; ///< The relay was known by another certificate: the user decides.
};

/// A relay that was added by its host alone, and that nothing flies at, takes the name.
Joining joining(const Invitation &invitation, const Settings &settings);

} // namespace kite::settings
