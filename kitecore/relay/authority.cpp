#include "kitecore/relay/authority.h"

#include <algorithm>

#include "kitecore/relay/accountquery.h"
#include "kitecore/relay/ownnames.h"
#include "kitecore/wire/signature.h"

namespace kite::relay {

namespace {

/// Connectors sign without a time, the challenge has one: `now` does not matter.
bool isSignedWith(const secrets::Secret &secret, const wire::KiteRequest &request)
{
    return wire::checkSignature(request.signature, secret.reveal(), request.payload(), {});
}

} // namespace

QByteArray refusalWord(Judgement judgement)
{
    switch (judgement) {
    case Judgement::BadSignature:
        return "signature";
    case Judgement::BadProtocol:
        return "proto";
    case Judgement::BadPort:
        return "port";
    case Judgement::Unauthorized:
        return "unauthorized";
    case Judgement::SignThis:
    case Judgement::AskElsewhere:
    case Judgement::Proven:
    case Judgement::Refused:
        break;
    }
    Q_UNREACHABLE();
    return {};
}

Authority::Authority(const RelayOptions &options, const QList<quint16> &ports,
                     Challenges &challenges)
    : m_options(options)
    , m_protocols(options.protocols.cbegin(), options.protocols.cend())
    , m_ports(ports.cbegin(), ports.cend())
    , m_anyPort(options.rawPorts.contains("virtual"))
    , m_domains(domainsOf(options.accounts))
    , m_challenges(challenges)
{
    for (const auto &port : options.rawPorts)
        m_rawPorts.insert(port.toUShort());
    for (const auto &account : options.accounts) {
        const bool any = account.protocols.isEmpty() || account.protocols.contains("*");
        for (const auto &protocol : any ? options.protocols : account.protocols)
            m_secrets.insert(protocol.toLower() + ':' + account.domain.toLower(), account.secret);
    }
}

Judgement Authority::judge(const wire::KiteRequest &request, const QString &address,
                           const AccountAnswer *ruling)
{
    const auto judgement = consider(request, ruling);
    if (judgement == Judgement::Proven && !m_challenges.use(request, address))
        return Judgement::Unauthorized;
    return judgement;
}

Judgement Authority::consider(const wire::KiteRequest &request, const AccountAnswer *ruling) const
{
    if (request.relaySalt.isEmpty() || request.signature.isEmpty())
        return Judgement::SignThis;
    if (!servesPort(request.kite))
        return Judgement::BadPort;
    if (!servesProtocol(request.kite))
        return Judgement::BadProtocol;
    if (!m_challenges.isGenuine(request))
        return Judgement::Unauthorized;
    const auto *secret = secretFor(request.kite);
    if (secret && isSignedWith(*secret, request))
        return Judgement::Proven;
    if (!sourceFor(request.kite.domain, m_options.accountSources))
        return secret ? Judgement::BadSignature : Judgement::Unauthorized;
    if (!ruling)
        return Judgement::AskElsewhere;
    const auto judgement = reconsider(request, *ruling);
    // Whoever guesses our own secret is told as much, and slowed down.
    return judgement == Judgement::Unauthorized && secret ? Judgement::BadSignature : judgement;
}

/// Closed where the service fails, and for users it does not know.
Judgement Authority::reconsider(const wire::KiteRequest &request, const AccountAnswer &ruling) const
{
    switch (ruling.kind) {
    case AccountAnswer::Kind::Failed:
    case AccountAnswer::Kind::Unknown:
        return Judgement::Unauthorized;
    case AccountAnswer::Kind::Refused:
        return Judgement::Refused;
    case AccountAnswer::Kind::Granted:
        return Judgement::Proven;
    case AccountAnswer::Kind::Secret:
        break;
    }
    if (!isSignedWith(ruling.secret, request))
        return Judgement::BadSignature;
    return ruling.outOfQuota ? Judgement::Refused : Judgement::Proven;
}

bool Authority::hasAccountFor(const QByteArray &domain) const
{
    const auto owner = ownerOf(domain);
    return std::ranges::any_of(m_protocols, [&](const QByteArray &protocol) {
        return secretOf(protocol, owner) != nullptr;
    });
}

bool Authority::stillAccepts(const KiteId &kite, const Authority &before) const
{
    if (!servesPort(kite) || !servesProtocol(kite))
        return false;
    const auto *was = before.secretFor(kite);
    const auto *is = secretFor(kite);
    return was && is ? *was == *is : !was && sourceFor(kite.domain, m_options.accountSources);
}

bool Authority::servesPort(const KiteId &kite) const
{
    if (kite.port == 0 || m_anyPort)
        return true;
    return kite.protocol == "raw" ? m_rawPorts.contains(kite.port) : m_ports.contains(kite.port);
}

bool Authority::servesProtocol(const KiteId &kite) const
{
    // An https kite under a name of the relay's own would get the connectors' TLS.
    const bool shadows = kite.protocol == "https" && isOwnName(m_options, kite.domain);
    return m_protocols.contains(kite.protocol) && !shadows;
}

/// The account nearest to the name decides, whatever it is for: that of a name is never overridden,
/// nor completed, by a wildcard's, which may be somebody else's.
const secrets::Secret *Authority::secretFor(const KiteId &kite) const
{
    const auto owner = ownerOf(kite.domain);
    const auto *secret = kite.port == 0 ? nullptr : secretOf(kite.protoport(), owner);
    return secret ? secret : secretOf(kite.protocol, owner);
}

const secrets::Secret *Authority::secretOf(const QByteArray &protoport,
                                           const QByteArray &domain) const
{
    const auto found = m_secrets.constFind(protoport + ':' + domain);
    return found == m_secrets.cend() ? nullptr : &*found;
}

/// The domain, or the longest wildcard above it, that has accounts; empty: none has.
QByteArray Authority::ownerOf(const QByteArray &domain) const
{
    if (m_domains.contains(domain))
        return domain;
    const auto above = wildcardsFor(domain);
    const auto owner = std::ranges::find_if(
        above, [this](const QByteArray &wildcard) { return m_domains.contains(wildcard); });
    return owner == above.end() ? QByteArray() : *owner;
}

} // namespace kite::relay
