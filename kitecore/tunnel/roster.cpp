#include "kitecore/tunnel/roster.h"

#include <algorithm>
#include <utility>

namespace kite::tunnel {

namespace {

Roster::Entry newEntry(FlownKite kite)
{
    Roster::Entry entry;
    entry.told.id = kite.id;
    if (kite.secret.isEmpty()) { // a relay would only say the same
        entry.standing = Roster::Standing::Refused;
        entry.told.state = stats::KiteState::Refused;
        entry.told.reason = stats::DownReason::NoSecret;
    }
    entry.kite = std::move(kite);
    return entry;
}

void refresh(Roster::Entry &entry, FlownKite kite)
{
    if (!(entry.kite.secret == kite.secret)) {
        if (entry.standing == Roster::Standing::Refused
            || entry.standing == Roster::Standing::Later) {
            const bool hasFlown = entry.hasFlown;
            entry = newEntry(std::move(kite));
            entry.hasFlown = hasFlown;
            return;
        }
        entry.secretIsNewer = entry.standing == Roster::Standing::Asked;
    }
    entry.kite = std::move(kite);
}

} // namespace

bool Roster::replace(std::vector<FlownKite> kites)
{
    auto before = std::exchange(m_entries, {});
    bool changed = false;
    size_t stayed = 0;
    for (auto &kite : kites) {
        if (find(kite.id))
            continue;
        const auto known
            = std::ranges::find(before, kite.id, [](const Entry &e) { return e.kite.id; });
        if (known == before.end()) {
            m_entries.push_back(newEntry(std::move(kite)));
            changed = true;
        } else {
            refresh(*known, std::move(kite));
            m_entries.push_back(*known);
            ++stayed;
        }
    }
    return changed || stayed != before.size();
}

Roster::Entry *Roster::find(const KiteId &id)
{
    const auto found
        = std::ranges::find_if(m_entries, [&](const Entry &e) { return e.kite.id == id; });
    return found == m_entries.end() ? nullptr : &*found;
}

bool Roster::has(Standing standing) const
{
    return std::ranges::any_of(m_entries, [&](const Entry &e) { return e.standing == standing; });
}

std::vector<AskedKite> Roster::ask(HowMany howMany)
{
    std::vector<AskedKite> asked;
    for (const auto &entry : m_entries) {
        if (entry.standing == Standing::Wanted)
            asked.push_back({entry.kite.id, entry.kite.secret});
    }
    if (howMany == HowMany::Fitting)
        asked.resize(Greeter::fitting(asked));
    for (const auto &kite : asked) {
        auto *entry = find(kite.id);
        entry->standing = Standing::Asked;
        entry->secretIsNewer = false;
    }
    return asked;
}

void Roster::linkGone()
{
    for (auto &entry : m_entries) {
        if (entry.standing == Standing::Asked || entry.standing == Standing::Flying)
            entry.standing = Standing::Wanted;
    }
}

void Roster::forgive()
{
    for (auto &entry : m_entries) {
        const bool waits = entry.standing == Standing::Later || entry.standing == Standing::Refused;
        if (waits && !entry.kite.secret.isEmpty()) {
            entry.standing = Standing::Wanted;
            entry.laters = 0;
        }
    }
}

void Roster::wake(Clock::Steady now)
{
    for (auto &entry : m_entries) {
        if (entry.standing == Standing::Later && entry.notBefore <= now)
            entry.standing = Standing::Wanted;
    }
}

std::optional<Clock::Steady> Roster::nextWake() const
{
    std::optional<Clock::Steady> next;
    for (const auto &entry : m_entries) {
        if (entry.standing == Standing::Later && (!next || entry.notBefore < *next))
            next = entry.notBefore;
    }
    return next;
}

} // namespace kite::tunnel
