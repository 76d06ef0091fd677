#pragma once

#include <span>
#include <vector>

#include "kitecore/secrets/secret.h"
#include "kitecore/stats/snapshot.h"
#include "kitecore/wire/greeting.h"

namespace kite::tunnel {

/// A kite to ask for, and what proves that it is ours.
struct AskedKite
{
    KiteId id;
    secrets::Secret secret;
};

/// What the relay said to one kite.
struct KiteAnswer
{
    enum class Kind {
        Open,    ///< No word yet.
        Flying,  ///< The relay sends its visitors through this link.
        Later,   ///< Another link serves it, or the relay did not say: worth another try.
        Refused, ///< No; asking again gets the same answer.
    };
    KiteId id;
    Kind kind = Kind::Open;
    stats::DownReason reason = stats::DownReason::None;
    QString detail;
    bool relayHasTls = false; ///< `SSL-OK`
};

/// One conversation about kites with a relay, as bytes (PROTOCOL.md, greeting): asks for them,
/// signs the relay's challenges, collects its verdicts. The same for the first request of a link
/// and for kites added later. Owns no socket and no timer.
///
/// Both ends announced AddKites: challenges are answered inside the same connection, in a control
/// chunk (style B). Otherwise on a second connection with the same salt, which replaces the first
/// (style A).
class Greeter
{
public:
    /// What to do next.
    enum class Next {
        Read,      ///< More of the relay's answer has to come.
        Sign,      ///< Send lines() in a control chunk of this link.
        Reconnect, ///< Close, connect anew and send request().
        Finished,  ///< Every kite has its answer.
    };

    /// What one conversation asks for at most: relays and we cap heads at 64 KiB, and the reply
    /// is up to twice as long as the request.
    static constexpr qsizetype maxAskedBytes = 24 * 1024;
    /// How many from the front of `kites` fit into one conversation; at least one if there is one.
    static size_t fitting(std::span<const AskedKite> kites);

    /// How to answer challenges where both ends could do so inside the connection.
    enum class Style {
        InBand,
        Reconnect, ///< `--nozchunks` of pagekite.py means that, too
    };

    /// @param salt 1 to 36 of `[0-9a-z]`, unpredictable. @param replaces session of an older link
    /// to the same relay; empty: none.
    Greeter(std::vector<AskedKite> kites, wire::Features own, QByteArray salt, QByteArray replaces,
            Style style = Style::InBand);

    /// The head of a new connection's request: unsigned at first, signed after Reconnect.
    QByteArray request() const;
    /// The same for a link inside WebSocket frames, whose challenges are always answered in-band.
    QByteArray webSocketRequest(const QByteArray &key, const QByteArray &host) const;
    /// The same lines for a control chunk.
    QByteArray lines() const;

    /// Takes the reply head off the front of `bytes`; what follows it stays. Errors are final.
    Result<Next, wire::GreetingError> feed(QByteArrayView &bytes);
    /// Takes a relay's first words that came in a control chunk, not in a head.
    Result<Next, wire::GreetingError> takeFirst(wire::GreetingReply reply);
    /// Takes a reply that came in a control chunk. Kites that we did not ask for are ignored.
    Next take(const wire::GreetingReply &reply);
    /// The relay will not say more: what is open becomes Later.
    void giveUp();

    const std::vector<KiteAnswer> &answers() const { return m_answers; }
    /// The last reply that came as a head, or first: features, ports, words of the day.
    const wire::GreetingReply &reply() const { return m_reply; }

private:
    struct Challenge
    {
        AskedKite kite;
        QByteArray relaySalt;
        bool answered = false; ///< A signature went out for it.
    };

    wire::Greeting greeting() const;
    Result<Next, wire::GreetingError> begin(wire::GreetingReply reply, Next toSign);
    /// @return whether anything in the reply was about our kites.
    bool judge(const wire::GreetingReply &reply);
    void judgeOne(const wire::Verdict &verdict, size_t which);
    bool isOpen(size_t which) const { return m_answers[which].kind == KiteAnswer::Kind::Open; }
    Next next(Next toSign);

    std::vector<Challenge> m_challenges; ///< same order as m_answers
    std::vector<KiteAnswer> m_answers;
    const wire::Features m_own;
    const QByteArray m_salt;
    const Style m_style;
    QByteArray m_replaces;
    QByteArray m_head;
    wire::GreetingReply m_reply;
};

} // namespace kite::tunnel
