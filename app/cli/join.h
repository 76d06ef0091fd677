#pragma once

#include "app/cli/commandline.h"
#include "kitecore/settings/invitation.h"
#include "kitecore/settings/rctexts.h"

namespace kite::cli {

/// `kite join LINK [ORIGIN]...`: the words and options that the invitation stands for take its
/// place. Without an origin there is nothing to fly yet: line.words stays empty.
Result<settings::Invitation, UsageError> acceptInvitation(CommandLine &line);

/// Takes out what files say of other relays and other kites: only the invitation's relay is
/// dialled, with its name and secret. How links get out of here and what protects a kite stays.
void leaveOutOthers(QList<Setting> &settings);

/// What configuration files do not say yet of an invitation that is to be kept in them; an error
/// where their kites would fly elsewhere by that, or otherwise.
using Missing = Result<QList<Setting>, UsageError>;
Missing missingIn(const QList<settings::RcLine> &lines, const settings::Invitation &invitation);

/// The text of a configuration file with the invitation kept in it. @param path need not be there
Result<QByteArray, UsageError> keepInvitation(const settings::Invitation &invitation,
                                              settings::RcTexts &texts, const QString &path);

} // namespace kite::cli
