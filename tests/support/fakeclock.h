#pragma once

#include "kitecore/base/clock.h"

namespace kite::test {

/// Time that moves only when told.
class FakeClock final : public Clock
{
public:
    Steady now() const override { return m_now; }
    std::chrono::seconds wallTime() const override
    {
        return m_wall + std::chrono::duration_cast<std::chrono::seconds>(m_now - Steady {});
    }
    void advance(std::chrono::milliseconds by) { m_now += by; }

private:
    Steady m_now {};
    std::chrono::seconds m_wall {1'700'000'000};
};

} // namespace kite::test
