#pragma once

#include "app/cli/commandline.h"
#include "kitecore/settings/invitation.h"

namespace kite::cli {

/// `kite join LINK [ORIGIN]...`: the words and options that the invitation stands for take its
/// place. Without an origin there is nothing to fly yet: line.words stays empty.
Result<settings::Invitation, UsageError> acceptInvitation(CommandLine &line);

/// The text of a configuration file with the invitation kept in it.
/// @param before as it is now; may be empty.
Result<QByteArray, UsageError> keepInvitation(const settings::Invitation &invitation,
                                              const QByteArray &before);

} // namespace kite::cli
