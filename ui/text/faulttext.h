#pragma once

#include <QString>

#include "kitecore/settings/invitation.h"
#include "kitecore/settings/validation.h"

namespace kite::ui {

/// What to do about one field of a dialog; short, translated, shown below the field.
QString faultText(const settings::Finding &finding);
/// The same about what was pasted as an invitation.
QString faultText(settings::InvitationFault fault);

} // namespace kite::ui
