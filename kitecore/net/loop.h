#pragma once

#include <array>
#include <span>

#include "kitecore/base/limits.h"
#include "kitecore/net/deadlines.h"
#include "kitecore/net/poller.h"

namespace kite::net {

/// What one thread of the core needs to move bytes. One per thread, made on it, outlives everything
/// that was given a reference to it.
class Loop
{
    Q_DISABLE_COPY_MOVE(Loop)

public:
    explicit Loop(const Clock &clock = Clock::system()) : m_clock(clock), m_deadlines(clock) {}

    Poller &poller() { return m_poller; }
    Deadlines &deadlines() { return m_deadlines; }
    const Clock &clock() const { return m_clock; }

    /// Shared by everybody on this thread: use it and be done with its bytes before returning.
    std::span<char> readBuffer() { return m_readBuffer; }

private:
    const Clock &m_clock;
    Deadlines m_deadlines; ///< before the poller: what it destroys last may still hold tokens
    Poller m_poller;
    std::array<char, limits::readBytes> m_readBuffer;
};

} // namespace kite::net
