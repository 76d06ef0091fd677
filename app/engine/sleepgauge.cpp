#include "app/engine/sleepgauge.h"

#include <utility>

#ifdef Q_OS_LINUX
#include <ctime>
#endif

namespace kite::app {

SleepGauge::Reading SleepGauge::read()
{
    const std::chrono::nanoseconds awake = std::chrono::steady_clock::now().time_since_epoch();
#ifdef Q_OS_LINUX
    timespec whole {};
    if (::clock_gettime(CLOCK_BOOTTIME, &whole) == 0)
        return {awake,
                std::chrono::seconds(whole.tv_sec) + std::chrono::nanoseconds(whole.tv_nsec)};
#endif
    return {awake, awake}; // steady clocks of other systems go on in sleep
}

bool SleepGauge::slept(Reading now)
{
    const Reading last = std::exchange(m_last, now);
    const auto awake = now.awake - last.awake;
    const auto asleep = now.whole - last.whole - awake;
    return asleep >= least || awake >= rhythm + least;
}

} // namespace kite::app
