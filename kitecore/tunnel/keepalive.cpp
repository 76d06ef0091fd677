#include "kitecore/tunnel/keepalive.h"

#include <algorithm>
#include <utility>

namespace kite::tunnel {

namespace {

constexpr qsizetype tenths = 10;
/// More losses than that make it no shorter.
constexpr qsizetype mostLosses = KeepAlive::fewLosses + tenths;

} // namespace

void KeepAlive::calm()
{
    if (!std::exchange(m_lostSince, false))
        m_grown = std::min(m_grown + step, longest);
}

void KeepAlive::lost(Loss how, Clock::Steady now)
{
    m_lostSince = true;
    if (how == Loss::Silent)
        m_grown = usual;
    m_losses.append(now);
    if (m_losses.size() > mostLosses)
        m_losses.removeFirst();
}

std::chrono::seconds KeepAlive::pingAfter(Clock::Steady now) const
{
    const auto recent = std::ranges::count_if(
        m_losses, [now](Clock::Steady loss) { return now - loss < memory; });
    if (recent < fewLosses)
        return m_grown;
    const auto left = std::max<qsizetype>(0, tenths - (recent - fewLosses));
    return std::max(shortest, std::chrono::seconds(usual * left / tenths));
}

} // namespace kite::tunnel
