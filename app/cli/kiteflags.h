#pragma once

#include <QStringList>

#include "kitecore/base/result.h"
#include "kitecore/origin/rules.h"
#include "kitecore/settings/kitespec.h"

/// What the flags of one kite (`+KEY=VALUE`, `--service_cfg`) come to (PROTOCOL.md 15).
namespace kite::cli {

/// Whether requests for what only owners and attackers ask for are passed on.
enum class Firewall { On, Off };

struct KiteFlags
{
    origin::Rules rules;
    QStringList unused; ///< keys that pagekite.py knows and that do nothing here
};

/// @param usual the firewall, where no flag says otherwise. @return what is wrong, a sentence that
/// names the flag, never a password.
Result<KiteFlags, QString> readKiteFlags(const QList<settings::KiteFlag> &flags,
                                         const settings::KiteSpec &kite, Firewall usual);

} // namespace kite::cli
