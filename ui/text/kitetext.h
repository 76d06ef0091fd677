#pragma once

#include <QString>

#include "kitecore/settings/kiteconfig.h"
#include "kitecore/stats/series.h"

/// What kites are called where people see them.
namespace kite::ui {

/// `photos`, `photos and 2 more`, `Port 5173`, `Port 80 of printer.lan`.
QString targetText(const settings::Target &target);
/// The same with whole paths, one a line.
QString targetDetail(const settings::Target &target);

/// `This computer`, or `This computer and its network`.
QString hereText(const settings::Preferences &preferences);
/// What the user calls the relay, or its host.
QString relayText(const settings::Relay &relay);

/// What all kites do, as one line says it.
struct Activity
{
    qint64 flying = 0;
    qint64 connecting = 0;
    qint64 down = 0; ///< refused
    qint64 paused = 0;
    qint64 visitors = 0; ///< here now
    stats::Sample rate;  ///< of the last second

    bool operator==(const Activity &) const = default;
};

/// `2 kites flying · 3 visitors · 1.2 MB/s`; what is not so is left out.
QString activityText(const Activity &activity);

} // namespace kite::ui
