#include "kitecore/base/clock.h"

namespace kite {

namespace {

class SystemClock final : public Clock
{
public:
    Steady now() const override { return std::chrono::steady_clock::now(); }

    std::chrono::seconds wallTime() const override
    {
        return std::chrono::duration_cast<std::chrono::seconds>(
            std::chrono::system_clock::now().time_since_epoch());
    }
};

} // namespace

const Clock &Clock::system()
{
    static const SystemClock clock;
    return clock;
}

} // namespace kite
