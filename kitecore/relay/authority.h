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
    Proven,       ///< The sender knows the kite's secret.
    BadSignature, ///< `signature`: it does not.
    Unauthorized, ///< `unauthorized`: no such account, or a challenge that is forged, old or used.
    BadProtocol,  ///< `proto`
    BadPort,      ///< `port`
};

/// The word after `X-PageKite-Invalid-Why`. Only for refusals.
QByteArray refusalWord(Judgement judgement);

/// Decides who may fly what, by static accounts (PROTOCOL.md, accounts). Knows no links. Thread-
/// safe: only the memory of used challenges changes.
class Authority
{
public:
    /// @param options outlives the authority. @param ports really bound ones.
    Authority(const RelayOptions &options, const QList<quint16> &ports, const Clock &clock,
              QByteArray processSecret);

    Judgement judge(const wire::KiteRequest &request);
    QByteArray challenge(const wire::KiteRequest &request) const
    {
        return m_challenges.issue(request);
    }

private:
    bool servesPort(const KiteId &kite) const;
    bool servesProtocol(const KiteId &kite) const;
    const secrets::Secret *secretFor(const KiteId &kite) const;
    const secrets::Secret *secretFor(const QByteArray &protoport, const QByteArray &domain) const;

    const RelayOptions &m_options;
    QSet<QByteArray> m_protocols;
    QSet<quint16> m_ports;
    QSet<quint16> m_rawPorts;
    bool m_anyPort = false;                       ///< `virtual`
    QHash<QByteArray, secrets::Secret> m_secrets; ///< by `protoport:domain`
    Challenges m_challenges;
};

} // namespace kite::relay
