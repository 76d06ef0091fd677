#pragma once

#include <optional>

#include <QHash>
#include <QTimer>

#include "kitecore/link/link.h"
#include "kitecore/net/backoff.h"
#include "kitecore/tunnel/approach.h"
#include "kitecore/tunnel/connector.h"
#include "kitecore/tunnel/kitetable.h"
#include "kitecore/tunnel/linkstate.h"
#include "kitecore/tunnel/roster.h"
#include "kitecore/tunnel/shortlives.h"

namespace kite::tunnel {

/// Where the link stands, who is to fly on it, and what happens next. In two sources: towards a
/// link (connector.cpp) and on it (onlink.cpp).
class Connector::Private final : public link::LinkUser
{
public:
    Private(Connector *owner, net::Loop &givenLoop, const RelayChoice &choice,
            ConnectorOptions given);

    void setKites(std::vector<FlownKite> kites);
    void start();
    void stop();
    void retry();
    void wakeUp();
    void setPingAfter(std::chrono::seconds pingAfter);
    void setAnswers(const Answers &answers) { m_answers = answers; }
    const link::Link *link() const { return m_link.get(); }
    qsizetype streamCount() const;

    const RelayChoice relay;
    LinkState linkState;

private:
    // towards a link
    void fly();
    void approach();
    Result<tls::Context, DialFailure> context();
    void arrived(Approach::Arrival arrival);
    void approachFailed(const DialFailure &failure);
    void waitForRetry(stats::DownReason reason);

    // on the link
    void streamOffered(link::Link &onLink, std::unique_ptr<net::ByteStream> stream,
                       const net::Visitor &visitor) override;
    void controlArrived(link::Link &onLink, const wire::ChunkHead &head) override;
    void linkEnded(link::Link &onLink, link::LinkEnd why, const QString &detail) override;
    void relayLeaves();
    void tellLost(KeepAlive::Loss how);
    void askForProof();
    void proofOverdue();
    void dropLink();
    void dropAll();

    // conversations about kites
    void beginConversation(Roster::HowMany howMany);
    void sendLines();
    void askMore();
    void conversationOverdue();
    void concluded();
    void apply(const KiteAnswer &answer);
    void postpone(Roster::Entry &entry);
    void askLater(Roster::Entry &entry, std::chrono::seconds wait);
    void settle();

    // removed kites
    bool relayHoldsRemoved();
    void scheduleTidy();
    void tidy();

    void armWake();
    void wake();
    void rebuildTable();
    void tell(Roster::Entry &entry, stats::KiteState kiteState, stats::DownReason reason,
              const QString &detail, bool hasTls = false);
    void tellAllDown(stats::DownReason reason, const QString &detail);
    void tellLink(bool up, stats::DownReason why, const QString &detail);
    void tellWords(const RelayWords &words);
    Clock::Steady now() const { return m_loop.clock().now(); }
    wire::Features features() const;

    Connector *const q;
    net::Loop &m_loop;
    const ConnectorOptions m_options;
    std::chrono::seconds m_pingAfter;
    Answers m_answers;
    bool m_started = false;

    Roster m_roster;
    KiteTable m_table;
    /// What the relay believes to be on the running link, and whether it serves https for it.
    QHash<KiteId, bool> m_held;

    tls::Context m_context;
    bool m_withoutName = false; ///< the relay refuses our name, and the name does not matter
    QByteArray m_session;
    std::optional<Greeter> m_greeter;
    std::unique_ptr<Approach> m_approach;
    std::unique_ptr<link::Link> m_link;
    std::unique_ptr<link::Link> m_leaving; ///< to a relay that leaves: for the visitors it has
    wire::GreetingReply m_reply;
    RelayWords m_words;
    bool m_relayAddsKites = true; ///< as far as we know
    Clock::Steady m_upSince {};
    ShortLives m_shortLives;
    std::optional<Clock::Steady> m_refusedAt; ///< an addition, on the running link

    net::Backoff m_backoff;
    QTimer m_retryTimer;
    net::Deadlines::Token m_conversationLimit;
    net::Deadlines::Token m_proofLimit;
    net::Deadlines::Token m_wake;
    net::Deadlines::Token m_tidy;

    struct LinkNews
    {
        bool up = false;
        stats::DownReason why = stats::DownReason::None;
        QString detail;
        bool operator==(const LinkNews &) const = default;
    };
    LinkNews m_toldLink;
};

} // namespace kite::tunnel
