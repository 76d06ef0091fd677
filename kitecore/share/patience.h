#pragma once

#include <chrono>
#include <functional>

#include "kitecore/net/loop.h"

namespace kite::share {

/// One limit of a connection, moved with every request: moving it later costs a look at the clock,
/// where arming a deadline anew each time would cost more than the rest of a small answer.
class Patience
{
    Q_DISABLE_COPY_MOVE(Patience)

public:
    /// @param lost called once the limit is over; may destroy this.
    Patience(net::Loop &loop, std::function<void()> lost);

    void wait(std::chrono::seconds limit); ///< from now on
    void stop() { m_token.cancel(); }

private:
    void arm();
    void expired();

    net::Loop &m_loop;
    std::function<void()> m_lost;
    Clock::Steady m_due;
    Clock::Steady m_armedFor;
    net::Deadlines::Token m_token;
};

} // namespace kite::share
