#pragma once

#include <chrono>
#include <optional>
#include <shared_mutex>
#include <vector>

#include <QHash>
#include <QSet>

#include "kitecore/base/clock.h"
#include "kitecore/base/kiteid.h"
#include "kitecore/net/target.h"
#include "kitecore/relay/asking.h"
#include "kitecore/relay/linkmail.h"
#include "kitecore/relay/relayserver.h"

namespace kite::relay {

/// Where a visitor goes: to a target of this process or to a link.
struct Route
{
    KiteId kite; ///< The one that matched; may be a wildcard or `unknown`.
    std::shared_ptr<net::Target> target;
    LinkPtr link;
};

/// How a link's claim to a kite ended.
struct Claim
{
    bool granted = false;
    LinkPtr holder; ///< Granted: who lost it. Else: who keeps it; null for a local kite.
};

/// Something that became of a kite, in the order in which it did.
struct KiteNews
{
    enum class What { Arrived, Left };
    What what = What::Arrived;
    KiteEvent event;
};
using NewsMail = Mailbox<KiteNews>;

/// Which kite flies where. Shared by all workers; the lock is never held while calling out.
///
/// A kite has one link. Another link's claim to it is a duplicate. Names below a wildcard of
/// another link are not: they may be somebody else's, who has an account for them. Local kites go
/// before kites of links.
class KiteRegistry
{
public:
    /// How long a kite that left counts as one that may be back at once.
    static constexpr std::chrono::seconds missedFor {60};
    static constexpr qsizetype maxMissed = 10'000;

    /// @param news may be null. @param clock outlives the registry.
    explicit KiteRegistry(std::shared_ptr<NewsMail> news = nullptr,
                          const Clock &clock = Clock::system())
        : m_news(std::move(news))
        , m_clock(clock)
    {
    }

    /// Who has an account of its own is not served by wildcards above. @param domains of accounts,
    /// in lower case.
    void setOwned(const QSet<QByteArray> &domains);

    /// The order of PROTOCOL.md, routing: the name, then wildcards from the longest, but none above
    /// an owned domain, last `unknown`; for each of them each protocol with this port, then
    /// without.
    std::optional<Route> find(Asking asking, quint16 port, const QByteArray &host) const;
    /// The same for CONNECT: no wildcards, no `unknown`.
    std::optional<Route> findExactly(Asking asking, quint16 port, const QByteArray &host) const;

    /// Whether a kite of a link that find() would give left a moment ago.
    bool isMissed(Asking asking, quint16 port, const QByteArray &host) const;
    /// One KiteCame is sent there when the next kite comes.
    void awaitKite(std::shared_ptr<LinkMail> mail);
    /// The kite `raw-PORT` with a name of its own, if there is but one.
    std::optional<Route> onlyRawKite(quint16 port) const;

    /// @param replaces session ids whose link's kites may be taken over.
    Claim claim(const KiteId &kite, const LinkPtr &link, const QByteArrayList &replaces = {});
    void release(const LinkAddress &link);
    /// One kite; nothing if another link has it.
    void release(const KiteId &kite, const LinkAddress &link);
    qsizetype countOf(const LinkAddress &link) const;
    qsizetype count() const; ///< also local kites
    qsizetype links() const; ///< that have a kite
    /// Every kite that a link flies.
    std::vector<std::pair<KiteId, LinkPtr>> flights() const;
    /// Whether a link with this session id serves a kite.
    bool isFlying(const QByteArray &session) const;

    void setLocal(const KiteId &kite, std::shared_ptr<net::Target> target);
    void removeLocal(const KiteId &kite);

private:
    struct Flown
    {
        std::shared_ptr<net::Target> local;
        LinkPtr link;
    };
    using Kites = QHash<KiteId, Flown>;
    using Missed = QHash<KiteId, Clock::Steady>; ///< until when

    /// The first kite of exactly this domain: each protocol with this port, then without.
    std::optional<Route> firstOf(Asking asking, quint16 port, const QByteArray &domain) const;
    QByteArrayList wildcardsOver(const QByteArray &host) const;
    void noteNew(const KiteId &kite);
    void noteGone(const KiteId &kite);
    void put(const KiteId &kite, const LinkPtr &link);
    void drop(const KiteId &kite);
    void miss(const KiteId &kite);
    void tell(KiteNews::What what, const KiteId &kite, const QString &connector) const;
    static Route routeTo(Kites::const_iterator found);

    mutable std::shared_mutex m_lock;
    Kites m_kites;
    QHash<quint64, QSet<KiteId>> m_byLink;
    QHash<QByteArray, int> m_sessions; ///< of how many links in m_byLink, former ones too
    Missed m_missed;                   ///< also kites that are back, until their time is over
    std::vector<std::shared_ptr<LinkMail>> m_awaiting; ///< each once
    qsizetype m_wildcards = 0;
    QSet<QByteArray> m_owned;
    QHash<quint16, QSet<KiteId>> m_rawByPort; ///< that are one name's
    std::shared_ptr<NewsMail> m_news;
    const Clock &m_clock;
};

} // namespace kite::relay
