#include "kitecore/net/listener.h"

#include <QTcpServer>

#include "kitecore/base/logging.h"

namespace kite::net {

namespace {

constexpr int backlog = 4096;      ///< the system cuts it to what it allows
constexpr int acceptedAtOnce = 64; ///< then others on this thread, or other threads, get a turn
constexpr std::chrono::seconds pause {1}; ///< with no descriptor left

ListenError toListenError(QAbstractSocket::SocketError error)
{
    switch (error) {
    case QAbstractSocket::AddressInUseError:
        return ListenError::InUse;
    case QAbstractSocket::SocketAccessError:
        return ListenError::NotAllowed;
    case QAbstractSocket::SocketAddressNotAvailableError:
        return ListenError::NoAddress;
    default:
        return ListenError::Other;
    }
}

} // namespace

class ListeningSocket::Private
{
public:
    Descriptor socket;
    QHostAddress address;
    quint16 port = 0;
};

Result<std::shared_ptr<ListeningSocket>, ListenFailure>
ListeningSocket::open(const QHostAddress &address, quint16 port)
{
    // Only binds and listens: a QTcpServer belongs to one thread, its socket's duplicate to all.
    QTcpServer server;
    server.setListenBacklogSize(backlog);
    if (!server.listen(address, port))
        return Err {ListenFailure {toListenError(server.serverError()), server.errorString()}};
    server.pauseAccepting();
    auto made = std::make_unique<Private>();
    made->socket = calls::duplicate(server.socketDescriptor());
    made->address = server.serverAddress();
    made->port = server.serverPort();
    if (!made->socket.isOpen())
        return Err {ListenFailure {ListenError::Other, QStringLiteral("no descriptor is left")}};
    calls::makeNonBlocking(made->socket.handle());
    calls::setNoDelay(made->socket.handle());
    return std::shared_ptr<ListeningSocket>(new ListeningSocket(std::move(made)));
}

Result<std::shared_ptr<ListeningSocket>, ListenFailure> ListeningSocket::adopt(Descriptor socket)
{
    // Only to ask: it closes what it was given.
    QTcpServer server;
    auto asked = calls::duplicate(socket.handle());
    if (!asked.isOpen() || !server.setSocketDescriptor(asked.release()))
        return Err {ListenFailure {ListenError::Other, server.errorString()}};
    server.pauseAccepting();
    auto made = std::make_unique<Private>();
    made->socket = std::move(socket);
    made->address = server.serverAddress();
    made->port = server.serverPort();
    if (made->port == 0)
        return Err {ListenFailure {ListenError::Other, QStringLiteral("it has no port")}};
    calls::makeNonBlocking(made->socket.handle());
    calls::setNoDelay(made->socket.handle());
    return std::shared_ptr<ListeningSocket>(new ListeningSocket(std::move(made)));
}

ListeningSocket::ListeningSocket(std::unique_ptr<Private> made) : d(std::move(made)) {}

ListeningSocket::~ListeningSocket() = default;

quint16 ListeningSocket::port() const
{
    return d->port;
}

QHostAddress ListeningSocket::address() const
{
    return d->address;
}

SocketHandle ListeningSocket::handle() const
{
    return d->socket.handle();
}

Acceptor::Acceptor(Loop &loop, std::shared_ptr<ListeningSocket> socket, Accepted accepted)
    : m_loop(loop)
    , m_socket(std::move(socket))
    , m_watched(calls::duplicate(m_socket->handle()))
    , m_accepted(std::make_shared<const Accepted>(std::move(accepted)))
{
    if (m_watched.isOpen())
        updateWatch();
    else
        qCWarning(lcNet) << "No descriptor is left to accept on port" << m_socket->port();
}

Acceptor::~Acceptor()
{
    if (m_watched.isOpen())
        m_loop.poller().forget(m_watched.handle());
}

void Acceptor::setAccepting(bool accepting)
{
    if (std::exchange(m_isAccepting, accepting) != accepting && m_watched.isOpen())
        updateWatch();
}

void Acceptor::updateWatch()
{
    const bool takes = m_isAccepting && !m_isBroken && !m_pause.isArmed();
    m_loop.poller().watch(m_watched.handle(), {.read = takes}, this);
}

void Acceptor::ready(Readiness readiness)
{
    using Status = calls::Accepted::Status;
    Q_UNUSED(readiness)
    const std::weak_ptr life = m_accepted;
    for (int i = 0; i < acceptedAtOnce; ++i) {
        const auto accepted = life.lock();
        if (!accepted)
            return; // destroyed from inside the call before
        auto result = calls::accept(m_watched.handle());
        if (result.status == Status::Taken)
            (*accepted)(std::move(result.socket), std::move(result.peer));
        else if (result.status != Status::Gone)
            return notTaken(result);
    }
}

void Acceptor::notTaken(const calls::Accepted &result)
{
    using Status = calls::Accepted::Status;
    if (result.status == Status::NoneWaiting)
        return;
    const QString why = calls::errorText(result.error);
    m_isBroken = result.status != Status::TooMany;
    if (m_isBroken) {
        qCCritical(lcNet) << "Port" << m_socket->port() << "accepts nobody any more:" << why;
    } else {
        qCWarning(lcNet) << "Port" << m_socket->port() << "accepts nobody for a moment:" << why;
        m_pause = m_loop.deadlines().after(pause, [this] { updateWatch(); });
    }
    updateWatch();
}

} // namespace kite::net
