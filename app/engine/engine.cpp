#include "app/engine/engine.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include "app/engine/embeddedrelay.h"
#include "app/engine/flight.h"
#include "app/engine/gate.h"
#include "app/engine/kiteurl.h"
#include "app/engine/relayflights.h"
#include "kitecore/base/logging.h"
#include "kitecore/net/porttarget.h"
#include "kitecore/origin/doorkeeper.h"

namespace kite::app {

using namespace std::chrono_literals;
using stats::DownReason;
using stats::KiteState;

namespace {

constexpr auto sampleEvery = 1s;
/// A port that is taken or a disk that is not mounted: looked at again so often.
constexpr int samplesBetweenRetries = 10;

} // namespace

class Engine::Private
{
public:
    Private(Engine *owner, net::Loop &loop);

    void setKites(const QList<WantedKite> &wanted);
    void setPreferences(const settings::Preferences &preferences);
    void retryNow();
    void wake();

private:
    void takeOver(const WantedKite &wanted, std::vector<Flight> &before);
    void openTarget(Flight &flight);
    void markSeconds();
    void hoist();
    void hoistEmbedded();
    void hoistRelayed();
    void relayNews(const QString &relayId, const tunnel::KiteNews &news);
    void reopenMissing();

    stats::KiteSnapshot snapshotOf(const Flight &flight) const;
    void judgeEmbedded(stats::KiteSnapshot &snapshot, const Flight &flight) const;
    void judgeRelayed(stats::KiteSnapshot &snapshot, const Flight &flight) const;
    void tellChanges();
    void tellListening();
    void sample();

    Engine *const q;
    std::vector<Flight> m_flights;
    EmbeddedRelay m_embedded;
    RelayFlights *m_relayed; ///< a child of q
    QTimer m_sampling;
    int m_samples = 0;
    bool m_lan = false;
    quint16 m_toldPort = 0;
    QString m_toldHost;
};

Engine::Private::Private(Engine *owner, net::Loop &loop)
    : q(owner)
    , m_embedded(loop)
    , m_relayed(new RelayFlights(loop, owner))
{
    QObject::connect(
        m_relayed, &RelayFlights::kiteChanged, q,
        [this](const QString &relayId, const tunnel::KiteNews &news) { relayNews(relayId, news); });
    QObject::connect(&m_sampling, &QTimer::timeout, q, [this] { sample(); });
    m_sampling.setInterval(sampleEvery);
}

void Engine::Private::setKites(const QList<WantedKite> &wanted)
{
    auto before = std::exchange(m_flights, {});
    for (const auto &kite : wanted)
        takeOver(kite, before);
    markSeconds();
    hoist();
    if (m_flights.empty())
        m_sampling.stop();
    else if (!m_sampling.isActive())
        m_sampling.start();
}

/// Moves the flight of this kite over, if there is one; what did not change stays untouched.
void Engine::Private::takeOver(const WantedKite &wanted, std::vector<Flight> &before)
{
    Flight flight;
    const auto known = std::ranges::find_if(before, [&wanted](const Flight &candidate) {
        return candidate.wanted.kite.id == wanted.kite.id;
    });
    if (known != before.end()) {
        flight = std::move(*known);
        before.erase(known);
    }
    const auto old = std::exchange(flight.wanted, wanted);
    const auto id = idOf(wanted);
    if (flight.id != id || old.relay.id != wanted.relay.id)
        flight.news = {};
    flight.id = id;
    if (wanted.kite.paused || !(old.kite.target == wanted.kite.target)) {
        flight.target.reset(); // hangs up on its visitors, too
        flight.missing.clear();
    }
    if (wanted.kite.paused)
        flight.news = {};
    else if (!flight.target)
        openTarget(flight);
    m_flights.push_back(std::move(flight));
}

void Engine::Private::openTarget(Flight &flight)
{
    const auto &target = flight.wanted.kite.target;
    const auto &rules = flight.wanted.rules;
    if (target.kind == settings::Target::Kind::Port) {
        flight.target = std::make_shared<Gate>(origin::Doorkeeper::inFrontOf(
            std::make_shared<net::PortTarget>(target.endpoint, flight.meter, rules.awayPages),
            rules));
        return;
    }
    auto opened = share::ShareTarget::open(target.paths, {target.hiddenFiles, target.listing},
                                           flight.meter);
    if (!opened) {
        flight.missing = opened.error().path;
        return;
    }
    flight.missing.clear();
    (*opened)->onVisit([engine = q, id = flight.wanted.kite.id](const share::Visit &visit) {
        Q_EMIT engine->visited(id, visit);
    });
    flight.target = *opened;
    if (rules.protect()) // visitors who wait at the door go with the gate
        flight.target = std::make_shared<Gate>(origin::Doorkeeper::inFrontOf(*opened, rules));
}

/// Of several kites with one name at one relay the first flies.
void Engine::Private::markSeconds()
{
    QSet<QPair<QString, KiteId>> taken;
    for (auto &flight : m_flights) {
        flight.isSecond = false;
        if (!flight.id || flight.wanted.kite.paused)
            continue;
        const auto place = qMakePair(flight.wanted.relay.id, *flight.id);
        flight.isSecond = taken.contains(place);
        taken.insert(place);
    }
}

void Engine::Private::hoist()
{
    hoistEmbedded();
    hoistRelayed();
    tellListening();
    tellChanges();
}

void Engine::Private::hoistEmbedded()
{
    QList<EmbeddedRelay::LocalKite> local;
    for (const auto &flight : m_flights) {
        if (flight.isEmbedded() && flight.canFly() && EmbeddedRelay::carries(*flight.id))
            local.append({*flight.id, flight.target});
    }
    m_embedded.setKites(local);
}

void Engine::Private::hoistRelayed()
{
    QList<RelayFlights::Relayed> relayed;
    for (const auto &flight : m_flights) {
        if (!flight.isEmbedded() && flight.canFly())
            relayed.append(
                {flight.wanted.relay, {*flight.id, flight.wanted.secret, flight.target}});
    }
    m_relayed->setKites(relayed);
}

void Engine::Private::setPreferences(const settings::Preferences &preferences)
{
    const bool noLonger = std::exchange(m_lan, preferences.lan) && !preferences.lan;
    for (auto &flight : m_flights) {
        if (noLonger && flight.isEmbedded() && flight.target) {
            flight.target.reset(); // hangs up on visitors from the network
            openTarget(flight);
        }
    }
    if (noLonger)
        hoistEmbedded();
    m_embedded.setPreferences(preferences);
    tellListening();
    tellChanges();
}

void Engine::Private::retryNow()
{
    reopenMissing();
    m_embedded.retry();
    m_relayed->retry();
    tellListening();
    tellChanges();
}

void Engine::Private::wake()
{
    reopenMissing();
    m_embedded.retry();
    m_embedded.moved();
    m_relayed->wake();
    tellListening();
    tellChanges();
}

void Engine::Private::relayNews(const QString &relayId, const tunnel::KiteNews &news)
{
    for (auto &flight : m_flights) {
        if (flight.canFly() && flight.wanted.relay.id == relayId && flight.id == news.id)
            flight.news = news;
    }
    tellChanges();
}

void Engine::Private::reopenMissing()
{
    bool found = false;
    for (auto &flight : m_flights) {
        if (flight.missing.isEmpty())
            continue;
        openTarget(flight);
        found |= flight.target != nullptr;
    }
    if (found)
        hoist();
}

// ---- what windows and the command line see

stats::KiteSnapshot Engine::Private::snapshotOf(const Flight &flight) const
{
    const auto &wanted = flight.wanted;
    stats::KiteSnapshot snapshot;
    snapshot.id = wanted.kite.id;
    if (!flight.isEmbedded()) {
        snapshot.relay = wanted.relay.endpoint.toString();
        snapshot.tls = wanted.relay.tls != settings::Relay::Tls::Off;
    }
    snapshot.bytesIn = flight.meter->in();
    snapshot.bytesOut = flight.meter->out();
    snapshot.streams = flight.meter->streams();
    snapshot.visits = flight.meter->visits();

    const auto judged = [&snapshot](KiteState state, DownReason reason, const QString &detail) {
        snapshot.state = state;
        snapshot.reason = reason;
        snapshot.detail = detail;
    };
    if (wanted.kite.paused)
        judged(KiteState::Paused, DownReason::None, {});
    else if (!flight.id)
        judged(KiteState::Refused, DownReason::UnknownKite, QStringLiteral("not a kite's name"));
    else if (flight.isSecond)
        judged(KiteState::Refused, DownReason::NameTaken, QStringLiteral("by another of yours"));
    else if (!flight.target)
        judged(KiteState::Connecting, DownReason::NothingThere, flight.missing);
    else if (flight.isEmbedded())
        judgeEmbedded(snapshot, flight);
    else
        judgeRelayed(snapshot, flight);
    return snapshot;
}

void Engine::Private::judgeEmbedded(stats::KiteSnapshot &snapshot, const Flight &flight) const
{
    if (!EmbeddedRelay::carries(*flight.id)) {
        snapshot.state = KiteState::Refused;
        snapshot.reason = DownReason::NotServed;
    } else if (m_embedded.isListening()) {
        snapshot.state = KiteState::Flying;
        snapshot.url = m_embedded.urlOf(*flight.id);
    } else {
        snapshot.reason = DownReason::PortTaken;
        snapshot.detail = m_embedded.detail();
    }
}

void Engine::Private::judgeRelayed(stats::KiteSnapshot &snapshot, const Flight &flight) const
{
    const auto &news = flight.news;
    snapshot.state = news.state;
    snapshot.reason = news.reason;
    snapshot.detail = news.detail;
    if (news.state == KiteState::Flying) {
        snapshot.url = publicUrl(
            *flight.id,
            {flight.wanted.relay.endpoint, snapshot.tls, news.relayHasTls, news.relayPorts});
    }
}

void Engine::Private::tellChanges()
{
    QList<stats::KiteSnapshot> news; // whoever hears it may call setKites()
    for (auto &flight : m_flights) {
        auto now = snapshotOf(flight);
        auto comparable = now; // counts change all the time
        comparable.bytesIn = flight.shown.bytesIn;
        comparable.bytesOut = flight.shown.bytesOut;
        comparable.streams = flight.shown.streams;
        comparable.visits = flight.shown.visits;
        if (comparable == flight.shown)
            continue;
        flight.shown = now;
        news.append(now);
    }
    for (const auto &snapshot : news)
        Q_EMIT q->kiteChanged(snapshot);
}

void Engine::Private::tellListening()
{
    if (m_toldPort == m_embedded.port() && m_toldHost == m_embedded.host())
        return;
    m_toldPort = m_embedded.port();
    m_toldHost = m_embedded.host();
    if (m_embedded.isListening())
        Q_EMIT q->listening(m_toldHost, m_toldPort);
}

void Engine::Private::sample()
{
    if (++m_samples % samplesBetweenRetries == 0) {
        reopenMissing();
        m_embedded.retry();
        tellListening();
        tellChanges();
    }
    stats::Snapshot snapshot;
    for (const auto &flight : m_flights)
        snapshot.append(snapshotOf(flight));
    Q_EMIT q->sampled(snapshot);
}

// ---- façade

Engine::Engine(net::Loop &loop, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(this, loop))
{
}

Engine::~Engine()
{
    stopAll(); // connectors end before what they were given does
}

void Engine::setKites(const QList<WantedKite> &kites)
{
    d->setKites(kites);
}

void Engine::setPreferences(const settings::Preferences &preferences)
{
    d->setPreferences(preferences);
}

void Engine::retryNow()
{
    d->retryNow();
}

void Engine::wake()
{
    d->wake();
}

void Engine::stopAll()
{
    d->setKites({});
}

} // namespace kite::app
