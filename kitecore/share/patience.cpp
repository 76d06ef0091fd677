#include "kitecore/share/patience.h"

namespace kite::share {

Patience::Patience(net::Loop &loop, std::function<void()> lost)
    : m_loop(loop)
    , m_lost(std::move(lost))
{
}

void Patience::wait(std::chrono::seconds limit)
{
    m_due = m_loop.clock().now() + limit;
    if (m_armedFor == Clock::Steady {} || m_due < m_armedFor)
        arm();
}

void Patience::arm()
{
    m_armedFor = m_due;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(m_due - m_loop.clock().now());
    m_token = m_loop.deadlines().after(left, [this] { expired(); });
}

void Patience::expired()
{
    if (m_due > m_loop.clock().now())
        return arm();
    m_armedFor = {};
    const auto lost = m_lost; // this may go with it
    lost();
}

} // namespace kite::share
