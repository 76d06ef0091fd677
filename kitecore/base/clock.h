#pragma once

#include <chrono>

namespace kite {

/// Where time comes from, so that tests can move it.
class Clock
{
public:
    using Steady = std::chrono::steady_clock::time_point;

    virtual ~Clock() = default;
    virtual Steady now() const = 0;                    ///< For intervals; never jumps.
    virtual std::chrono::seconds wallTime() const = 0; ///< Since 1970-01-01 UTC.

    static const Clock &system(); ///< Thread-safe.
};

} // namespace kite
