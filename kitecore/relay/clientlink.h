#pragma once

#include <chrono>
#include <deque>
#include <memory>

#include "kitecore/link/link.h"
#include "kitecore/net/loop.h"
#include "kitecore/relay/contest.h"
#include "kitecore/relay/grants.h"
#include "kitecore/relay/linkdesk.h"
#include "kitecore/relay/linkmail.h"

namespace kite::relay {

class ClientLink;

/// Where links live: a worker.
class LinkHome
{
public:
    virtual net::Loop &loop() = 0;
    virtual LinkDesk &desk() = 0;
    virtual KiteRegistry &registry() = 0;
    virtual const RelayOptions &options() const = 0;
    virtual bool isLeaving() const = 0; ///< the relay is about to end
    virtual void lastWords(std::unique_ptr<net::ByteStream> stream, const QByteArray &words,
                           std::shared_ptr<Permit> permit)
        = 0;
    /// Destroys it, though not at once: it may be on the call stack.
    virtual void linkOver(ClientLink &link) = 0;

protected:
    ~LinkHome() = default;
};

/// One connector, from its greeting on. Its claims stand in the registry for as long as it lives.
///
/// A link whose first proof brings no kite is closed after the answer; a later addition that is
/// refused leaves it alone. With nothing but challenges it may stay for challengeTimeout.
class ClientLink final : private link::LinkUser, private net::StreamUser
{
    Q_DISABLE_COPY_MOVE(ClientLink)

public:
    static constexpr std::chrono::seconds challengeTimeout {60}; ///< PROTOCOL.md, handshake
    static constexpr size_t maxWaitingRequests = 8;
    static constexpr std::chrono::seconds askAgainAfter {900}; ///< PROTOCOL.md, quotas
    /// How long a link whose kite somebody else proved may take for its next byte.
    static constexpr std::chrono::seconds signOfLifeTimeout {2};
    /// Who asks and hears nothing at all, as from a busy thread, gives up after this.
    static constexpr std::chrono::seconds contestTimeout {6};
    static constexpr size_t maxAskers = 16; ///< more are told that it lives
    /// Longer than account services take at most.
    static constexpr std::chrono::seconds rulingTimeout {30};

    /// @param stream behind the greeting's head.
    ClientLink(LinkHome &home, LinkPtr address, std::unique_ptr<net::ByteStream> stream,
               wire::Greeting greeting, std::shared_ptr<Permit> permit);
    ~ClientLink();

    void start(); ///< May end in LinkHome::linkOver() at once.
    const LinkAddress &address() const { return *m_address; }

    /// @return null if there is no link (any more), or it is full.
    std::unique_ptr<net::ByteStream> open(const net::Visitor &visitor);
    /// Asks for a sign of life. @param asker is told by a PingAnswer, unless null.
    void ping(const LinkPtr &asker);
    void rivalAnswered(quint64 holder, SignOfLife sign);
    /// Ends a contest as if all rivals lived: who may have the kites has changed.
    void giveUpContest();
    /// Tells the connector to go elsewhere, if it knows what that means.
    void sayLeaving();
    void close();
    /// What account services say; see LinkDesk::ask().
    void ruled(const RulingLetter &letter);

private:
    void streamReady(net::ByteStream &stream, net::Readiness readiness) override;
    void streamOffered(link::Link &link, std::unique_ptr<net::ByteStream> stream,
                       const net::Visitor &visitor) override;
    void controlArrived(link::Link &link, const wire::ChunkHead &head) override;
    void linkEnded(link::Link &link, link::LinkEnd why, const QString &detail) override;

    using Send = void (ClientLink::*)(LinkAnswer);

    void askAccounts();
    bool ask(const wire::Greeting &asked, const QString &address);
    void askAgain();
    void reconsider(const Rulings &rulings);
    void keepGrants(LinkAnswer &answer);
    void tellQuota();
    void answerGreeting(const Rulings &rulings);
    void sendWhenSettled(LinkAnswer answer, Send send);
    void settleContest(const QByteArrayList &silent);
    void tellAskers(SignOfLife sign);
    void sendGreetingAnswer(LinkAnswer answer);
    void sendReply();
    void becomeLink();
    void answerNext();
    void answerRequest(const Rulings &rulings);
    void sendRequestAnswer(LinkAnswer answer);
    bool hasKites() const { return m_home.registry().countOf(*m_address) > 0; }
    void over();

    LinkHome &m_home;
    const LinkPtr m_address;
    std::shared_ptr<Permit> m_permit;
    wire::Greeting m_greeting;
    wire::Features m_announced;
    std::unique_ptr<net::ByteStream> m_stream; ///< until it is a link
    QByteArray m_reply;                        ///< not yet written
    std::unique_ptr<link::Link> m_link;
    std::deque<wire::Greeting> m_requests; ///< in-band, wait for their turn
    net::Deadlines::Token m_turn;          ///< when proofs from this address may be looked at
    net::Deadlines::Token m_limit;         ///< of the phase before the first kite
    Grants m_grants;
    std::vector<Grant> m_askedAgain;  ///< which of them rulings will come for
    net::Deadlines::Token m_askAgain; ///< about them
    net::Deadlines::Token m_rulingLimit;
    bool m_isAsking = false;          ///< account services, for what is to be answered next
    std::optional<Contest> m_contest; ///< an answer that waits for rivals
    Send m_send = nullptr;            ///< what the contest's answer goes by
    net::Deadlines::Token m_contestLimit;
    std::vector<LinkPtr> m_askers;  ///< rivals of ours who want to know whether we live
    net::Deadlines::Token m_silent; ///< until they are told that we do not
    bool m_isOver = false;          ///< given back to its home, which may be gone before we are
};

} // namespace kite::relay
