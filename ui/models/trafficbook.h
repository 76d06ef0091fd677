#pragma once

#include <unordered_map>

#include "kitecore/base/clock.h"
#include "kitecore/stats/ratewindow.h"
#include "kitecore/stats/snapshot.h"

namespace kite::ui {

/// Five minutes of traffic of each kite, from the snapshots of the core.
class TrafficBook
{
public:
    void record(const stats::KiteSnapshot &kite, Clock::Steady now);
    /// Time goes on for every kite, also for those that were not recorded: their graphs stay flat.
    void idle(Clock::Steady now);
    void forget(const QString &kiteId) { m_windows.erase(kiteId); }

    /// Of a kite that was never recorded: empty.
    stats::Series series(const QString &kiteId) const;
    stats::Sample rate(const QString &kiteId) const; ///< of the last second
    stats::Sample rate() const;                      ///< of all kites together

private:
    std::unordered_map<QString, stats::RateWindow> m_windows;
};

} // namespace kite::ui
