#include "kitecore/relay/linkdesk.h"

#include <algorithm>

#include "kitecore/base/logging.h"
#include "kitecore/relay/refusalnote.h"

namespace kite::relay {

namespace {

/// Whether a service's refusal may come from a guessed secret.
bool isWrongProof(const AccountAnswer &ruling)
{
    return ruling.reason == "signature" || ruling.reason == "unauthorized";
}

} // namespace

LinkDesk::LinkDesk(const RelayOptions &options, const QList<quint16> &ports,
                   const tls::ServerNames &names, KiteRegistry &registry, const Clock &clock,
                   std::shared_ptr<AccountMail> accounts, std::shared_ptr<DeskMemory> memory)
    : m_options(options)
    , m_ports(ports)
    , m_names(names)
    , m_registry(registry)
    , m_memory(memory ? std::move(memory) : std::make_shared<DeskMemory>(clock))
    , m_authority(options, ports, m_memory->challenges)
    , m_accounts(std::move(accounts))
{
}

std::optional<std::chrono::milliseconds> LinkDesk::waitFor(const wire::Greeting &greeting,
                                                           const QString &address)
{
    const bool proves = std::ranges::any_of(greeting.kites, [](const wire::KiteRequest &request) {
        return !request.relaySalt.isEmpty() && !request.signature.isEmpty();
    });
    return proves ? m_memory->penalties.reserve(address) : std::chrono::milliseconds(0);
}

bool LinkDesk::ask(const wire::Greeting &greeting, const LinkPtr &link, const QString &address)
{
    if (!m_accounts)
        return false;
    AccountQuestion question {link->id, RulingLetter::About::Greeting, link->mail, address, {},
                              {},       greeting.kites.size()};
    for (size_t i = 0; i < greeting.kites.size(); ++i) {
        if (!m_authority.needsRuling(greeting.kites[i]))
            continue;
        question.requests.push_back(greeting.kites[i]);
        question.places.push_back(i);
    }
    return !question.requests.empty() && m_accounts->post(std::move(question));
}

void LinkDesk::askAgain(const std::vector<Grant> &grants, const LinkPtr &link,
                        const QString &address)
{
    if (!m_accounts)
        return;
    AccountQuestion question {
        link->id, RulingLetter::About::Grants, link->mail, address, {}, {}, grants.size()};
    for (const auto &grant : grants) {
        question.places.push_back(question.requests.size());
        question.requests.push_back(grant.request);
    }
    m_accounts->post(std::move(question));
}

/// A service that fails takes nothing from anybody: it granted this once.
bool LinkDesk::reconsider(const wire::KiteRequest &request, const AccountAnswer &ruling,
                          const LinkPtr &link)
{
    if (ruling.kind == AccountAnswer::Kind::Failed
        || m_authority.reconsider(request, ruling) == Judgement::Proven)
        return true;
    qCInfo(lcRelay) << request.kite.toByteArray() << "of" << link->connector
                    << "may not fly any longer" << ruling.reason;
    m_registry.release(request.kite, *link);
    return false;
}

LinkAnswer LinkDesk::answer(const wire::Greeting &greeting, const LinkPtr &link,
                            const QString &address, const Rulings &rulings)
{
    LinkAnswer answer;
    auto &reply = answer.reply;
    reply.features.compression = m_options.announceCompression && greeting.webSocketKey.isEmpty();
    reply.features.webSockets = true;
    reply.features.addKites = true;
    reply.features.wideWindow = greeting.features.wideWindow;
    reply.features.leaving = greeting.features.leaving;
    reply.protocols = m_options.protocols;
    reply.ports = m_ports;
    reply.rawPorts = m_options.rawPorts;
    reply.sessionId = link->session;
    reply.motd = m_options.motd;
    reply.upgrades = m_options.upgrades;

    const auto replaces = m_memory->lineage(greeting.replaces);
    for (size_t i = 0; i < greeting.kites.size(); ++i) {
        const auto &request = greeting.kites[i];
        const auto *ruling = i < rulings.size() && rulings[i] ? &*rulings[i] : nullptr;
        reply.verdicts.push_back(decide(request, link, replaces, address, ruling, answer));
        const auto verdict = reply.verdicts.back();
        if (verdict.kind == wire::Verdict::Kind::Invalid)
            m_memory->refusals.count(verdict.detail);
        else if (verdict.kind == wire::Verdict::Kind::Duplicate)
            m_memory->refusals.count("duplicate");
        answer.challenged += verdict.kind == wire::Verdict::Kind::SignThis;
        if (ruling && verdict.kind != wire::Verdict::Kind::Invalid)
            answer.grants.push_back({request, ruling->allowance});
        if (verdict.kind != wire::Verdict::Kind::Accepted)
            continue;
        ++answer.accepted;
        if (hasTlsFor(request.kite))
            reply.verdicts.push_back(
                {wire::Verdict::Kind::SslOk, verdict.kite, verdict.connectorSalt, {}});
    }
    if (answer.challenged > 0 && !greeting.replaces.isEmpty()
        && m_registry.isFlying(greeting.replaces))
        m_memory->inherit(link->session, greeting.replaces);
    return answer;
}

wire::Verdict LinkDesk::decide(const wire::KiteRequest &request, const LinkPtr &link,
                               const QByteArrayList &replaces, const QString &address,
                               const AccountAnswer *ruling, LinkAnswer &answer)
{
    using Kind = wire::Verdict::Kind;
    wire::Verdict verdict {Kind::Invalid, request.kite, request.connectorSalt, {}};
    const auto judgement
        = answer.isGuess ? Judgement::SignThis : m_authority.judge(request, address, ruling);
    switch (judgement) {
    case Judgement::SignThis:
        verdict.kind = Kind::SignThis;
        verdict.detail = m_authority.challenge(request);
        return verdict;
    case Judgement::Proven:
        if (m_registry.countOf(*link) >= m_options.maxKitesPerLink)
            verdict.detail = "quota";
        else
            verdict.kind = claim(request.kite, link, replaces, answer);
        limitVisitors(request.kite, link, ruling);
        return verdict;
    case Judgement::BadSignature:
        answer.isGuess = m_memory->penalties.failed(address);
        verdict.detail = refusalWord(judgement);
        break;
    case Judgement::Refused:
        if (isWrongProof(*ruling))
            answer.isGuess = m_memory->penalties.failed(address);
        verdict.detail = ruling->reason;
        break;
    case Judgement::AskElsewhere: // nobody could be asked
        verdict.detail = refusalWord(Judgement::Unauthorized);
        break;
    case Judgement::Unauthorized:
    case Judgement::BadProtocol:
    case Judgement::BadPort:
        verdict.detail = refusalWord(judgement);
        break;
    }
    qCInfo(lcRelay).noquote() << refusalNote(verdict.detail, request.kite,
                                             link->connector.toUtf8());
    return verdict;
}

/// For a kite whose secret was proved.
wire::Verdict::Kind LinkDesk::claim(const KiteId &kite, const LinkPtr &link,
                                    const QByteArrayList &replaces, LinkAnswer &answer)
{
    const auto claim = m_registry.claim(kite, link, replaces);
    if (!claim.granted) {
        qCInfo(lcRelay) << "duplicate" << kite.toByteArray() << "from" << link->connector;
        if (claim.holder && claim.holder->mail)
            challengeHolder(claim.holder, link, answer);
        return wire::Verdict::Kind::Duplicate;
    }
    closeIfEmptied(claim.holder);
    return wire::Verdict::Kind::Accepted;
}

/// @param holder who lost a kite, or null.
void LinkDesk::closeIfEmptied(const LinkPtr &holder)
{
    if (holder && holder->mail && m_registry.countOf(*holder) == 0)
        holder->mail->post(CloseLink {holder->id});
}

/// Asks each holder once, however many of its kites are claimed.
void LinkDesk::challengeHolder(const LinkPtr &holder, const LinkPtr &asker, LinkAnswer &answer)
{
    const bool isAsked
        = std::ranges::find(answer.rivals, holder, &Rival::holder) != answer.rivals.end();
    if (isAsked || holder->mail->post(PingLink {holder->id, asker}))
        answer.rivals.push_back({answer.reply.verdicts.size(), holder});
}

LinkAnswer LinkDesk::settle(LinkAnswer contested, const LinkPtr &link, const QByteArrayList &silent)
{
    using Kind = wire::Verdict::Kind;
    const auto rivals = std::exchange(contested.rivals, {});
    auto &verdicts = contested.reply.verdicts;
    // from the back: SSL-OK lines move what follows
    for (auto rival = rivals.rbegin(); rival != rivals.rend(); ++rival) {
        auto &verdict = verdicts[rival->verdict];
        if (!silent.contains(rival->holder->session))
            continue;
        const auto claim = m_registry.claim(verdict.kite, link, silent);
        if (!claim.granted)
            continue; // somebody else was quicker
        closeIfEmptied(claim.holder);
        qCInfo(lcRelay) << "silent link gives up" << verdict.kite.toByteArray();
        verdict.kind = Kind::Accepted;
        ++contested.accepted;
        if (hasTlsFor(verdict.kite)) {
            const auto place = verdicts.begin() + qsizetype(rival->verdict) + 1;
            verdicts.insert(place, {Kind::SslOk, verdict.kite, verdict.connectorSalt, {}});
        }
    }
    return contested;
}

/// A limit for this very kite counts in place of the general one.
void LinkDesk::limitVisitors(const KiteId &kite, const LinkPtr &link, const AccountAnswer *ruling)
{
    const auto &own = m_options.visitorRates;
    if (const auto found = own.constFind(kite.domain); found != own.cend())
        link->visitors->tighten(*found);
    else
        link->visitors->tighten(own.value({}));
    if (ruling)
        link->visitors->tighten(ruling->allowance.visitorRate);
}

/// Only for plain HTTP kites: `https` ones bring their own certificate.
bool LinkDesk::hasTlsFor(const KiteId &kite) const
{
    return kite.protocol.startsWith("http") && kite.protocol != "https"
        && m_names.find(kite.domain);
}

} // namespace kite::relay
