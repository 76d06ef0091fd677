#include "kitecore/origin/passwordtries.h"

#include <algorithm>

#include "kitecore/net/neighbourhood.h"

namespace kite::origin {

std::optional<std::chrono::seconds> PasswordTries::keptOut(const QString &address)
{
    if (m_isQuiet.load(std::memory_order_relaxed) || address.isEmpty())
        return std::nullopt;
    const std::lock_guard guard(m_lock);
    const auto found = m_records.constFind(net::neighbourhood(address));
    const auto now = m_clock.now();
    if (found == m_records.cend() || found->wrong < maxWrong || now >= found->until)
        return std::nullopt;
    return std::chrono::ceil<std::chrono::seconds>(found->until - now);
}

void PasswordTries::wrong(const QString &address)
{
    if (address.isEmpty())
        return;
    const std::lock_guard guard(m_lock);
    const auto now = m_clock.now();
    const auto owner = net::neighbourhood(address);
    auto known = m_records.find(owner);
    if (known == m_records.end()) {
        makeRoom(now);
        known = m_records.insert(owner, {0, now, now});
    } else if (isOld(*known, now)) {
        *known = {0, now, now};
    }
    if (++known->wrong >= maxWrong)
        known->until = now + keptOutFor;
    m_isQuiet.store(false, std::memory_order_relaxed);
}

bool PasswordTries::isOld(const Record &record, Clock::Steady now) const
{
    return record.wrong < maxWrong ? now - record.first >= within : now >= record.until;
}

void PasswordTries::makeRoom(Clock::Steady now)
{
    if (m_records.size() < maxAddresses)
        return;
    m_records.removeIf([&](const auto &record) { return isOld(*record, now); });
    if (m_records.size() >= maxAddresses)
        m_records.erase(std::ranges::min_element(m_records, {}, &Record::first));
}

} // namespace kite::origin
