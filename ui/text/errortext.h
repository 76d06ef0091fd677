#pragma once

#include <QString>

#include "kitecore/secrets/secretstore.h"
#include "kitecore/settings/settingsfile.h"
#include "kitecore/stats/snapshot.h"

/// The one place where an error of the core becomes sentences: what happened, what it means, what
/// to do. Plain text, translated.
namespace kite::ui {

/// One or two words for a lamp's label: `Flying`.
QString stateText(stats::KiteState state);

/// Why the kite `name` is down; empty for None.
QString downText(stats::DownReason reason, const QString &name);

/// A secret could not be kept or found. `relay` is what the user calls the relay.
QString secretKeepText(secrets::SecretError error, const QString &relay);
QString secretFindText(secrets::SecretError error, const QString &relay);
/// The secret of a relay that was removed could not be removed.
QString secretForgetText(secrets::SecretError error, const QString &relay);

QString fileText(settings::FileError error, const QString &path);

} // namespace kite::ui
