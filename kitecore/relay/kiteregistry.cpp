#include "kitecore/relay/kiteregistry.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <span>

#include "kitecore/wire/signature.h"

namespace kite::relay {

namespace {

/// http2 and http3 are no versions of HTTP but second and third choices (PROTOCOL.md, words).
std::span<const QByteArray> protocolsFor(Asking asking)
{
    static const std::array<QByteArray, 9> names {"websocket", "http", "http2", "http3",    "https",
                                                  "raw",       "irc",  "xmpp",  "minecraft"};
    const std::span all(names);
    switch (asking) {
    case Asking::WebSocket:
        return all.first(4);
    case Asking::Http:
        return all.subspan(1, 3);
    case Asking::Https:
        return all.subspan(4, 1);
    case Asking::Raw:
        return all.subspan(5, 1);
    case Asking::Irc:
        return all.subspan(6, 1);
    case Asking::Xmpp:
        return all.subspan(7, 1);
    case Asking::Minecraft:
        break;
    }
    return all.subspan(8, 1);
}

bool isWildcard(const KiteId &kite)
{
    return kite.domain.startsWith("*.");
}

bool isNamedRawPort(const KiteId &kite)
{
    return kite.protocol == "raw" && kite.port != 0 && kite.domain != "unknown";
}

bool isOneOf(const LinkAddress &link, const QByteArrayList &sessions)
{
    return std::ranges::any_of(sessions, [&](const QByteArray &other) {
        return wire::equalConstantTime(link.session, other)
            || (!link.formerSession.isEmpty()
                && wire::equalConstantTime(link.formerSession, other));
    });
}

} // namespace

/// A name goes before any wildcard, whatever its port and protocol: wildcards have other owners.
std::optional<Route> KiteRegistry::find(Asking asking, quint16 port, const QByteArray &host) const
{
    const std::shared_lock guard(m_lock);
    if (auto route = firstOf(asking, port, host))
        return route;
    if (m_wildcards > 0) {
        for (const auto &wildcard : wildcardsOver(host)) {
            if (auto route = firstOf(asking, port, wildcard))
                return route;
        }
    }
    return firstOf(asking, port, "unknown");
}

/// From the longest, up to the first domain with an account of its own: those above are for others.
QByteArrayList KiteRegistry::wildcardsOver(const QByteArray &host) const
{
    if (m_owned.contains(host))
        return {};
    auto wildcards = wildcardsFor(host);
    const auto owned = std::ranges::find_if(
        wildcards, [this](const QByteArray &wildcard) { return m_owned.contains(wildcard); });
    if (owned != wildcards.end())
        wildcards.erase(owned + 1, wildcards.end());
    return wildcards;
}

void KiteRegistry::setOwned(const QSet<QByteArray> &domains)
{
    const std::unique_lock guard(m_lock);
    m_owned = domains;
}

std::optional<Route> KiteRegistry::findExactly(Asking asking, quint16 port,
                                               const QByteArray &host) const
{
    const std::shared_lock guard(m_lock);
    return firstOf(asking, port, host);
}

std::optional<Route> KiteRegistry::firstOf(Asking asking, quint16 port,
                                           const QByteArray &domain) const
{
    for (const auto &protocol : protocolsFor(asking)) {
        for (const quint16 kitePort : {port, quint16(0)}) {
            const auto found = m_kites.constFind({protocol, kitePort, domain});
            if (found != m_kites.cend())
                return routeTo(found);
        }
    }
    return std::nullopt;
}

bool KiteRegistry::isMissed(Asking asking, quint16 port, const QByteArray &host) const
{
    const std::shared_lock guard(m_lock);
    if (m_missed.isEmpty())
        return false;
    const auto now = m_clock.now();
    const auto isMissedAs = [&](const QByteArray &domain) {
        for (const auto &protocol : protocolsFor(asking)) {
            for (const quint16 kitePort : {port, quint16(0)}) {
                const auto found = m_missed.constFind({protocol, kitePort, domain});
                if (found != m_missed.cend() && now < *found)
                    return true;
            }
        }
        return false;
    };
    return isMissedAs(host) || std::ranges::any_of(wildcardsOver(host), isMissedAs);
}

void KiteRegistry::awaitKite(std::shared_ptr<LinkMail> mail)
{
    const std::unique_lock guard(m_lock);
    if (std::ranges::find(m_awaiting, mail) == m_awaiting.end())
        m_awaiting.push_back(std::move(mail));
}

void KiteRegistry::miss(const KiteId &kite)
{
    const auto now = m_clock.now();
    if (m_missed.size() >= maxMissed)
        m_missed.removeIf([now](const Missed::iterator &one) { return *one <= now; });
    if (m_missed.size() < maxMissed)
        m_missed.insert(kite, now + missedFor);
}

std::optional<Route> KiteRegistry::onlyRawKite(quint16 port) const
{
    const std::shared_lock guard(m_lock);
    const auto kites = m_rawByPort.constFind(port);
    if (kites == m_rawByPort.cend() || kites->size() != 1)
        return std::nullopt;
    return routeTo(m_kites.constFind(*kites->cbegin()));
}

Claim KiteRegistry::claim(const KiteId &kite, const LinkPtr &link, const QByteArrayList &replaces)
{
    const std::unique_lock guard(m_lock);
    const auto found = m_kites.constFind(kite);
    if (found == m_kites.cend() || found->link == link) {
        put(kite, link);
        return {true, nullptr};
    }
    const bool mayTakeOver = found->link && !found->local && isOneOf(*found->link, replaces);
    Claim claim {mayTakeOver, found->link};
    if (mayTakeOver) {
        drop(kite);
        put(kite, link);
    }
    return claim;
}

void KiteRegistry::release(const LinkAddress &link)
{
    const std::unique_lock guard(m_lock);
    const auto kites = m_byLink.value(link.id);
    for (const auto &kite : kites)
        drop(kite);
}

void KiteRegistry::release(const KiteId &kite, const LinkAddress &link)
{
    const std::unique_lock guard(m_lock);
    const auto kites = m_byLink.constFind(link.id);
    if (kites != m_byLink.cend() && kites->contains(kite))
        drop(kite);
}

qsizetype KiteRegistry::countOf(const LinkAddress &link) const
{
    const std::shared_lock guard(m_lock);
    const auto found = m_byLink.constFind(link.id);
    return found == m_byLink.cend() ? 0 : found->size();
}

qsizetype KiteRegistry::count() const
{
    const std::shared_lock guard(m_lock);
    return m_kites.size();
}

qsizetype KiteRegistry::links() const
{
    const std::shared_lock guard(m_lock);
    return m_byLink.size();
}

std::vector<std::pair<KiteId, LinkPtr>> KiteRegistry::flights() const
{
    const std::shared_lock guard(m_lock);
    std::vector<std::pair<KiteId, LinkPtr>> all;
    for (const auto &[kite, flown] : m_kites.asKeyValueRange()) {
        if (flown.link)
            all.emplace_back(kite, flown.link);
    }
    return all;
}

bool KiteRegistry::isFlying(const QByteArray &session) const
{
    const std::shared_lock guard(m_lock);
    return m_sessions.contains(session);
}

void KiteRegistry::setLocal(const KiteId &kite, std::shared_ptr<net::Target> target)
{
    const std::unique_lock guard(m_lock);
    if (!m_kites.contains(kite))
        noteNew(kite);
    m_kites[kite].local = std::move(target);
}

void KiteRegistry::removeLocal(const KiteId &kite)
{
    const std::unique_lock guard(m_lock);
    const auto found = m_kites.find(kite);
    if (found == m_kites.end() || !found->local)
        return;
    found->local.reset();
    if (found->link)
        return;
    m_kites.erase(found);
    noteGone(kite);
}

void KiteRegistry::noteNew(const KiteId &kite)
{
    if (isWildcard(kite))
        ++m_wildcards;
    else if (isNamedRawPort(kite))
        m_rawByPort[kite.port].insert(kite);
}

void KiteRegistry::noteGone(const KiteId &kite)
{
    if (isWildcard(kite))
        --m_wildcards;
    else if (isNamedRawPort(kite)) {
        const auto kites = m_rawByPort.find(kite.port);
        kites->remove(kite);
        if (kites->isEmpty())
            m_rawByPort.erase(kites);
    }
}

void KiteRegistry::put(const KiteId &kite, const LinkPtr &link)
{
    if (!m_kites.contains(kite))
        noteNew(kite);
    auto &flown = m_kites[kite];
    if (flown.link == link)
        return;
    flown.link = link;
    auto &others = m_byLink[link->id];
    if (others.isEmpty()) {
        for (const auto &session : {link->session, link->formerSession}) {
            if (!session.isEmpty())
                ++m_sessions[session];
        }
    }
    others.insert(kite);
    for (const auto &mail : std::exchange(m_awaiting, {}))
        mail->post(KiteCame {});
    tell(KiteNews::What::Arrived, kite, link->connector);
}

/// Takes a kite from its link.
void KiteRegistry::drop(const KiteId &kite)
{
    const auto found = m_kites.find(kite);
    const auto link = std::exchange(found->link, nullptr);
    tell(KiteNews::What::Left, kite, link->connector);
    miss(kite);
    const auto others = m_byLink.find(link->id);
    others->remove(kite);
    if (others->isEmpty()) {
        m_byLink.erase(others);
        for (const auto &session : {link->session, link->formerSession}) {
            if (!session.isEmpty() && --m_sessions[session] == 0)
                m_sessions.remove(session);
        }
    }
    if (found->local)
        return;
    noteGone(kite);
    m_kites.erase(found);
}

void KiteRegistry::tell(KiteNews::What what, const KiteId &kite, const QString &connector) const
{
    if (m_news)
        m_news->post({what, {kite, connector}}); // under the lock: news must not overtake news
}

Route KiteRegistry::routeTo(Kites::const_iterator found)
{
    return {found.key(), found->local, found->local ? nullptr : found->link};
}

} // namespace kite::relay
