#include "kitecore/tunnel/relaypolicy.h"

#include <algorithm>

namespace kite::tunnel {

using std::chrono::milliseconds;
using Origin = Candidate::Origin;

namespace {

milliseconds overloadPenalty(Origin origin)
{
    switch (origin) {
    case Origin::Fixed:
        return RelayPolicy::overloadOfFixed;
    case Origin::Kite:
        return RelayPolicy::overloadOfKites;
    case Origin::Pool:
        return RelayPolicy::overloadInPool;
    }
    Q_UNREACHABLE();
}

milliseconds rememberedPenalty(Clock::Steady failedAt, Clock::Steady now)
{
    const auto left = failedAt + RelayPolicy::failureMemory - now;
    if (left.count() <= 0)
        return {};
    const double share = std::chrono::duration<double>(left) / RelayPolicy::failureMemory;
    return milliseconds(qint64(double(RelayPolicy::failurePenalty.count()) * share));
}

/// Two addresses of one process, or simply the same.
bool isSame(const Candidate &a, const Candidate &b)
{
    return a.endpoint == b.endpoint || (!a.uuid.isEmpty() && a.uuid == b.uuid);
}

} // namespace

bool RelayPolicy::isForbidden(const Candidate &candidate) const
{
    return m_rules.never.contains(candidate.endpoint);
}

/// A live link is an answer, too.
bool RelayPolicy::answers(const Candidate &candidate) const
{
    return candidate.live || candidate.roundTrip || !m_rules.pings;
}

std::optional<milliseconds> RelayPolicy::value(const Candidate &candidate, int live) const
{
    if (isForbidden(candidate) || !answers(candidate))
        return std::nullopt;
    milliseconds value = candidate.roundTrip.value_or(milliseconds {});
    if (candidate.live)
        value -= value * livePercentOff / 100;
    if (candidate.origin == Origin::Pool)
        value += poolPenalty;
    if (candidate.overloaded)
        value += overloadPenalty(candidate.origin);
    if (candidate.failedAt)
        value += rememberedPenalty(*candidate.failedAt, m_now);
    if (!candidate.live)
        value += penaltyForMore * std::max(0, live - m_rules.wanted);
    return value;
}

int RelayPolicy::answeringFixed(std::span<const Candidate> candidates) const
{
    return int(std::ranges::count_if(candidates, [this](const Candidate &candidate) {
        return candidate.origin == Origin::Fixed && answers(candidate);
    }));
}

std::vector<Endpoint> RelayPolicy::choose(std::span<const Candidate> candidates) const
{
    struct Rated
    {
        const Candidate *candidate;
        milliseconds value;
    };
    const auto live = int(std::ranges::count_if(candidates, &Candidate::live));
    std::vector<const Candidate *> chosen;
    std::vector<Rated> rated;
    for (const auto &candidate : candidates) {
        if (candidate.origin == Origin::Fixed)
            chosen.push_back(&candidate);
        else if (const auto worth = value(candidate, live))
            rated.push_back({&candidate, *worth});
    }
    // of one process the live address goes before a faster one
    std::ranges::stable_sort(rated, {}, &Rated::value);
    std::vector<const Candidate *> order;
    for (const auto &each : rated) {
        const auto same = std::ranges::find_if(
            order, [&](const Candidate *other) { return isSame(*other, *each.candidate); });
        if (same == order.end())
            order.push_back(each.candidate);
        else if (each.candidate->live && !(*same)->live)
            *same = each.candidate;
    }
    auto room = m_rules.wanted - answeringFixed(candidates);
    for (const auto *candidate : order) {
        const bool known = std::ranges::any_of(
            chosen, [&](const Candidate *other) { return isSame(*other, *candidate); });
        if (room <= 0 || known)
            continue;
        chosen.push_back(candidate);
        --room;
    }
    std::vector<Endpoint> endpoints;
    for (const auto *candidate : chosen)
        endpoints.push_back(candidate->endpoint);
    return endpoints;
}

bool RelayPolicy::sufficient(std::span<const Candidate> candidates) const
{
    const auto live = int(std::ranges::count_if(candidates, &Candidate::live));
    std::vector<const Candidate *> near;
    for (const auto &candidate : candidates) {
        const auto worth = candidate.origin == Origin::Kite ? value(candidate, live) : std::nullopt;
        const bool known = std::ranges::any_of(
            near, [&](const Candidate *other) { return isSame(*other, candidate); });
        if (worth && *worth < nearEnough && !known)
            near.push_back(&candidate);
    }
    return answeringFixed(candidates) + int(near.size()) >= m_rules.wanted;
}

} // namespace kite::tunnel
