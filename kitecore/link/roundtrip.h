#pragma once

#include <chrono>
#include <optional>

#include <QByteArray>

#include "kitecore/base/clock.h"

namespace kite::link {

/// Makes the tokens of pings and measures how long their answers take.
class RoundTrip
{
public:
    using Steady = Clock::Steady;

    /// @return the token to send: like pagekite.py's, a time with four decimals.
    QByteArray ask(Steady now);
    void answered(QByteArrayView token, Steady now);
    /// By a peer that sends no token back (PROTOCOL.md, 9).
    void answeredBare(Steady now);

    /// Smoothed: 0.9 old + 0.1 new (PROTOCOL.md, 9); zero before the first answer.
    std::chrono::milliseconds value() const;

private:
    struct Question
    {
        QByteArray token;
        Steady at;
    };
    std::optional<Question> m_open;
    std::optional<double> m_milliseconds;
};

} // namespace kite::link
