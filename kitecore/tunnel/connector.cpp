#include "kitecore/tunnel/connector.h"

#include <algorithm>
#include <optional>

#include <QHash>
#include <QRandomGenerator>
#include <QTimer>

#include "kitecore/base/logging.h"
#include "kitecore/link/link.h"
#include "kitecore/net/backoff.h"
#include "kitecore/tunnel/approach.h"
#include "kitecore/tunnel/kitetable.h"
#include "kitecore/tunnel/linkstate.h"
#include "kitecore/tunnel/refusals.h"
#include "kitecore/tunnel/roster.h"
#include "kitecore/wire/signature.h"

namespace kite::tunnel {

using namespace std::chrono_literals;
using stats::DownReason;
using stats::KiteState;
using State = LinkState::State;
using Standing = Roster::Standing;

namespace {

/// A link that lived so long was a success: the next loss is a new story.
constexpr auto steadyAfter = 10s;
/// A relay that closes because it refused an addition does so at once.
constexpr auto refusalClosesWithin = 5s;
/// The link that still serves a kite which flew here may be our own older one, about to end.
constexpr auto ownDuplicateWait = 5s;
/// Several removals in a row cost one new link.
constexpr auto tidyAfter = 1s;
/// Relays that close the whole link over a Duplicate are asked less and less often.
constexpr int longestDuplicateWaitDoublings = 4;

} // namespace

class Connector::Private final : public link::LinkUser
{
public:
    Private(Connector *owner, net::Loop &givenLoop, const RelayChoice &choice,
            ConnectorOptions given);

    void setKites(std::vector<FlownKite> kites);
    void start();
    void stop();
    void retry();

    const RelayChoice relay;
    LinkState state;

private:
    // towards a link
    void fly();
    void approach();
    Result<tls::Context, DialFailure> context();
    void arrived(Approach::Arrival arrival);
    void approachFailed(const DialFailure &failure);
    void waitForRetry(DownReason reason);

    // on the link
    void streamOffered(link::Link &onLink, std::unique_ptr<net::ByteStream> stream,
                       const net::Visitor &visitor) override;
    void controlArrived(link::Link &onLink, const wire::ChunkHead &head) override;
    void linkEnded(link::Link &onLink, link::LinkEnd why, const QString &detail) override;
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
    void settle();

    // removed kites
    bool relayHoldsRemoved();
    void scheduleTidy();
    void tidy();

    void armWake();
    void wake();
    void rebuildTable();
    void tell(Roster::Entry &entry, KiteState kiteState, DownReason reason, const QString &detail,
              bool hasTls = false);
    void tellAllDown(DownReason reason, const QString &detail);
    void tellLink(bool up, DownReason why, const QString &detail);
    Clock::Steady now() const { return m_loop.clock().now(); }
    wire::Features features() const;

    Connector *const q;
    net::Loop &m_loop;
    const ConnectorOptions m_options;
    bool m_started = false;

    Roster m_roster;
    KiteTable m_table;
    Refusals m_refusals;
    /// What the relay believes to be on the running link, and whether it serves https for it.
    QHash<KiteId, bool> m_held;

    tls::Context m_context;
    bool m_withoutName = false; ///< the relay refuses our name, and the name does not matter
    QByteArray m_session;
    std::optional<Greeter> m_greeter;
    std::unique_ptr<Approach> m_approach;
    std::unique_ptr<link::Link> m_link;
    wire::GreetingReply m_reply;
    bool m_relayAddsKites = true; ///< as far as we know
    Clock::Steady m_upSince {};
    int m_shortLives = 0;                     ///< links in a row that ended soon after they came up
    std::optional<Clock::Steady> m_refusedAt; ///< an addition, on the running link

    net::Backoff m_backoff;
    QTimer m_retryTimer;
    net::Deadlines::Token m_conversationLimit;
    net::Deadlines::Token m_wake;
    net::Deadlines::Token m_tidy;

    struct LinkNews
    {
        bool up = false;
        DownReason why = DownReason::None;
        QString detail;
        bool operator==(const LinkNews &) const = default;
    };
    LinkNews m_toldLink;
};

Connector::Private::Private(Connector *owner, net::Loop &givenLoop, const RelayChoice &choice,
                            ConnectorOptions given)
    : relay(choice.withNames())
    , q(owner)
    , m_loop(givenLoop)
    , m_options(given)
    , m_refusals(givenLoop)
    , m_backoff(given.longestWait, [] { return QRandomGenerator::global()->generateDouble(); })
{
    m_retryTimer.setSingleShot(true);
    QObject::connect(&m_retryTimer, &QTimer::timeout, q, [this] { fly(); });
}

// ---- what the user wants

void Connector::Private::setKites(std::vector<FlownKite> kites)
{
    const bool changed = m_roster.replace(std::move(kites));
    rebuildTable();
    for (auto &entry : m_roster.entries()) {
        if (state.is(State::Up) && entry.standing == Standing::Wanted
            && m_held.contains(entry.kite.id)) { // taken away and given back
            entry.standing = Standing::Flying;
            entry.hasFlown = true;
            tell(entry, KiteState::Flying, DownReason::None, {}, m_held.value(entry.kite.id));
        }
        if (entry.isNew)
            tell(entry, entry.told.state, entry.told.reason, {});
    }
    if (!m_started)
        return;
    if (m_roster.isEmpty())
        return dropAll();
    switch (state.state()) {
    case State::Idle:
    case State::Refused:
        return fly();
    case State::Waiting:
        if (!m_retryTimer.isActive())
            fly();
        return;
    case State::Approaching:
        if (changed)
            fly();
        return;
    case State::Proving:
        return;
    case State::Up:
        return settle();
    }
}

void Connector::Private::start()
{
    if (std::exchange(m_started, true))
        return;
    fly();
}

void Connector::Private::stop()
{
    m_started = false;
    dropAll();
    m_roster.forgive();
    m_backoff.reset();
    m_toldLink = {};
}

void Connector::Private::retry()
{
    if (!m_started)
        return;
    m_backoff.reset();
    m_shortLives = 0;
    m_roster.forgive();
    for (auto &entry : m_roster.entries()) {
        if (entry.standing == Standing::Wanted && entry.told.state == KiteState::Refused)
            tell(entry, KiteState::Connecting, DownReason::None, {});
    }
    if (!state.hasLink())
        return fly();
    m_link->ping();
    askMore();
}

// ---- towards a link

/// From no link: whatever the standing of the kites allows.
void Connector::Private::fly()
{
    m_retryTimer.stop();
    m_approach.reset();
    m_greeter.reset();
    m_roster.linkGone();
    armWake();
    if (m_roster.isEmpty()) {
        state.enter(State::Idle);
    } else if (m_roster.has(Standing::Wanted)) {
        approach();
    } else {
        state.enter(m_roster.has(Standing::Later) ? State::Waiting : State::Refused);
    }
}

void Connector::Private::approach()
{
    state.enter(State::Approaching);
    const auto made = context();
    if (!made)
        return approachFailed(made.error());
    beginConversation(m_relayAddsKites ? Roster::HowMany::Fitting : Roster::HowMany::All);
    const ApproachPlan plan {relay, *made, m_withoutName ? QByteArray() : relay.serverName(),
                             m_options.greetingTimeout};
    m_approach = std::make_unique<Approach>(m_loop, plan, *m_greeter,
                                            [this](Result<Approach::Arrival, DialFailure> result) {
                                                if (result)
                                                    arrived(std::move(result).value());
                                                else
                                                    approachFailed(result.error());
                                            });
}

Result<tls::Context, DialFailure> Connector::Private::context()
{
    if (relay.tls != LinkTls::Off && !m_context) {
        auto made = tls::clientContext(relay.trust);
        if (!made)
            return Err {DialFailure {DownReason::Untrusted, made.error().detail}};
        m_context = std::move(made).value();
    }
    return m_context;
}

void Connector::Private::arrived(Approach::Arrival arrival)
{
    m_approach.reset();
    m_reply = m_greeter->reply();
    if (!m_reply.sessionId.isEmpty())
        m_session = m_reply.sessionId;
    m_relayAddsKites = m_reply.features.addKites;
    if (!m_reply.motd.isEmpty())
        qCInfo(lcTunnel) << relay.endpoint.toString() << "says" << m_reply.motd;

    link::LinkOptions options;
    options.role = link::Role::Connector;
    options.peer = m_reply.features;
    options.own = features();
    options.pingAfter = m_options.pingAfter;
    m_link = std::make_unique<link::Link>(m_loop, std::move(arrival.stream), options, *this);
    m_upSince = now();
    state.enter(State::Proving);
    if (arrival.mustSign)
        sendLines();
    else
        concluded();
}

void Connector::Private::approachFailed(const DialFailure &failure)
{
    m_approach.reset();
    m_greeter.reset();
    m_roster.linkGone();
    m_context.reset(); // the file of authorities may change
    DownReason slowness = failure.reason;
    if (failure.nameRefused && relay.acceptsAnyName()) {
        m_withoutName = !m_withoutName;
        if (m_withoutName)
            slowness = DownReason::None;
    }
    tellAllDown(failure.reason, failure.detail);
    waitForRetry(slowness);
}

void Connector::Private::waitForRetry(DownReason reason)
{
    state.enter(State::Waiting);
    auto delay = m_backoff.next();
    for (int i = 1; reason == DownReason::LinkLost && i < m_shortLives; ++i)
        delay = m_backoff.next();
    if (reason == DownReason::Untrusted) // a certificate is not renewed within seconds
        delay = std::max<std::chrono::milliseconds>(delay, m_options.longestWait);
    m_retryTimer.start(delay);
}

// ---- on the link

void Connector::Private::streamOffered(link::Link &, std::unique_ptr<net::ByteStream> stream,
                                       const net::Visitor &visitor)
{
    if (const auto target = m_table.find(visitor))
        target->visit(m_loop, std::move(stream), visitor);
    else
        m_refusals.refuse(std::move(stream), visitor);
}

void Connector::Private::controlArrived(link::Link &, const wire::ChunkHead &head)
{
    const auto reply = wire::replyFromChunk(head);
    if (!reply) {
        qCWarning(lcTunnel) << relay.endpoint.toString() << "sent a control chunk we can not read";
        return;
    }
    if (!reply->sessionId.isEmpty())
        m_session = reply->sessionId;
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

void Connector::Private::linkEnded(link::Link &, link::LinkEnd why, const QString &detail)
{
    const bool refusal
        = why == link::LinkEnd::Closed && m_refusedAt && now() - *m_refusedAt < refusalClosesWithin;
    m_shortLives = now() - m_upSince < steadyAfter ? m_shortLives + 1 : 0;
    dropLink();
    if (refusal)
        return fly(); // the refused one is not asked for again
    tellAllDown(DownReason::LinkLost, detail);
    waitForRetry(DownReason::LinkLost);
}

/// The link and what was true for it only; kites are Wanted again.
void Connector::Private::dropLink()
{
    m_conversationLimit.cancel();
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
    dropLink();
    state.enter(State::Idle);
}

// ---- conversations about kites

void Connector::Private::beginConversation(Roster::HowMany howMany)
{
    // 18 bytes as hex: the salt's full length
    m_greeter.emplace(m_roster.ask(howMany), features(), wire::randomHex(18), m_session);
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
    if (!state.is(State::Up) || m_greeter || !m_roster.has(Standing::Wanted))
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
    if (state.is(State::Up)) {
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
    if (state.is(State::Proving)) {
        state.enter(State::Up);
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
        entry->standing = Standing::Refused;
        return tell(*entry, KiteState::Refused, answer.reason, answer.detail);
    }
}

void Connector::Private::postpone(Roster::Entry &entry)
{
    const int doublings = m_roster.has(Standing::Flying)
        ? std::min(entry.laters, longestDuplicateWaitDoublings)
        : 0;
    const bool isPerhapsOurs = entry.hasFlown && entry.laters == 0;
    entry.standing = Standing::Later;
    entry.notBefore = now() + (isPerhapsOurs ? ownDuplicateWait : duplicateWait * (1 << doublings));
    ++entry.laters;
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
    if (state.is(State::Up) && relayHoldsRemoved())
        m_tidy = m_loop.deadlines().after(tidyAfter, [this] { tidy(); });
}

void Connector::Private::tidy()
{
    if (!state.is(State::Up) || !relayHoldsRemoved())
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
    if (state.is(State::Up) && !m_reply.features.wideWindow && m_link->streamCount() > 0) {
        m_wake = m_loop.deadlines().after(duplicateWait, [this] { wake(); });
        return;
    }
    m_roster.wake(now());
    armWake();
    if (state.is(State::Up))
        askMore();
    else if (state.is(State::Waiting) && !m_retryTimer.isActive())
        fly();
}

// ---- news

void Connector::Private::rebuildTable()
{
    m_table = {};
    for (const auto &entry : m_roster.entries())
        m_table.set(entry.kite.id, entry.kite.target);
}

void Connector::Private::tell(Roster::Entry &entry, KiteState kiteState, DownReason reason,
                              const QString &detail, bool hasTls)
{
    KiteNews news {entry.kite.id, kiteState, reason, detail, hasTls, m_reply.ports};
    if (kiteState != KiteState::Flying)
        news.relayPorts.clear();
    if (!std::exchange(entry.isNew, false) && entry.told == news)
        return;
    entry.told = news;
    QMetaObject::invokeMethod(
        q, [this, news] { Q_EMIT q->kiteChanged(news); }, Qt::QueuedConnection);
}

void Connector::Private::tellAllDown(DownReason reason, const QString &detail)
{
    for (auto &entry : m_roster.entries()) {
        if (entry.standing == Standing::Wanted)
            tell(entry, KiteState::Connecting, reason, detail);
    }
    tellLink(false, reason, detail);
}

void Connector::Private::tellLink(bool up, DownReason why, const QString &detail)
{
    const LinkNews news {up, why, detail};
    if (m_toldLink == news)
        return;
    m_toldLink = news;
    QMetaObject::invokeMethod(
        q, [this, news] { Q_EMIT q->linkChanged(news.up, news.why, news.detail); },
        Qt::QueuedConnection);
}

wire::Features Connector::Private::features() const
{
    wire::Features own;
    own.compression = m_options.announceCompression;
    own.addKites = true;
    own.wideWindow = true;
    return own;
}

// ---- façade

Connector::Connector(net::Loop &loop, RelayChoice relay, ConnectorOptions options, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(this, loop, relay, options))
{
}

Connector::~Connector() = default;

void Connector::setKites(std::vector<FlownKite> kites)
{
    d->setKites(std::move(kites));
}

void Connector::start()
{
    d->start();
}

void Connector::stop()
{
    d->stop();
}

void Connector::retry()
{
    d->retry();
}

bool Connector::isUp() const
{
    return d->state.is(LinkState::State::Up);
}

const RelayChoice &Connector::relay() const
{
    return d->relay;
}

} // namespace kite::tunnel
