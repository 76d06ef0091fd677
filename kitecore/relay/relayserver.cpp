#include "kitecore/relay/relayserver.h"

#include <semaphore>
#include <vector>

#include <QCryptographicHash>
#include <QThread>
#include <QTimer>

#include "kitecore/base/logging.h"
#include "kitecore/net/socketcalls.h"
#include "kitecore/relay/core.h"
#include "kitecore/relay/worker.h"
#include "kitecore/wire/signature.h"

namespace kite::relay {

namespace {

using Sockets = QList<std::shared_ptr<net::ListeningSocket>>;

/// Port 0 may be free on one address and taken on the next: how often to look for another.
constexpr int freePortTries = 5;

/// One port on all addresses. An address that this computer does not have is passed over if there
/// is another one.
Result<Sockets, net::ListenFailure> listenOn(const QList<QHostAddress> &addresses, quint16 port)
{
    Sockets sockets;
    net::ListenFailure failure {net::ListenError::NoAddress, QStringLiteral("no address given")};
    for (const auto &address : addresses) {
        const auto bound = sockets.isEmpty() ? port : sockets.first()->port();
        auto socket = net::ListeningSocket::open(address, bound);
        if (socket) {
            sockets.append(*socket);
            continue;
        }
        failure = socket.error();
        failure.detail = QStringLiteral("%1 port %2: %3")
                             .arg(address.toString())
                             .arg(bound)
                             .arg(socket.error().detail);
        if (failure.error != net::ListenError::NoAddress)
            return Err {failure};
    }
    if (sockets.isEmpty())
        return Err {failure};
    return sockets;
}

Result<Sockets, net::ListenFailure> listenOnSome(const QList<QHostAddress> &addresses, quint16 port)
{
    auto sockets = listenOn(addresses, port);
    for (int tries = 1; port == 0 && !sockets && tries < freePortTries; ++tries)
        sockets = listenOn(addresses, port);
    return sockets;
}

/// Names in lower case, as they are compared.
RelayOptions normalised(RelayOptions options)
{
    options.tlsDefault = options.tlsDefault.toLower();
    for (auto &own : options.tlsNames)
        own.name = own.name.toLower();
    return options;
}

/// A worker on a thread of its own, with its own loop.
class WorkerThread final : public QThread
{
public:
    explicit WorkerThread(Core &core) : m_core(core)
    {
        setObjectName(QStringLiteral("relay worker"));
        start();
        m_ready.acquire();
    }
    ~WorkerThread() override
    {
        quit();
        wait();
    }
    std::shared_ptr<LinkMail> mail() const { return m_mail; }

private:
    void run() override
    {
        net::Loop loop(m_core.clock);
        const Worker worker(loop, m_core);
        m_mail = worker.mail();
        m_ready.release();
        exec();
    }

    Core &m_core;
    std::shared_ptr<LinkMail> m_mail;
    std::binary_semaphore m_ready {0};
};

} // namespace

/// Also the reader of the news that workers send.
class RelayServer::Private final : public QObject
{
public:
    Private(RelayServer &server, net::Loop &loop, RelayOptions options)
        : m_server(server)
        , m_loop(loop)
        , m_news(std::make_shared<NewsMail>(this))
        , m_core(normalised(std::move(options)), loop.clock(), m_news)
    {
        if (const auto &sources = m_core.options.accountSources; !sources.isEmpty()) {
            m_accounts = std::make_unique<AccountDesk>(
                loop, sources,
                AccountDesk::servicesFor(loop, sources, m_core.options.accountQuestions));
            m_core.accounts = m_accounts->mail();
        }
        m_core.uuid
            = QCryptographicHash::hash(wire::randomHex(32), QCryptographicHash::Sha1).toHex();
    }
    ~Private() override { m_news->close(); }

    Core &core() { return m_core; }
    const QList<quint16> &ports() const { return m_ports; }

    Result<void, RelayFailure> loadCertificates();
    Result<void, RelayFailure> listen();
    Result<void, RelayFailure> listenOnRawPorts();
    void startWorkers();
    void drain();

private:
    bool isEmpty() const;
    void endDrain();
    void customEvent(QEvent *event) override;

    RelayServer &m_server;
    net::Loop &m_loop;
    std::shared_ptr<NewsMail> m_news;
    Core m_core;
    QList<quint16> m_ports;
    std::unique_ptr<AccountDesk> m_accounts; ///< null: nobody to ask
    std::unique_ptr<Worker> m_worker;        ///< on this thread, if there is but one
    std::vector<std::unique_ptr<WorkerThread>> m_threads;
    QTimer m_lookForVisitors; ///< while draining
    net::Deadlines::Token m_drainLimit;
};

Result<void, RelayFailure> RelayServer::Private::loadCertificates()
{
    auto names = tls::ServerNames::load(m_core.options.tlsNames);
    if (!names)
        return Err {RelayFailure {RelayError::Certificate, names.error().detail}};
    m_core.names = std::move(names).value();
    const auto &preferred = m_core.options.tlsDefault;
    if (!preferred.isEmpty() && !m_core.names.find(preferred)) {
        const auto detail = QStringLiteral("no certificate for the default name %1")
                                .arg(QString::fromLatin1(preferred));
        return Err {RelayFailure {RelayError::Certificate, detail}};
    }
    return {};
}

Result<void, RelayFailure> RelayServer::Private::listen()
{
    for (const auto port : m_core.options.ports) {
        const auto sockets = listenOnSome(m_core.options.addresses, port);
        if (!sockets) {
            m_core.sockets.clear();
            m_ports.clear();
            return Err {RelayFailure {RelayError::Listen, sockets.error().detail}};
        }
        m_core.sockets.append(*sockets);
        m_ports.append(sockets->first()->port());
    }
    return listenOnRawPorts();
}

/// But not on those among the other ports: there silence tells a raw visitor.
Result<void, RelayFailure> RelayServer::Private::listenOnRawPorts()
{
    for (const auto port : m_core.rawVisitors.ports()) {
        if (m_ports.contains(port))
            continue;
        const auto sockets = listenOn(m_core.options.addresses, port);
        if (!sockets) {
            const auto detail
                = QStringLiteral(
                      "raw port: %1 (`virtual` in its place opens no port and allows any "
                      "in CONNECT)")
                      .arg(sockets.error().detail);
            m_core.sockets.clear();
            m_core.rawSockets.clear();
            m_ports.clear();
            return Err {RelayFailure {RelayError::Listen, detail}};
        }
        m_core.rawSockets.append(*sockets);
    }
    return {};
}

void RelayServer::Private::startWorkers()
{
    m_core.desk = std::make_unique<LinkDesk>(m_core.options, m_ports, m_core.names, m_core.registry,
                                             m_core.clock, m_core.accounts);
    const int wanted = m_core.options.workers;
    const int workers = wanted > 0 ? wanted : QThread::idealThreadCount();
    if (workers == 1) {
        m_worker = std::make_unique<Worker>(m_loop, m_core);
        m_core.workers.push_back(m_worker->mail());
        return;
    }
    for (int i = 0; i < workers; ++i) {
        m_threads.push_back(std::make_unique<WorkerThread>(m_core));
        m_core.workers.push_back(m_threads.back()->mail());
    }
}

void RelayServer::Private::drain()
{
    if (m_drainLimit.isArmed() || m_core.workers.empty())
        return;
    qCInfo(lcRelay) << "relay leaves; visitors and links:" << m_core.connections->load();
    m_core.sockets.clear();
    for (const auto &worker : m_core.workers)
        worker->post(StopAccepting {});
    m_drainLimit = m_loop.deadlines().after(m_core.options.drainFor, [this] { endDrain(); });
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
    if (auto loaded = d->loadCertificates(); !loaded)
        return loaded;
    if (auto listening = d->listen(); !listening)
        return listening;
    d->startWorkers();
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

void RelayServer::drain()
{
    d->drain();
}

QByteArray RelayServer::uuid() const
{
    return d->core().uuid;
}

} // namespace kite::relay
