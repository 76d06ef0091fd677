#pragma once

#include <QString>
#include <QStringList>

#include "kitecore/settings/kiteconfig.h"

namespace kite::settings {

/// Random, for a new relay or kite.
QString newId();

/// A label a person would recognise for a target, and that may stand in a host name: `holiday
/// photos` becomes `holiday-photos`, `Übung.pdf` `ubung`, port 5173 `port-5173`, nothing usable
/// `share`.
QString labelFor(const Target &target);

/// `label`, or `label-2`, `label-3`... that is not among `taken`.
QString freeName(const QString &label, const QStringList &taken);

/// A name for a new kite at `relay` (null: this computer) that no kite has there yet. The relay's
/// domain is kept; where it is one complete name, that is the only one.
QString proposedName(const Target &target, const Relay *relay, const Settings &settings);

} // namespace kite::settings
