#pragma once

#include "app/cli/commandline.h"
#include "kitecore/settings/invitation.h"

namespace kite::cli {

/// `kite join LINK [ORIGIN]...`: the words and options that the invitation stands for take its
/// place. Without an origin there is nothing to fly yet: line.words stays empty.
Result<settings::Invitation, UsageError> acceptInvitation(CommandLine &line);

/// Takes out what files say of other relays and other kites: only the invitation's relay is
/// dialled, with its name and secret. How links get out of here and what protects a kite stays.
void leaveOutOthers(QList<Setting> &settings);

/// The text of a configuration file with the invitation kept in it.
/// @param before as it is now; may be empty. @param files those that it names
/// @return an error where kites of this file would fly elsewhere by that, or otherwise.
Result<QByteArray, UsageError> keepInvitation(const settings::Invitation &invitation,
                                              const QByteArray &before, settings::RcFiles &files);

} // namespace kite::cli
