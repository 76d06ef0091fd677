#pragma once

#include <chrono>

#include <QList>

#include "kitecore/base/clock.h"

namespace kite::tunnel {

/// How long silent links are left alone in `--keepalive=auto`: longer and longer while all is calm,
/// shorter where links get lost (PROTOCOL.md, "Choosing relays"). Pure: time is passed in.
class KeepAlive
{
public:
    static constexpr std::chrono::seconds usual {116};
    static constexpr std::chrono::seconds shortest {20};
    static constexpr std::chrono::seconds longest {1800};
    static constexpr std::chrono::seconds step {15};
    static constexpr std::chrono::hours memory {48}; ///< of losses
    static constexpr qsizetype fewLosses = 3;        ///< from here on it gets shorter

    /// Some time has passed; called at each periodic choice.
    void calm();
    enum class Loss {
        Ended,  ///< closed or reset
        Silent, ///< found dead by asking: the last interval was too long
    };
    void lost(Loss how, Clock::Steady now);

    std::chrono::seconds pingAfter(Clock::Steady now) const;

private:
    std::chrono::seconds m_grown = usual;
    bool m_lostSince = false;      ///< since calm() was called last
    QList<Clock::Steady> m_losses; ///< at most as many as make a difference
};

} // namespace kite::tunnel
