#include "kitecore/relay/penalties.h"

#include <algorithm>

#include "kitecore/net/neighbourhood.h"

namespace kite::relay {

std::optional<std::chrono::milliseconds> Penalties::reserve(const QString &address)
{
    using std::chrono::milliseconds;
    const std::lock_guard guard(m_lock);
    const auto found = m_records.find(net::neighbourhood(address));
    const auto now = m_clock.now();
    if (found == m_records.end() || now - found->lastFailure > forgetAfter)
        return milliseconds(0);
    const auto turn = std::max(found->nextTurn, now);
    if (turn - now > longestWait)
        return std::nullopt;
    found->nextTurn = turn + stepAfter(found->failures);
    return std::chrono::ceil<milliseconds>(turn - now);
}

bool Penalties::failed(const QString &address)
{
    const std::lock_guard guard(m_lock);
    forgetOld();
    auto &record = m_records[net::neighbourhood(address)];
    const auto now = m_clock.now();
    if (now - record.lastFailure > forgetAfter)
        record.failures = 0;
    ++record.failures;
    record.lastFailure = now;
    record.nextTurn = std::max(record.nextTurn, now + stepAfter(record.failures));
    return record.nextTurn > now;
}

/// Keeps room for one more.
void Penalties::forgetOld()
{
    if (m_records.size() < maxAddresses)
        return;
    const auto now = m_clock.now();
    m_records.removeIf([&](const auto &record) { return now - record->lastFailure > forgetAfter; });
    if (m_records.size() < maxAddresses)
        return;
    const auto oldest = std::ranges::min_element(m_records, {}, &Record::lastFailure);
    m_records.erase(oldest);
}

std::chrono::milliseconds Penalties::stepAfter(int failures)
{
    if (failures <= freeFailures)
        return std::chrono::milliseconds(0);
    const int doublings = std::min(failures - freeFailures - 1, 4);
    return std::min(firstStep * (1 << doublings), longestStep);
}

} // namespace kite::relay
