#pragma once

#include <QHash>
#include <QSet>

#include "kitecore/base/clock.h"
#include "kitecore/relay/challenges.h"
#include "kitecore/relay/relayserver.h"
#include "kitecore/wire/greeting.h"

namespace kite::relay {

/// What a relay thinks of one kite request.
enum class Judgement {
    SignThis,     ///< No proof yet: send a challenge.
    AskElsewhere, ///< Only an account service can tell.
    Proven,       ///< The sender knows the kite's secret.
    BadSignature, ///< `signature`: it does not.
    Unauthorized, ///< `unauthorized`: no such account, or a challenge that is forged, old or used.
    BadProtocol,  ///< `proto`
    BadPort,      ///< `port`
    Refused,      ///< By an account service, whose reason counts.
};

/// The word after `X-PageKite-Invalid-Why`. Only for refusals of our own.
QByteArray refusalWord(Judgement judgement);

/// Decides who may fly what, by static accounts and by what account services say (PROTOCOL.md,
/// accounts). Knows no links and asks nobody. Thread-safe: only the memory of used challenges
/// changes.
class Authority
{
public:
    /// Both references outlive the authority. @param ports really bound ones.
    Authority(const RelayOptions &options, const QList<quint16> &ports, Challenges &challenges);

    /// Marks the challenge of a proof as used.
    /// @param address it comes from.
    /// @param ruling of the account service, once it was asked; null: it was not.
    Judgement judge(const wire::KiteRequest &request, const QString &address,
                    const AccountAnswer *ruling = nullptr);
    /// Whether judge() needs to know what an account service says.
    bool needsRuling(const wire::KiteRequest &request) const
    {
        return consider(request, nullptr) == Judgement::AskElsewhere;
    }
    /// What a service says later about a kite that it granted: whether it may go on flying.
    Judgement reconsider(const wire::KiteRequest &request, const AccountAnswer &ruling) const;
    /// Whether a kite that `before` accepted may go on flying: same secret, or the word of a
    /// service that is still asked.
    bool stillAccepts(const KiteId &kite, const Authority &before) const;
    /// Whether any kite of this name could be accepted.
    bool hasAccountFor(const QByteArray &domain) const;
    QByteArray challenge(const wire::KiteRequest &request) const
    {
        return m_challenges.issue(request);
    }

private:
    Judgement consider(const wire::KiteRequest &request, const AccountAnswer *ruling) const;
    bool servesPort(const KiteId &kite) const;
    bool servesProtocol(const KiteId &kite) const;
    const secrets::Secret *secretFor(const KiteId &kite) const;
    const secrets::Secret *secretOf(const QByteArray &protoport, const QByteArray &domain) const;
    QByteArray ownerOf(const QByteArray &domain) const;

    const RelayOptions &m_options;
    QSet<QByteArray> m_protocols;
    QSet<quint16> m_ports;
    QSet<quint16> m_rawPorts;
    bool m_anyPort = false;                       ///< `virtual`
    QHash<QByteArray, secrets::Secret> m_secrets; ///< by `protoport:domain`
    QSet<QByteArray> m_domains;                   ///< of accounts
    Challenges &m_challenges;
};

} // namespace kite::relay
