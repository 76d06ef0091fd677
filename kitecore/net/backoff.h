#pragma once

#include <chrono>
#include <functional>

namespace kite::net {

/// How long to wait before the next try. Pure: randomness is passed in.
/// First retry at once (0..200 ms), then 1 s growing by 1.6 up to `longest`, each +-20 % (gRPC's
/// connection-backoff document is the source of these figures).
class Backoff
{
public:
    /// @param random gives numbers in [0, 1).
    explicit Backoff(std::chrono::milliseconds longest, std::function<double()> random);

    std::chrono::milliseconds next();
    void reset(); ///< After something worked.

private:
    std::chrono::milliseconds m_longest;
    std::function<double()> m_random;
    int m_tries = 0;
};

} // namespace kite::net
