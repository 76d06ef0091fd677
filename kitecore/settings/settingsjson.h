#pragma once

#include <QJsonObject>

#include "kitecore/base/result.h"
#include "kitecore/settings/kiteconfig.h"

/// Settings <-> JSON. The members are described in settingsjson.cpp's tables of words; what a
/// member means stands at its field in kiteconfig.h.
namespace kite::settings {

/// @return the settings, or the path of the first member of a wrong kind: `kites[2].publicPort`.
/// A missing member has its default. Relays and kites that use a word we do not know (a newer
/// Kiteline's) are left out: withSettings() keeps them.
Result<Settings, QString> settingsFromJson(const QJsonObject &root);

/// `before` with what Settings knows replaced: members nobody here knows stay, also inside relays
/// and kites of the same id. Relays and kites that are gone from `settings` go.
QJsonObject withSettings(QJsonObject before, const Settings &settings);

} // namespace kite::settings
