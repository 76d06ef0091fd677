#pragma once

#include <array>
#include <atomic>
#include <optional>

#include "kitecore/base/clock.h"

namespace kite::relay {

/// Why a relay turned somebody away.
enum class Refused : quint8 {
    AcceptFile,        ///< `--accept_acl_file` does not admit the address
    VisitorRules,      ///< `--client_acl` does not
    ConnectorRules,    ///< `--tunnel_acl` does not
    Connections,       ///< all places of the relay are taken
    VisitorsOfAddress, ///< all places of the visitor's address are taken
    LinksOfAddress,    ///< the same for connectors
    Memory,            ///< too much waits for slow visitors and connectors already
    CutOff,            ///< it was a visitor, and such a slow one
    StreamsOfLink,     ///< the kite's link is full
    VisitorRate,       ///< `--ratelimit_ips`
    NotFlying,         ///< nobody serves that name
    Silent,            ///< no complete first words in time
    Unreadable,        ///< nothing a relay understands
    Leaving,           ///< the relay is about to end
};
inline constexpr size_t refusedCount = size_t(Refused::Leaving) + 1;

/// The stable word for it, as `kite_relay_refused_total{reason="..."}` has it.
const char *refusedWord(Refused why);

/// How often each happened. Thread-safe.
class Refusals
{
public:
    static constexpr std::chrono::seconds tellAgainAfter {60};

    void count(Refused why) { slot(why).total.fetch_add(1, std::memory_order_relaxed); }
    qint64 of(Refused why) const
    {
        return m_slots[size_t(why)].total.load(std::memory_order_relaxed);
    }

    /// Whether the operator should hear of it now: seldom, however often it happens.
    /// @return how many there were of it so far; std::nullopt: not now.
    std::optional<qint64> tellNow(Refused why, Clock::Steady now);

private:
    struct Slot
    {
        std::atomic<qint64> total = 0;
        std::atomic<qint64> tellAt = 0; ///< in the clock's own units; 0: at once
    };
    Slot &slot(Refused why) { return m_slots[size_t(why)]; }

    std::array<Slot, refusedCount> m_slots;
};

} // namespace kite::relay
