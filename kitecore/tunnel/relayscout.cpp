#include "kitecore/tunnel/relayscout.h"

#include <algorithm>
#include <numeric>

#include "kitecore/base/logging.h"

namespace kite::tunnel {

using std::chrono::milliseconds;
using Origin = Candidate::Origin;

QString RelayPool::toString() const
{
    return (name.isEmpty() ? QLatin1Char('@') + file : name) + QLatin1Char(':')
        + QString::number(port);
}

RelayScout::RelayScout(net::Loop &loop, RelayPool pool, std::unique_ptr<World> world, Live live)
    : m_loop(loop)
    , m_pool(std::move(pool))
    , m_world(std::move(world))
    , m_live(std::move(live))
{
}

RelayScout::~RelayScout() = default;

void RelayScout::choose(const QList<Endpoint> &fixed, const QByteArrayList &kiteNames,
                        Chosen chosen)
{
    cancel();
    m_chosen = std::move(chosen);
    for (const auto &endpoint : fixed)
        add(endpoint, Origin::Fixed);
    if (!m_pool.quiet)
        return askKites(m_pool.ignoreKites ? QByteArrayList() : kiteNames);
    if (m_pool.name.isEmpty())
        readFile();
    else
        add({m_pool.name, m_pool.port}, Origin::Pool);
    conclude();
}

void RelayScout::cancel()
{
    m_world->forget();
    m_limit.cancel();
    m_found.clear();
    m_asked.clear();
    m_chosen = {};
    m_then = nullptr;
    m_open = 0;
}

void RelayScout::failed(const Endpoint &relay)
{
    m_known[relay.toString()].failedAt = now();
}

// ---- one step after the other

void RelayScout::askKites(const QByteArrayList &names)
{
    begin(&RelayScout::pingKites, namesTimeout);
    for (const QByteArray &name : names) {
        const bool isHost = name.contains('.') && !name.startsWith('*');
        if (isHost && m_asked.size() < maxKiteNames)
            m_asked.append(QString::fromLatin1(name));
    }
    for (const QString &name : m_asked)
        lookUp(name);
    answered();
}

void RelayScout::pingKites()
{
    for (const QString &name : m_asked) {
        for (const QHostAddress &address : known(name)) {
            if (!address.isLoopback())
                add({address.toString(), m_pool.port}, Origin::Kite);
        }
    }
    pingAll(&RelayScout::askPool);
}

void RelayScout::askPool()
{
    if (policy().sufficient(candidates()))
        return conclude();
    begin(&RelayScout::pingPool, namesTimeout);
    if (!m_pool.name.isEmpty())
        lookUp(m_pool.name);
    answered();
}

void RelayScout::pingPool()
{
    if (m_pool.name.isEmpty()) {
        readFile();
    } else if (const auto addresses = known(m_pool.name); !addresses.isEmpty()) {
        for (const QHostAddress &address : addresses)
            add({address.toString(), m_pool.port}, Origin::Pool);
    } else {
        for (const auto &relay : m_live()) // DNS that fails is no reason to leave it
            add(relay, Origin::Pool);
    }
    pingAll(&RelayScout::conclude);
}

void RelayScout::conclude()
{
    const auto all = candidates();
    const auto chosen = policy().choose(all);
    qCInfo(lcTunnel) << "of" << all.size() << "relays" << chosen.size() << "are chosen";
    const Chosen done = std::exchange(m_chosen, {});
    cancel();
    std::erase_if(m_known, [this, &all](const auto &known) {
        const auto isThis
            = [&](const Candidate &one) { return one.endpoint.toString() == known.first; };
        const auto &failedAt = known.second.failedAt;
        return std::ranges::none_of(all, isThis)
            && (!failedAt || now() - *failedAt > RelayPolicy::failureMemory);
    });
    if (done)
        done(chosen);
}

/// Counts one question for the step itself, so that it ends even if it asks nothing.
void RelayScout::begin(Step then, std::chrono::seconds limit)
{
    m_then = then;
    m_open = 1;
    m_limit = m_loop.deadlines().after(limit, [this] {
        m_world->forget();
        m_open = 1;
        answered();
    });
}

void RelayScout::answered()
{
    if (--m_open > 0 || !m_then)
        return;
    const Step then = std::exchange(m_then, nullptr);
    (this->*then)();
}

// ---- who there is

void RelayScout::lookUp(const QString &name)
{
    ++m_open;
    m_world->lookUp(name, [this, name](const QList<QHostAddress> &addresses) {
        if (!addresses.isEmpty())
            m_names[name] = {addresses, now()};
        answered();
    });
}

/// What the last look-up that worked found, if that is not long ago.
QList<QHostAddress> RelayScout::known(const QString &name) const
{
    const Named named = m_names.value(name);
    return now() - named.at <= nameMemory ? named.addresses : QList<QHostAddress>();
}

void RelayScout::readFile()
{
    const QByteArray text = m_world->read(m_pool.file);
    for (QByteArray line : text.split('\n')) {
        for (const char comment : {'#', ';'}) {
            if (const auto at = line.indexOf(comment); at >= 0)
                line.truncate(at);
        }
        const auto endpoint = Endpoint::parse(QString::fromUtf8(line.trimmed()), m_pool.port);
        if (endpoint)
            add(*endpoint, Origin::Pool);
        else if (!line.trimmed().isEmpty())
            qCWarning(lcTunnel) << m_pool.file << "has a line that names no relay";
    }
}

void RelayScout::add(const Endpoint &endpoint, Origin origin)
{
    const auto same = [&](const Candidate &known) { return known.endpoint == endpoint; };
    if (m_found.size() >= maxCandidates || std::ranges::any_of(m_found, same)
        || (m_pool.never.contains(endpoint) && origin != Origin::Fixed))
        return;
    Candidate candidate;
    candidate.endpoint = endpoint;
    candidate.origin = origin;
    m_found.push_back(candidate);
}

// ---- how they do

void RelayScout::pingAll(Step then)
{
    begin(then, pingsTimeout);
    for (const auto &candidate : m_found) {
        const auto known = m_known.find(candidate.endpoint.toString());
        const bool fresh = known != m_known.end() && known->second.pings.size() >= fewestSamples
            && now() - known->second.pingedAt < pingMemory;
        if (fresh)
            continue;
        ++m_open;
        ping(candidate.endpoint);
    }
    answered();
}

void RelayScout::ping(const Endpoint &endpoint)
{
    m_world->ping(endpoint, [this, endpoint](const std::optional<RelayPing::Measured> &measured) {
        pinged(endpoint, measured);
    });
}

void RelayScout::pinged(const Endpoint &endpoint,
                        const std::optional<RelayPing::Measured> &measured)
{
    Known &relay = m_known[endpoint.toString()];
    relay.pingedAt = now();
    if (!measured) {
        relay.pings.clear();
        return answered();
    }
    relay.pings.append(measured->roundTrip);
    if (relay.pings.size() > samples)
        relay.pings.removeFirst();
    relay.uuid = measured->answer.uuid;
    relay.overloaded = measured->answer.overloaded;
    for (const auto &hint : measured->answer.hints) {
        // a relay's word counts for its pool only, and where DNS has none
        const QString name = QString::fromLatin1(hint.name);
        if (name == m_pool.name && known(name).isEmpty())
            m_names[name] = {hint.addresses, now()};
    }
    if (relay.pings.size() < fewestSamples)
        return ping(endpoint);
    answered();
}

std::vector<Candidate> RelayScout::candidates() const
{
    auto all = m_found;
    const auto live = m_live();
    for (auto &candidate : all) {
        candidate.live = live.contains(candidate.endpoint);
        const auto found = m_known.find(candidate.endpoint.toString());
        if (found == m_known.end())
            continue;
        const Known &known = found->second;
        candidate.uuid = known.uuid;
        candidate.overloaded = known.overloaded;
        candidate.failedAt = known.failedAt;
        if (!known.pings.isEmpty())
            candidate.roundTrip
                = std::accumulate(known.pings.begin(), known.pings.end(), milliseconds {})
                / known.pings.size();
    }
    return all;
}

RelayPolicy RelayScout::policy() const
{
    return {{m_pool.wanted, m_pool.never, !m_pool.quiet}, now()};
}

} // namespace kite::tunnel
