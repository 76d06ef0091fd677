#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "kitecore/relay/accountdesk.h"
#include "kitecore/relay/authority.h"
#include "kitecore/relay/deskmemory.h"
#include "kitecore/relay/grants.h"
#include "kitecore/relay/kiteregistry.h"
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
    bool isGuess = false; ///< Too much was wrong: the other proofs are not looked at this time.
};

/// Answers the greetings of all links, on whichever thread they live: judges each kite, enters it
/// in the registry, and tells the links that are affected. Thread-safe.
class LinkDesk
{
public:
    /// All references outlive the desk.
    /// @param accounts may be null. @param memory of the desk before it; null: there was none.
    LinkDesk(const RelayOptions &options, const QList<quint16> &ports,
             const tls::ServerNames &names, KiteRegistry &registry, const Clock &clock,
             std::shared_ptr<AccountMail> accounts = nullptr,
             std::shared_ptr<DeskMemory> memory = nullptr);

    const std::shared_ptr<DeskMemory> &memory() const { return m_memory; }
    /// Whether a kite that `before` accepted would be accepted again.
    bool stillAccepts(const KiteId &kite, const LinkDesk &before) const
    {
        return m_authority.stillAccepts(kite, before.m_authority);
    }
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
    /// Proofs that would have to wait, see Penalties, are challenged again.
    LinkAnswer answer(const wire::Greeting &greeting, const LinkPtr &link, const QString &address,
                      const Rulings &rulings = {});
    /// The end of a contest: kites of silent rivals go to the link that proved them.
    /// @param silent sessions of rivals that gave no sign of life.
    LinkAnswer settle(LinkAnswer contested, const LinkPtr &link, const QByteArrayList &silent);

private:
    wire::Verdict decide(const wire::KiteRequest &request, const LinkPtr &link,
                         const QByteArrayList &replaces, const QString &address,
                         const AccountAnswer *ruling, LinkAnswer &answer);
    wire::Verdict::Kind claim(const KiteId &kite, const LinkPtr &link,
                              const QByteArrayList &replaces, LinkAnswer &answer);
    void closeIfEmptied(const LinkPtr &holder);
    void challengeHolder(const LinkPtr &holder, const LinkPtr &asker, LinkAnswer &answer);
    void limitVisitors(const KiteId &kite, const LinkPtr &link, const AccountAnswer *ruling);
    bool hasTlsFor(const KiteId &kite) const;

    const RelayOptions &m_options;
    const QList<quint16> m_ports;
    const tls::ServerNames &m_names;
    KiteRegistry &m_registry;
    const std::shared_ptr<DeskMemory> m_memory;
    Authority m_authority;
    const std::shared_ptr<AccountMail> m_accounts;
};

} // namespace kite::relay
