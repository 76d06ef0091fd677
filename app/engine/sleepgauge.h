#pragma once

#include <chrono>

namespace kite::app {

/// Notices that this computer slept, or that this process was stopped, by looking at clocks now
/// and then. Pure: readings are passed in.
class SleepGauge
{
public:
    struct Reading
    {
        std::chrono::nanoseconds awake {}; ///< stands still while the computer sleeps (on Linux)
        std::chrono::nanoseconds whole {}; ///< goes on
    };
    static Reading read();

    /// How often slept() is asked.
    static constexpr std::chrono::seconds rhythm {5};
    /// A short sleep harms no link; timers are up to a second late anyway.
    static constexpr std::chrono::seconds least {3};

    explicit SleepGauge(Reading first) : m_last(first) {}

    /// Whether that happened since the last reading.
    bool slept(Reading now);

private:
    Reading m_last;
};

} // namespace kite::app
