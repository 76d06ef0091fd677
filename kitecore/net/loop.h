#pragma once

#include <array>
#include <memory>
#include <span>
#include <typeindex>
#include <unordered_map>

#include "kitecore/base/limits.h"
#include "kitecore/net/deadlines.h"
#include "kitecore/net/heldbytes.h"
#include "kitecore/net/poller.h"

namespace kite::net {

/// What one thread of the core needs to move bytes. One per thread, made on it, outlives everything
/// that was given a reference to it.
class Loop
{
    Q_DISABLE_COPY_MOVE(Loop)

public:
    /// What a module keeps for one thread. Made by part() on first use, goes first with the loop.
    class Part
    {
    public:
        virtual ~Part() = default;
    };

    // The read buffer stays unset.  NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init)
    explicit Loop(const Clock &clock = Clock::system()) : m_clock(clock), m_deadlines(clock) {}

    Poller &poller() { return m_poller; }
    Deadlines &deadlines() { return m_deadlines; }
    const Clock &clock() const { return m_clock; }
    /// What waits on this thread for slow takers.
    HeldBytes &held() { return m_held; }

    /// Shared by everybody on this thread: use it and be done with its bytes before returning.
    std::span<char> readBuffer() { return m_readBuffer; }

    /// This thread's only T, a Part that is made from a Loop &.
    template <typename T>
    T &part()
    {
        auto &part = m_parts[std::type_index(typeid(T))];
        if (!part)
            part = std::make_unique<T>(*this);
        return static_cast<T &>(*part);
    }

private:
    const Clock &m_clock;
    HeldBytes m_held;      ///< before the poller, for the same reason
    Deadlines m_deadlines; ///< before the poller: what it destroys last may still hold tokens
    Poller m_poller;
    std::array<char, limits::readBytes> m_readBuffer;
    std::unordered_map<std::type_index, std::unique_ptr<Part>> m_parts;
};

} // namespace kite::net
