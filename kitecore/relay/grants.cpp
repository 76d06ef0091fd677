#include "kitecore/relay/grants.h"

#include <algorithm>

namespace kite::relay {

namespace {

void lower(qint64 &least, qint64 value)
{
    if (value > 0 && (least == 0 || value < least))
        least = value;
}

} // namespace

void Grants::add(const Grant &grant)
{
    remove(grant.request.kite);
    m_grants.push_back(grant);
}

void Grants::remove(const KiteId &kite)
{
    std::erase_if(m_grants, [&](const Grant &grant) { return grant.request.kite == kite; });
}

Allowance Grants::least() const
{
    Allowance least;
    for (const auto &grant : m_grants) {
        lower(least.quotaKb, grant.allowance.quotaKb);
        lower(least.days, grant.allowance.days);
        lower(least.connections, grant.allowance.connections);
        if (grant.allowance.visitorRate.isStricterThan(least.visitorRate))
            least.visitorRate = grant.allowance.visitorRate;
    }
    return least;
}

void Grants::describe(wire::GreetingReply &reply) const
{
    const auto allowance = least();
    reply.quotaKb = allowance.quotaKb;
    reply.quotaDays = allowance.days;
    reply.quotaConns = allowance.connections;
}

} // namespace kite::relay
