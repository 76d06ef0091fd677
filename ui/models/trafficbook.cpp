#include "ui/models/trafficbook.h"

namespace kite::ui {

void TrafficBook::record(const stats::KiteSnapshot &kite, Clock::Steady now)
{
    const auto [at, isNew] = m_windows.try_emplace(kite.id);
    if (isNew) // it began with this program: what it has counted is new
        at->second.record(now, {});
    at->second.record(now, {kite.bytesIn, kite.bytesOut});
}

void TrafficBook::idle(Clock::Steady now)
{
    for (auto &[id, window] : m_windows)
        window.idle(now);
}

stats::Series TrafficBook::series(const QString &kiteId) const
{
    const auto found = m_windows.find(kiteId);
    return found == m_windows.end() ? stats::Series {} : found->second.series();
}

stats::Sample TrafficBook::rate(const QString &kiteId) const
{
    const auto found = m_windows.find(kiteId);
    return found == m_windows.end() ? stats::Sample {} : found->second.latest();
}

stats::Sample TrafficBook::rate() const
{
    stats::Sample sum;
    for (const auto &[id, window] : m_windows) {
        sum.in += window.latest().in;
        sum.out += window.latest().out;
    }
    return sum;
}

} // namespace kite::ui
