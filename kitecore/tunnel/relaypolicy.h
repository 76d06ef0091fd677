#pragma once

#include <optional>
#include <span>
#include <vector>

#include "kitecore/base/clock.h"
#include "kitecore/base/endpoint.h"

namespace kite::tunnel {

/// What is known of one relay that kites could fly at.
struct Candidate
{
    /// Who named it.
    enum class Origin {
        Fixed, ///< The user (`--frontend`): flown at in any case.
        Kite,  ///< A kite's name leads to it: visitors arrive there already.
        Pool,  ///< The pool (`--frontends`).
    };
    Endpoint endpoint;
    Origin origin = Origin::Pool;
    /// Mean of its last pings. std::nullopt: it does not answer them, or was not asked.
    std::optional<std::chrono::milliseconds> roundTrip;
    QByteArray uuid; ///< of its process; empty: not known
    bool overloaded = false;
    std::optional<Clock::Steady> failedAt; ///< the last time that no link could be made
    bool live = false;                     ///< a link to it is up
};

/// How many of the candidates, and which not.
struct ChoiceRules
{
    int wanted = 1; ///< relays, the fixed ones among them
    QList<Endpoint> never;
    bool pings = true; ///< false: nobody was asked (Tor), so silence says nothing
};

/// Decides at which relays to fly (PROTOCOL.md, "Choosing relays"). Pure; the lower the value the
/// better.
class RelayPolicy
{
public:
    static constexpr std::chrono::milliseconds poolPenalty {50};
    static constexpr std::chrono::milliseconds overloadInPool {250};
    static constexpr std::chrono::milliseconds overloadOfFixed {125};
    static constexpr std::chrono::milliseconds overloadOfKites {50};
    /// After a failed dial, falling to nothing within `failureMemory`.
    static constexpr std::chrono::milliseconds failurePenalty {1000};
    static constexpr std::chrono::minutes failureMemory {30};
    /// For relays without a link, for each link that is up beyond those wanted.
    static constexpr std::chrono::milliseconds penaltyForMore {200};
    /// A kite's own relay that is so near needs no comparison with the pool.
    static constexpr std::chrono::milliseconds nearEnough {55};
    /// What a live link is worth: small differences move nobody.
    static constexpr int livePercentOff = 10;

    RelayPolicy(ChoiceRules rules, Clock::Steady now) : m_rules(std::move(rules)), m_now(now) {}

    /// The fixed ones and the best of the others, best first; of several addresses of one process
    /// (same UUID) one, the live one if there is one.
    std::vector<Endpoint> choose(std::span<const Candidate> candidates) const;

    /// Whether the relays that kites lead to already are so good that the pool need not be asked.
    bool sufficient(std::span<const Candidate> candidates) const;

    /// @return std::nullopt: can not be used.
    std::optional<std::chrono::milliseconds> value(const Candidate &candidate, int live) const;

private:
    bool isForbidden(const Candidate &candidate) const;
    bool answers(const Candidate &candidate) const;
    int answeringFixed(std::span<const Candidate> candidates) const;

    ChoiceRules m_rules;
    Clock::Steady m_now;
};

} // namespace kite::tunnel
