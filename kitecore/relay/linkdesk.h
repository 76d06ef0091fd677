#pragma once

#include <chrono>
#include <deque>
#include <mutex>
#include <optional>

#include <QHash>

#include "kitecore/relay/accountdesk.h"
#include "kitecore/relay/authority.h"
#include "kitecore/relay/grants.h"
#include "kitecore/relay/kiteregistry.h"
#include "kitecore/relay/penalties.h"
#include "kitecore/tls/servernames.h"
#include "kitecore/wire/greeting.h"

namespace kite::relay {

/// A link that holds a kite which another one proved; it was asked for a sign of life.
struct Rival
{
    size_t verdict = 0; ///< The place of the Duplicate in the reply.
    LinkPtr holder;
};

/// A reply, and what it means for the link.
struct LinkAnswer
{
    wire::GreetingReply reply;
    qsizetype accepted = 0;
    std::vector<Grant> grants; ///< by account services; of kites that are accepted in the end
    qsizetype challenged = 0;
    std::vector<Rival> rivals; ///< The reply waits for them, see Contest; then settle().
};

/// Answers the greetings of all links, on whichever thread they live: judges each kite, enters it
/// in the registry, and tells the links that are affected. Thread-safe.
class LinkDesk
{
public:
    /// All references outlive the desk.
    /// @param accounts may be null.
    LinkDesk(const RelayOptions &options, const QList<quint16> &ports,
             const tls::ServerNames &names, KiteRegistry &registry, const Clock &clock,
             std::shared_ptr<AccountMail> accounts = nullptr);

    bool hasAccountFor(const QByteArray &domain) const { return m_authority.hasAccountFor(domain); }

    /// How long the answer has to wait: see Penalties. std::nullopt: hang up.
    std::optional<std::chrono::milliseconds> waitFor(const wire::Greeting &greeting,
                                                     const QString &address);

    /// Asks account services where they have to decide.
    /// @return whether a RulingLetter will come, to be given to answer(); false: it needs none.
    bool ask(const wire::Greeting &greeting, const LinkPtr &link, const QString &address);

    /// The same for kites that fly: see reconsider().
    void askAgain(const std::vector<Grant> &grants, const LinkPtr &link, const QString &address);
    /// Whether a kite may go on flying. Takes it off the link if not.
    bool reconsider(const wire::KiteRequest &request, const AccountAnswer &ruling,
                    const LinkPtr &link);

    /// @param link who asks. Its claims stand when this returns.
    LinkAnswer answer(const wire::Greeting &greeting, const LinkPtr &link, const QString &address,
                      const Rulings &rulings = {});
    /// The end of a contest: kites of silent rivals go to the link that proved them.
    /// @param silent sessions of rivals that gave no sign of life.
    LinkAnswer settle(LinkAnswer contested, const LinkPtr &link, const QByteArrayList &silent);

private:
    struct Inheritance
    {
        Clock::Steady since;
        QByteArray session;
    };
    static constexpr std::chrono::minutes inheritFor {20}; ///< as long as a challenge lives
    static constexpr size_t maxInheritances = 4096;

    wire::Verdict decide(const wire::KiteRequest &request, const LinkPtr &link,
                         const QByteArrayList &replaces, const QString &address,
                         const AccountAnswer *ruling, LinkAnswer &answer);
    wire::Verdict::Kind claim(const KiteId &kite, const LinkPtr &link,
                              const QByteArrayList &replaces, LinkAnswer &answer);
    void closeIfEmptied(const LinkPtr &holder);
    void challengeHolder(const LinkPtr &holder, const LinkPtr &asker, LinkAnswer &answer);
    void limitVisitors(const KiteId &kite, const LinkPtr &link, const AccountAnswer *ruling);
    bool hasTlsFor(const KiteId &kite) const;
    QByteArrayList lineage(const QByteArray &session) const;
    void inherit(const QByteArray &session, const QByteArray &from);

    const RelayOptions &m_options;
    const QList<quint16> m_ports;
    const tls::ServerNames &m_names;
    KiteRegistry &m_registry;
    const Clock &m_clock;
    Authority m_authority;
    Penalties m_penalties;
    const std::shared_ptr<AccountMail> m_accounts;

    /// Which session a session that was only challenged wanted to replace: connectors that sign on
    /// a second connection name the first one there (PROTOCOL.md, handshake style A).
    mutable std::mutex m_lock;
    QHash<QByteArray, QByteArray> m_predecessors;
    std::deque<Inheritance> m_inheritances; ///< oldest first
};

} // namespace kite::relay
