#include "kitecore/tunnel/connector_p.h"

#include <algorithm>

#include "kitecore/base/logging.h"
#include "kitecore/tunnel/probes.h"
#include "kitecore/tunnel/refusals.h"
#include "kitecore/wire/signature.h"

namespace kite::tunnel {

using namespace std::chrono_literals;
using stats::DownReason;
using stats::KiteState;
using State = LinkState::State;
using Standing = Roster::Standing;

namespace {

/// A relay that closes because it refused an addition does so at once.
constexpr auto refusalClosesWithin = 5s;
/// The link that still serves a kite which flew here may be our own older one, about to end.
constexpr auto ownDuplicateWait = 5s;
/// Several removals in a row cost one new link.
constexpr auto tidyAfter = 1s;
/// A relay that leaves soon after we came is followed by the next at once; one that does so again
/// is asked less and less often.
constexpr int leavesAtOnce = 2;
/// Relays that close the whole link over a Duplicate are asked less and less often.
constexpr int longestDuplicateWaitDoublings = 4;
/// Between the times that a kite is asked for which flew here and is refused now.
constexpr auto refusalWait = 5s;
constexpr int longestRefusalWaitDoublings = 7; // to 10 minutes

} // namespace

// ---- on the link

void Connector::Private::streamOffered(link::Link &, std::unique_ptr<net::ByteStream> stream,
                                       const net::Visitor &visitor)
{
    if (const auto format = Probes::formatOf(visitor.protocol)) {
        if (!m_answers.probes)
            return m_loop.part<Probes>().decline(std::move(stream), *format);
        auto asking = visitor;
        asking.protocol = "http";
        m_loop.part<Probes>().answer(std::move(stream), *format, m_table.find(asking), asking);
        return;
    }
    m_shortLives.visitorCame();
    if (const auto target = m_table.find(visitor))
        target->visit(m_loop, std::move(stream), visitor);
    else
        m_loop.part<Refusals>().refuse(std::move(stream), visitor, m_answers.awayPages);
}

void Connector::Private::controlArrived(link::Link &onLink, const wire::ChunkHead &head)
{
    if (&onLink != m_link.get())
        return;
    const auto reply = wire::replyFromChunk(head);
    if (!reply) {
        qCWarning(lcTunnel) << relay.endpoint.toString() << "sent a control chunk we can not read";
        return;
    }
    if (!reply->sessionId.isEmpty())
        m_session = reply->sessionId;
    if (reply->leaving && m_reply.features.leaving)
        return relayLeaves();
    auto words = m_words;
    words.take(*reply);
    tellWords(words);
    if (!m_greeter)
        return;
    switch (m_greeter->take(*reply)) {
    case Greeter::Next::Read:
        return;
    case Greeter::Next::Sign:
    case Greeter::Next::Reconnect: // not inside a link
        return sendLines();
    case Greeter::Next::Finished:
        return concluded();
    }
}

/// Kites count as flying until the new link fails: visitors are still served.
void Connector::Private::relayLeaves()
{
    if (linkState.is(State::Proving)) { // nobody visits yet
        dropLink();
        return fly();
    }
    if (!linkState.is(State::Up))
        return;
    m_shortLives.linkEnded(now() - m_upSince);
    m_leaving = std::move(m_link);
    dropLink();
    if (m_shortLives.count() < leavesAtOnce)
        return fly();
    tellAllDown(DownReason::LinkLost, QStringLiteral("the relay leaves again and again"));
    waitForRetry(DownReason::LinkLost);
}

void Connector::Private::linkEnded(link::Link &onLink, link::LinkEnd why, const QString &detail)
{
    if (&onLink == m_leaving.get())
        return m_leaving.reset();
    const bool refusal
        = why == link::LinkEnd::Closed && m_refusedAt && now() - *m_refusedAt < refusalClosesWithin;
    m_shortLives.linkEnded(now() - m_upSince);
    if (linkState.is(State::Up) && !refusal)
        tellLost(why == link::LinkEnd::Silent ? KeepAlive::Loss::Silent : KeepAlive::Loss::Ended);
    dropLink();
    if (refusal)
        return fly(); // the refused one is not asked for again
    tellAllDown(DownReason::LinkLost, detail);
    waitForRetry(DownReason::LinkLost);
}

void Connector::Private::tellLost(KeepAlive::Loss how)
{
    QMetaObject::invokeMethod(
        q, [this, how] { Q_EMIT q->lost(how); }, Qt::QueuedConnection);
}

/// Something happened that kills links silently: it has to speak soon.
void Connector::Private::askForProof()
{
    m_proofLimit = m_loop.deadlines().after(proofTime, [this] { proofOverdue(); });
    m_link->ping([this] { m_proofLimit.cancel(); });
}

void Connector::Private::proofOverdue()
{
    tellLost(KeepAlive::Loss::Ended);
    dropLink();
    tellAllDown(DownReason::LinkLost, QStringLiteral("no sign of life"));
    fly();
}

/// The link and what was true for it only; kites are Wanted again.
void Connector::Private::dropLink()
{
    m_conversationLimit.cancel();
    m_proofLimit.cancel();
    m_tidy.cancel();
    m_link.reset();
    m_greeter.reset();
    m_held.clear();
    m_refusedAt.reset();
    m_roster.linkGone();
}

void Connector::Private::dropAll()
{
    m_retryTimer.stop();
    m_wake.cancel();
    m_approach.reset();
    m_leaving.reset();
    dropLink();
    linkState.enter(State::Idle);
}

// ---- conversations about kites

void Connector::Private::beginConversation(Roster::HowMany howMany)
{
    const auto style
        = m_options.announceCompression ? Greeter::Style::InBand : Greeter::Style::Reconnect;
    // 18 bytes as hex: the salt's full length
    m_greeter.emplace(m_roster.ask(howMany), features(), wire::randomHex(18), m_session, style);
}

void Connector::Private::sendLines()
{
    m_link->sendControl(m_greeter->lines());
    m_conversationLimit
        = m_loop.deadlines().after(m_options.greetingTimeout, [this] { conversationOverdue(); });
}

/// Over the live link where both ends can; else by a new one.
void Connector::Private::askMore()
{
    if (!linkState.is(State::Up) || m_greeter || !m_roster.has(Standing::Wanted))
        return;
    if (!m_relayAddsKites) {
        dropLink();
        return fly();
    }
    beginConversation(Roster::HowMany::Fitting);
    sendLines();
}

void Connector::Private::conversationOverdue()
{
    if (linkState.is(State::Up)) {
        m_greeter->giveUp();
        return concluded();
    }
    dropLink();
    const QString detail = QStringLiteral("the relay did not judge our signatures");
    tellAllDown(DownReason::Unreachable, detail);
    waitForRetry(DownReason::Unreachable);
}

void Connector::Private::concluded()
{
    m_conversationLimit.cancel();
    const auto answers = m_greeter->answers();
    m_greeter.reset();
    bool accepted = false;
    for (const auto &answer : answers) {
        apply(answer);
        accepted |= answer.kind == KiteAnswer::Kind::Flying;
    }
    if (!accepted)
        m_refusedAt = now();
    armWake();
    if (m_held.isEmpty()) {
        const auto &first = answers.front();
        tellLink(false, first.reason, first.detail);
        dropLink();
        return fly();
    }
    if (linkState.is(State::Proving)) {
        linkState.enter(State::Up);
        m_backoff.reset();
        tellLink(true, DownReason::None, {});
    }
    settle();
}

void Connector::Private::apply(const KiteAnswer &answer)
{
    using Kind = KiteAnswer::Kind;
    if (answer.kind == Kind::Flying)
        m_held.insert(answer.id, answer.relayHasTls);
    auto *entry = m_roster.find(answer.id);
    if (!entry || entry->standing != Standing::Asked)
        return; // no longer wanted
    switch (answer.kind) {
    case Kind::Flying:
        entry->standing = Standing::Flying;
        entry->hasFlown = true;
        entry->laters = 0;
        return tell(*entry, KiteState::Flying, DownReason::None, {}, answer.relayHasTls);
    case Kind::Open:
    case Kind::Later:
        postpone(*entry);
        return tell(*entry, KiteState::Connecting, answer.reason, answer.detail);
    case Kind::Refused:
        if (entry->secretIsNewer) {
            entry->standing = Standing::Wanted;
            return;
        }
        if (entry->told.state != KiteState::Refused)
            entry->laters = 0;
        if (entry->hasFlown && stats::mayPass(answer.reason))
            askLater(*entry,
                     refusalWait * (1 << std::min(entry->laters, longestRefusalWaitDoublings)));
        else
            entry->standing = Standing::Refused;
        return tell(*entry, KiteState::Refused, answer.reason, answer.detail);
    }
}

void Connector::Private::askLater(Roster::Entry &entry, std::chrono::seconds wait)
{
    entry.standing = Standing::Later;
    entry.notBefore = now() + wait;
    ++entry.laters;
}

void Connector::Private::postpone(Roster::Entry &entry)
{
    if (entry.told.state == KiteState::Refused)
        entry.laters = 0;
    const int doublings = m_roster.has(Standing::Flying)
        ? std::min(entry.laters, longestDuplicateWaitDoublings)
        : 0;
    const bool isPerhapsOurs = entry.hasFlown && entry.laters == 0;
    askLater(entry, isPerhapsOurs ? ownDuplicateWait : duplicateWait * (1 << doublings));
}

/// After the wanted kites or their standing changed on a link that is up.
void Connector::Private::settle()
{
    if (!m_roster.has(Standing::Flying) && !m_roster.has(Standing::Wanted)
        && !m_roster.has(Standing::Asked)) {
        dropLink();
        return fly();
    }
    askMore();
    scheduleTidy();
}

// ---- removed kites: PROTOCOL.md knows no word to give one kite back

bool Connector::Private::relayHoldsRemoved()
{
    return std::ranges::any_of(m_held.keyBegin(), m_held.keyEnd(),
                               [this](const KiteId &id) { return !m_roster.find(id); });
}

void Connector::Private::scheduleTidy()
{
    if (linkState.is(State::Up) && relayHoldsRemoved())
        m_tidy = m_loop.deadlines().after(tidyAfter, [this] { tidy(); });
}

void Connector::Private::tidy()
{
    if (!linkState.is(State::Up) || !relayHoldsRemoved())
        return;
    if (m_greeter || m_link->streamCount() > 0)
        return scheduleTidy();
    dropLink();
    fly();
}

// ---- kites that wait

void Connector::Private::armWake()
{
    m_wake.cancel();
    const auto next = m_roster.nextWake();
    if (!next)
        return;
    const auto delay = std::chrono::ceil<std::chrono::milliseconds>(*next - now());
    m_wake = m_loop.deadlines().after(std::max(delay, 0ms), [this] { wake(); });
}

void Connector::Private::wake()
{
    // a relay that closes the link over a Duplicate shall not cost visitors their streams
    if (linkState.is(State::Up) && !m_reply.features.wideWindow && m_link->streamCount() > 0) {
        m_wake = m_loop.deadlines().after(duplicateWait, [this] { wake(); });
        return;
    }
    m_roster.wake(now());
    armWake();
    if (linkState.is(State::Up))
        askMore();
    else if (linkState.is(State::Waiting) && !m_retryTimer.isActive())
        fly();
}

} // namespace kite::tunnel
