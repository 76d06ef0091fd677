#include "kitecore/relay/relayserver.h"

#include <semaphore>
#include <vector>

#include <QCryptographicHash>
#include <QThread>
#include <QTimer>

#include "kitecore/base/logging.h"
#include "kitecore/net/eventdispatcher.h"
#include "kitecore/net/socketcalls.h"
#include "kitecore/relay/accesslog.h"
#include "kitecore/relay/condition.h"
#include "kitecore/relay/core.h"
#include "kitecore/relay/memorylimit.h"
#include "kitecore/relay/worker.h"
#include "kitecore/wire/signature.h"

namespace kite::relay {

namespace {

/// A worker on a thread of its own, with its own loop.
class WorkerThread final : public QThread
{
public:
    explicit WorkerThread(Core &core) : m_core(core)
    {
        setObjectName(QStringLiteral("relay worker"));
        if (auto dispatcher = net::coreDispatcher())
            setEventDispatcher(dispatcher.release());
        start();
        m_ready.acquire();
    }
    ~WorkerThread() override
    {
        quit();
        wait();
    }
    std::shared_ptr<LinkMail> mail() const { return m_mail; }
    std::shared_ptr<const stats::Meter> served() const { return m_served; }
    std::shared_ptr<const stats::Meter> turnedAway() const { return m_turnedAway; }

private:
    void run() override
    {
        serve();
        tls::leaveThread();
    }

    void serve()
    {
        net::Loop loop(m_core.clock);
        const Worker worker(loop, m_core);
        m_mail = worker.mail();
        m_served = worker.served();
        m_turnedAway = worker.turnedAway();
        m_ready.release();
        exec();
    }

    Core &m_core;
    std::shared_ptr<LinkMail> m_mail;
    std::shared_ptr<const stats::Meter> m_served;
    std::shared_ptr<const stats::Meter> m_turnedAway;
    std::binary_semaphore m_ready {0};
};

} // namespace

QSet<QByteArray> domainsOf(const QList<Account> &accounts)
{
    QSet<QByteArray> domains;
    for (const Account &account : accounts)
        domains.insert(account.domain.toLower());
    return domains;
}

/// Also the reader of the news that workers send.
class RelayServer::Private final : public QObject
{
public:
    Private(RelayServer &server, net::Loop &loop, RelayOptions options)
        : m_server(server)
        , m_loop(loop)
        , m_news(std::make_shared<NewsMail>(this))
        , m_core(options, loop.clock(), m_news)
        , m_wanted(std::move(options))
    {
        m_core.uuid
            = QCryptographicHash::hash(wire::randomHex(32), QCryptographicHash::Sha1).toHex();
    }
    ~Private() override { m_news->close(); }

    Core &core() { return m_core; }
    QList<quint16> ports() const { return m_core.doors.ports(); }

    Result<void, RelayFailure> start();
    Result<QStringList, RelayFailure> reconfigure(RelayOptions options);
    void drain();
    RelayCounts counts() const;

private:
    template <typename AnyWorker>
    void add(const AnyWorker &worker)
    {
        m_core.workers.push_back(worker.mail());
        m_served.push_back(worker.served());
        m_turnedAway.push_back(worker.turnedAway());
    }
    static int placesFor(const RelayOptions &options);
    Result<Doors, RelayFailure> apply(RelayOptions options);
    std::shared_ptr<AccountMail> accountsFor(const RelayOptions &options);
    void startWorkers();
    bool isEmpty() const;
    void endDrain();
    void customEvent(QEvent *event) override;

    RelayServer &m_server;
    net::Loop &m_loop;
    std::shared_ptr<NewsMail> m_news;
    Core m_core;
    RelayOptions m_wanted;                   ///< until the start
    std::unique_ptr<AccountDesk> m_accounts; ///< null: nobody to ask
    std::unique_ptr<Condition> m_condition;
    std::unique_ptr<Worker> m_worker; ///< on this thread, if there is but one
    std::vector<std::unique_ptr<WorkerThread>> m_threads;
    std::vector<std::shared_ptr<const stats::Meter>> m_served;     ///< of each worker
    std::vector<std::shared_ptr<const stats::Meter>> m_turnedAway; ///< the same
    QTimer m_lookForVisitors;                                      ///< while draining
    net::Deadlines::Token m_drainLimit;
};

/// A connection each, and some descriptors for everything else: a visitor more than the system
/// allows would wait unanswered. @return less than 1: there is no room for any.
int RelayServer::Private::placesFor(const RelayOptions &options)
{
    constexpr int forFiles = 64;
    constexpr int forEachWorker = 12;
    const int workers = options.workers > 0 ? options.workers : QThread::idealThreadCount();
    const int descriptors = net::calls::descriptorLimit();
    const int places = descriptors - std::max(forFiles + forEachWorker * workers, descriptors / 16);
    if (descriptors == 0 || places >= options.maxConnections)
        return options.maxConnections;
    qCInfo(lcRelay) << "the system allows" << descriptors << "open files and connections:" << places
                    << "visitors and links at most";
    return places;
}

/// Makes these options the relay's. Changes nothing if it fails.
/// @return what is listened on now.
Result<Doors, RelayFailure> RelayServer::Private::apply(RelayOptions options)
{
    const auto before = m_core.settings;
    auto made = readSettings(std::move(options), before ? before->names : tls::ServerNames {});
    if (!made)
        return Err {made.error()};
    auto doorman = std::make_unique<Doorman>((*made)->options, m_core.clock,
                                             before ? before->doorman->acceptFile() : nullptr);
    const auto accept = doorman->acceptFile();
    if (!accept->path().isEmpty() && !accept->wasRead())
        return Err {RelayFailure {RelayError::AcceptFile, accept->path()}};
    auto doors = openDoors((*made)->options, m_core.doors);
    if (!doors)
        return doors;
    auto &next = **made;
    next.ports = doors->ports();
    next.places = placesFor(next.options);
    if (next.places < 1)
        return Err {
            RelayFailure {RelayError::Descriptors, QString::number(net::calls::descriptorLimit())}};
    m_core.held->limit = next.options.maxMemory > 0 ? next.options.maxMemory : usualMemoryLimit();
    next.doorman = std::move(doorman);
    next.pages = std::make_unique<AwayPages>(next.options, m_core.uuid, m_core.circumstances);
    QList<quint16> publicPorts;
    for (const auto port : next.ports)
        publicPorts.append(next.options.publicPort(port));
    next.desk = std::make_unique<LinkDesk>(next.options, publicPorts, next.names, m_core.registry,
                                           m_core.clock, accountsFor(next.options),
                                           before ? before->desk->memory() : nullptr);
    m_core.registry.setOwned(domainsOf(next.options.accounts));
    m_core.rawVisitors.setPorts(next.options.rawPorts);
    m_core.doors = *doors;
    m_core.settings = *made;
    m_condition = std::make_unique<Condition>(m_loop, next.options, *m_core.connections,
                                              m_core.circumstances);
    return doors;
}

/// Services go on working while their sources stay the same.
std::shared_ptr<AccountMail> RelayServer::Private::accountsFor(const RelayOptions &options)
{
    const auto &sources = options.accountSources;
    const bool isSame = m_core.settings && m_core.settings->options.accountSources == sources
        && m_core.settings->options.accountQuestions == options.accountQuestions;
    if (!isSame) {
        m_accounts.reset();
        if (!sources.isEmpty())
            m_accounts = std::make_unique<AccountDesk>(
                m_loop, sources,
                AccountDesk::servicesFor(m_loop, sources, options.accountQuestions));
    }
    return m_accounts ? m_accounts->mail() : nullptr;
}

Result<void, RelayFailure> RelayServer::Private::start()
{
    if (const auto applied = apply(std::move(m_wanted)); !applied)
        return Err {applied.error()};
    startWorkers();
    m_core.isComplete = true;
    return {};
}

Result<QStringList, RelayFailure> RelayServer::Private::reconfigure(RelayOptions options)
{
    Q_ASSERT(m_core.settings);
    const auto applied = apply(std::move(options));
    if (!applied)
        return Err {applied.error()};
    const auto doors = std::make_shared<const Doors>(*applied);
    for (const auto &worker : m_core.workers)
        worker->post(Reconfigure {m_core.settings, doors});
    QStringList kept;
    for (const auto &failure : m_core.settings->names.keptFor())
        kept.append(failure.detail);
    return kept;
}

void RelayServer::Private::startWorkers()
{
    const int wanted = m_core.settings->options.workers;
    const int workers = wanted > 0 ? wanted : QThread::idealThreadCount();
    if (workers == 1) {
        m_worker = std::make_unique<Worker>(m_loop, m_core);
        add(*m_worker);
        return;
    }
    for (int i = 0; i < workers; ++i) {
        m_threads.push_back(std::make_unique<WorkerThread>(m_core));
        add(*m_threads.back());
    }
}

void RelayServer::Private::drain()
{
    if (m_drainLimit.isArmed() || m_core.workers.empty())
        return;
    qCInfo(lcRelay) << "relay leaves; visitors and links:" << m_core.connections->load();
    m_core.doors = {};
    for (const auto &worker : m_core.workers)
        worker->post(StopAccepting {});
    m_drainLimit
        = m_loop.deadlines().after(m_core.settings->options.drainFor, [this] { endDrain(); });
    connect(&m_lookForVisitors, &QTimer::timeout, this, [this] {
        if (isEmpty())
            endDrain();
    });
    m_lookForVisitors.start(std::chrono::milliseconds(50));
}

/// Whether all connectors know and no visitor is left.
bool RelayServer::Private::isEmpty() const
{
    return m_core.said == m_core.workers.size() && m_core.connections->load() <= m_core.links;
}

RelayCounts RelayServer::Private::counts() const
{
    RelayCounts counts;
    counts.kites = m_core.registry.count();
    counts.links = m_core.links;
    counts.flyingLinks = m_core.registry.links();
    counts.visitors = std::max(0, m_core.connections->load() - counts.links);
    counts.waiting = m_core.heldVisitors->load();
    if (const auto &settings = m_core.settings) {
        counts.places = settings->places;
        counts.kitesRefused = settings->desk->memory()->refusals.all();
        if (const auto &log = settings->options.accessLog)
            counts.accessLinesLost = log->lost();
    }
    counts.heldBytes = m_core.held->bytes;
    counts.maxHeldBytes = m_core.held->limit;
    counts.addresses = m_core.visitorPlaces->addresses();
    for (size_t i = 0; i < refusedCount; ++i)
        counts.refused.append({refusedWord(Refused(i)), m_core.refusals.of(Refused(i))});
    for (const auto &meter : m_served)
        counts.workers.append({meter->visits(), meter->streams(), meter->in(), meter->out()});
    for (const auto &meter : m_turnedAway)
        counts.turnedAway += meter->visits();
    return counts;
}

void RelayServer::Private::endDrain()
{
    m_drainLimit.cancel();
    m_lookForVisitors.stop();
    QMetaObject::invokeMethod(&m_server, &RelayServer::drained, Qt::QueuedConnection);
}

/// Nothing but the mailbox posts such events.
void RelayServer::Private::customEvent(QEvent *)
{
    for (const auto &news : m_news->take()) {
        if (news.what == KiteNews::What::Arrived)
            Q_EMIT m_server.kiteArrived(news.event);
        else
            Q_EMIT m_server.kiteLeft(news.event);
    }
}

RelayServer::RelayServer(net::Loop &loop, RelayOptions options, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(*this, loop, std::move(options)))
{
}

RelayServer::~RelayServer() = default;

Result<void, RelayFailure> RelayServer::start()
{
    net::calls::raiseDescriptorLimit();
    if (auto started = d->start(); !started)
        return started;
    qCInfo(lcRelay) << "relay listens on ports" << d->ports();
    return {};
}

QList<quint16> RelayServer::ports() const
{
    return d->ports();
}

void RelayServer::setLocalKite(const KiteId &id, std::shared_ptr<net::Target> target)
{
    d->core().registry.setLocal(id, std::move(target));
}

void RelayServer::removeLocalKite(const KiteId &id)
{
    d->core().registry.removeLocal(id);
}

Result<QStringList, RelayFailure> RelayServer::reconfigure(RelayOptions options)
{
    return d->reconfigure(std::move(options));
}

RelayCounts RelayServer::counts() const
{
    return d->counts();
}

void RelayServer::drain()
{
    d->drain();
}

QByteArray RelayServer::uuid() const
{
    return d->core().uuid;
}

} // namespace kite::relay
