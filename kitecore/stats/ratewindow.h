#pragma once

#include <array>
#include <optional>

#include "kitecore/base/clock.h"
#include "kitecore/stats/series.h"

namespace kite::stats {

/// The last five minutes of one kite: a ring of per-second byte counts, fed with running totals at
/// whatever moments they arrive. What came between two moments is spread evenly over the time
/// between them, so that a snapshot that comes 50 ms late makes neither a hole nor a spike.
class RateWindow
{
public:
    static constexpr int seconds = 300;

    /// Totals since start; the first ones only set the base, so that old traffic is no peak.
    /// Totals that shrink (the kite started anew) count from zero.
    void record(Clock::Steady now, Sample totals);
    /// Time goes on and nothing was counted.
    void idle(Clock::Steady now);

    /// The last complete second.
    Sample latest() const;
    /// Always `seconds` samples, those before the first record() are zero. Complete seconds only.
    Series series() const;

private:
    static constexpr int ringSize = seconds + 1; ///< the last one is still filling

    void moveTo(qint64 second);
    void spread(Clock::Steady from, Clock::Steady to, Sample bytes);
    Sample &slot(qint64 second) { return m_ring[std::size_t(second % ringSize)]; }
    const Sample &slot(qint64 second) const { return m_ring[std::size_t(second % ringSize)]; }

    std::array<Sample, ringSize> m_ring {};
    std::optional<Clock::Steady> m_last;
    Sample m_totals;
    qint64 m_second = 0; ///< the one that is filling, counted from the clock's start
};

} // namespace kite::stats
