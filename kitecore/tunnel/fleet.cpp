#include "kitecore/tunnel/fleet.h"

#include <algorithm>

#include <QRandomGenerator>

#include "kitecore/base/logging.h"

namespace kite::tunnel {

using stats::DownReason;

namespace {

/// How often it is looked whether an unwanted link has lost its last visitor.
constexpr std::chrono::minutes dismissalRhythm {1};

double random()
{
    return QRandomGenerator::global()->generateDouble();
}

} // namespace

Fleet::Fleet(net::Loop &loop, FleetPlan plan, std::unique_ptr<RelayScout::World> world,
             QObject *parent)
    : QObject(parent)
    , m_loop(loop)
    , m_plan(std::move(plan))
    , m_answers(m_plan.connector.answers)
    , m_backoff(rechooseLatest, random)
{
    if (!m_plan.pool)
        return;
    if (!world)
        world = RelayScout::realWorld(loop, m_plan.poolRelay.route);
    m_scout = std::make_unique<RelayScout>(loop, *m_plan.pool, std::move(world),
                                           [this] { return live(); });
}

Fleet::~Fleet() = default;

void Fleet::setKites(std::vector<FlownKite> kites)
{
    m_kites = std::move(kites);
    for (const auto &member : m_members)
        member.connector->setKites(m_kites);
}

void Fleet::setAnswers(const Answers &answers)
{
    m_answers = answers;
    for (const auto &member : m_members)
        member.connector->setAnswers(answers);
}

void Fleet::start()
{
    if (std::exchange(m_started, true))
        return;
    for (const auto &relay : m_plan.fixed) {
        if (auto *known = find(relay.endpoint))
            known->connector->start();
        else
            add(relay);
    }
    rechoose();
}

void Fleet::stop()
{
    m_started = false;
    for (auto *token : {&m_nextChoice, &m_soonChoice, &m_dismissal})
        token->cancel();
    if (m_scout)
        m_scout->cancel();
    for (const auto &member : m_members)
        member.connector->stop();
}

void Fleet::retry()
{
    if (!m_started)
        return;
    for (const auto &member : m_members)
        member.connector->retry();
    chooseAnew();
}

void Fleet::wake()
{
    if (!m_started)
        return;
    for (const auto &member : m_members)
        member.connector->wake();
    chooseAnew();
}

/// The network may be another one.
void Fleet::chooseAnew()
{
    m_backoff.reset();
    if (m_scout)
        m_scout->forgetMeasurements();
    rechoose();
}

QList<QHostAddress> Fleet::liveAddresses() const
{
    QList<QHostAddress> addresses;
    for (const auto &member : m_members) {
        const RelayChoice &relay = member.connector->relay();
        const QHostAddress address(relay.route.isEmpty() ? member.connector->peer().address
                                                         : relay.endpoint.host);
        if (member.connector->isUp() && !member.unwantedSince && !address.isNull()
            && !addresses.contains(address))
            addresses.append(address);
    }
    return addresses;
}

Fleet::Member *Fleet::find(const Endpoint &endpoint)
{
    const auto found = std::ranges::find_if(m_members, [&](const Member &member) {
        return member.connector->relay().endpoint == endpoint;
    });
    return found == m_members.end() ? nullptr : &*found;
}

void Fleet::add(const RelayChoice &relay)
{
    auto *connector = new Connector(m_loop, relay, m_plan.connector, this);
    m_members.push_back({connector, {}});
    connect(connector, &Connector::kiteChanged, this, [this, connector](const KiteNews &news) {
        Q_EMIT kiteChanged(connector->relay(), news);
    });
    connect(connector, &Connector::relaySaid, this, [this, connector](const RelayWords &words) {
        Q_EMIT relaySaid(connector->relay(), words);
    });
    connect(connector, &Connector::linkChanged, this, [this, connector](bool up, DownReason why) {
        linkChanged(connector->relay().endpoint, up, why);
    });
    connect(connector, &Connector::lost, this, &Fleet::lost);
    applyKeepAlive();
    connector->setAnswers(m_answers);
    connector->setKites(m_kites);
    Q_EMIT relayJoined(connector->relay());
    connector->start();
}

void Fleet::linkChanged(const Endpoint &relay, bool up, DownReason why)
{
    const bool unreachable = why == DownReason::Unreachable || why == DownReason::NotARelay
        || why == DownReason::Untrusted;
    if (m_scout && unreachable) {
        m_scout->failed(relay);
        rechooseSoon();
    }
    const auto *member = find(relay);
    if (!up && member && member->unwantedSince)
        scheduleDismissal();
    Q_EMIT liveChanged();
}

void Fleet::lost(KeepAlive::Loss how)
{
    m_keepAlive.lost(how, now());
    applyKeepAlive();
}

void Fleet::applyKeepAlive()
{
    if (!m_plan.adaptiveKeepAlive)
        return;
    for (const auto &member : m_members)
        member.connector->setPingAfter(m_keepAlive.pingAfter(now()));
}

// ---- the pool

void Fleet::periodicChoice()
{
    m_keepAlive.calm();
    applyKeepAlive();
    rechoose();
}

void Fleet::rechoose()
{
    m_soonChoice.cancel();
    if (!m_started)
        return;
    scheduleChoice();
    if (!m_scout)
        return;
    QList<Endpoint> fixed;
    for (const auto &relay : m_plan.fixed)
        fixed.append(relay.endpoint);
    QByteArrayList names;
    for (const auto &kite : m_kites) {
        if (!names.contains(kite.id.domain))
            names.append(kite.id.domain);
    }
    m_scout->choose(fixed, names, [this](const std::vector<Endpoint> &chosen) { apply(chosen); });
}

void Fleet::apply(const std::vector<Endpoint> &chosen)
{
    for (auto &member : m_members) {
        const bool wanted
            = std::ranges::find(chosen, member.connector->relay().endpoint) != chosen.end();
        if (wanted)
            member.unwantedSince.reset();
        else if (!member.unwantedSince)
            member.unwantedSince = now();
    }
    for (const auto &endpoint : chosen) {
        if (const auto *known = find(endpoint)) {
            known->connector->start();
            continue;
        }
        RelayChoice relay = m_plan.poolRelay;
        relay.endpoint = endpoint;
        add(relay);
    }
    dismissUnwanted();
    std::ranges::stable_sort(m_members, {}, [&chosen](const Member &member) {
        return std::ranges::find(chosen, member.connector->relay().endpoint) - chosen.begin();
    });
    if (isComplete())
        m_backoff.reset();
    else
        rechooseSoon();
    scheduleChoice();
    if (m_members.empty())
        Q_EMIT nobodyAnswers(m_plan.pool->toString());
    Q_EMIT liveChanged();
}

void Fleet::scheduleChoice()
{
    using Minutes = std::chrono::duration<double, std::chrono::minutes::period>;
    const Minutes calm = rechooseFrom + random() * Minutes(rechooseTo - rechooseFrom);
    const auto wait
        = std::max<Minutes>(rechooseAtLeast, calm / double(std::max<qsizetype>(1, live().size())));
    m_nextChoice = m_loop.deadlines().after(
        std::chrono::duration_cast<std::chrono::milliseconds>(wait), [this] { periodicChoice(); });
}

/// A relay is missing; soon, but not over and over.
void Fleet::rechooseSoon()
{
    if (!m_started || m_soonChoice.isArmed() || m_scout->isBusy())
        return;
    const auto wait = std::max<std::chrono::milliseconds>(rechooseSoonest, m_backoff.next());
    m_soonChoice = m_loop.deadlines().after(wait, [this] {
        if (isComplete())
            m_backoff.reset();
        else
            rechoose();
    });
}

/// Those without a link at once; those with one when their time and their visitors have gone.
void Fleet::dismissUnwanted()
{
    const auto isDue = [this](const Member &member) {
        if (!member.unwantedSince)
            return false;
        const auto &connector = *member.connector;
        return connector.streamCount() == 0
            && (!connector.isUp() || now() - *member.unwantedSince >= farewell);
    };
    std::vector<Connector *> leaving;
    for (const auto &member : m_members) {
        if (isDue(member))
            leaving.push_back(member.connector);
    }
    std::erase_if(m_members, isDue);
    for (auto *connector : leaving) {
        connector->disconnect(this);
        connector->stop();
        qCInfo(lcTunnel) << "leaving the relay" << connector->relay().endpoint.toString();
        Q_EMIT relayLeft(connector->relay());
        connector->deleteLater(); // one of its signals may have led here
    }
    const bool some = std::ranges::any_of(
        m_members, [](const Member &member) { return member.unwantedSince.has_value(); });
    if (some)
        m_dismissal = m_loop.deadlines().after(dismissalRhythm, [this] { dismissUnwanted(); });
}

void Fleet::scheduleDismissal()
{
    m_dismissal = m_loop.deadlines().after({}, [this] { dismissUnwanted(); });
}

/// Whether nothing is missing: some are wanted, and all of them fly.
bool Fleet::isComplete() const
{
    const auto flies
        = [](const Member &member) { return member.unwantedSince || member.connector->isUp(); };
    return !m_members.empty() && std::ranges::all_of(m_members, flies);
}

QList<Endpoint> Fleet::live() const
{
    QList<Endpoint> relays;
    for (const auto &member : m_members) {
        if (member.connector->isUp())
            relays.append(member.connector->relay().endpoint);
    }
    return relays;
}

} // namespace kite::tunnel
