#include "kitecore/net/backoff.h"

#include <algorithm>
#include <cmath>

namespace kite::net {

namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr Milliseconds firstAtMost {200};
constexpr Milliseconds firstWait {1000};
constexpr double growth = 1.6;
constexpr double jitter = 0.2;

} // namespace

Backoff::Backoff(std::chrono::milliseconds longest, std::function<double()> random)
    : m_longest(longest)
    , m_random(std::move(random))
{
}

std::chrono::milliseconds Backoff::next()
{
    using std::chrono::milliseconds;
    using std::chrono::round;

    const int tries = m_tries++;
    if (tries == 0)
        return round<milliseconds>(firstAtMost * m_random());
    const auto wait = std::min<Milliseconds>(firstWait * std::pow(growth, tries - 1), m_longest);
    if (wait == m_longest)
        m_tries = tries; // longer waits cannot come: no need to count on
    return round<milliseconds>(wait * (1 - jitter + 2 * jitter * m_random()));
}

void Backoff::reset()
{
    m_tries = 0;
}

} // namespace kite::net
