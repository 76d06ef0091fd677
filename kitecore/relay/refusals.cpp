#include "kitecore/relay/refusals.h"

namespace kite::relay {

const char *refusedWord(Refused why)
{
    static constexpr std::array<const char *, refusedCount> words {
        "accept-acl-file",   "client-acl", "tunnel-acl", "connections",      "visitors-per-address",
        "links-per-address", "memory",     "cut-off",    "streams-per-link", "ratelimit-ips",
        "not-flying",        "silent",     "unreadable", "leaving",
    };
    return words[size_t(why)];
}

std::optional<qint64> Refusals::tellNow(Refused why, Clock::Steady now)
{
    auto &asked = slot(why);
    const qint64 time = now.time_since_epoch().count();
    auto due = asked.tellAt.load(std::memory_order_relaxed);
    if (due != 0 && time < due)
        return std::nullopt;
    const qint64 next = (now + tellAgainAfter).time_since_epoch().count();
    if (!asked.tellAt.compare_exchange_strong(due, next, std::memory_order_relaxed))
        return std::nullopt; // another worker tells
    return of(why);
}

} // namespace kite::relay
