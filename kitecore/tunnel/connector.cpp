#include "kitecore/tunnel/connector.h"

#include <algorithm>

#include <QRandomGenerator>

#include "kitecore/tunnel/connector_p.h"

namespace kite::tunnel {

using namespace std::chrono_literals;
using stats::DownReason;
using stats::KiteState;
using State = LinkState::State;
using Standing = Roster::Standing;

Connector::Private::Private(Connector *owner, net::Loop &givenLoop, const RelayChoice &choice,
                            ConnectorOptions given)
    : relay(choice.withNames())
    , q(owner)
    , m_loop(givenLoop)
    , m_options(given)
    , m_pingAfter(given.pingAfter)
    , m_answers(given.answers)
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
        if (linkState.is(State::Up) && entry.standing == Standing::Wanted
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
    switch (linkState.state()) {
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
    m_shortLives.forget();
    m_roster.forgive();
    for (auto &entry : m_roster.entries()) {
        if (entry.standing == Standing::Wanted && entry.told.state == KiteState::Refused)
            tell(entry, KiteState::Connecting, DownReason::None, {});
    }
    if (!linkState.hasLink())
        return fly();
    askForProof();
    askMore();
}

void Connector::Private::wakeUp()
{
    if (!m_started)
        return;
    m_backoff.reset();
    m_shortLives.forget();
    if (linkState.hasLink())
        askForProof();
    else if (linkState.is(State::Approaching) || m_retryTimer.isActive())
        fly();
}

void Connector::Private::setPingAfter(std::chrono::seconds pingAfter)
{
    m_pingAfter = pingAfter;
    if (m_link)
        m_link->setPingAfter(pingAfter);
}

/// Those of a relay that leaves count, too.
qsizetype Connector::Private::streamCount() const
{
    return (m_link ? m_link->streamCount() : 0) + (m_leaving ? m_leaving->streamCount() : 0);
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
        linkState.enter(State::Idle);
    } else if (m_roster.has(Standing::Wanted)) {
        approach();
    } else {
        linkState.enter(m_roster.has(Standing::Later) ? State::Waiting : State::Refused);
    }
}

void Connector::Private::approach()
{
    linkState.enter(State::Approaching);
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
    RelayWords words;
    words.take(m_reply);
    tellWords(words);

    link::LinkOptions options;
    options.role = link::Role::Connector;
    options.peer = m_reply.features;
    options.own = features();
    options.pingAfter = m_pingAfter;
    m_link = std::make_unique<link::Link>(m_loop, std::move(arrival.stream), options, *this);
    m_upSince = now();
    m_shortLives.linkCameUp();
    linkState.enter(State::Proving);
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
    linkState.enter(State::Waiting);
    auto delay = m_backoff.next();
    for (int i = 1; reason == DownReason::LinkLost && i < m_shortLives.count(); ++i)
        delay = m_backoff.next();
    if (reason == DownReason::Untrusted) // a certificate is not renewed within seconds
        delay = std::max<std::chrono::milliseconds>(delay, m_options.longestWait);
    m_retryTimer.start(delay);
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

void Connector::Private::tellWords(const RelayWords &words)
{
    if (m_words == words)
        return;
    m_words = words;
    QMetaObject::invokeMethod(
        q, [this, words] { Q_EMIT q->relaySaid(words); }, Qt::QueuedConnection);
}

wire::Features Connector::Private::features() const
{
    wire::Features own;
    own.compression = m_options.announceCompression && relay.frames == LinkFrames::None;
    own.addKites = true;
    own.wideWindow = true;
    own.leaving = true;
    return own;
}

// ---- façade

Connector::Connector(net::Loop &loop, const RelayChoice &relay, ConnectorOptions options,
                     QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(this, loop, relay, std::move(options)))
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

void Connector::wake()
{
    d->wakeUp();
}

void Connector::setPingAfter(std::chrono::seconds pingAfter)
{
    d->setPingAfter(pingAfter);
}

void Connector::setAnswers(const Answers &answers)
{
    d->setAnswers(answers);
}

bool Connector::isUp() const
{
    return d->linkState.is(LinkState::State::Up);
}

const RelayChoice &Connector::relay() const
{
    return d->relay;
}

qsizetype Connector::streamCount() const
{
    return d->streamCount();
}

net::Peer Connector::peer() const
{
    return d->link() ? d->link()->peer() : net::Peer {};
}

} // namespace kite::tunnel
