#include "kitecore/net/connectattempt.h"

#include <list>

#include <QTimer>

#include "kitecore/net/hostlookup.h"
#include "kitecore/net/socketcalls.h"

namespace kite::net {

namespace {

constexpr std::chrono::milliseconds nextAddressAfter {250}; // RFC 8305, 5: connection attempt delay
constexpr qsizetype maxAddresses = 16;                      ///< of one name

bool isLocalhost(const QString &host) // RFC 6761, 6.3
{
    return host == QLatin1String("localhost") || host.endsWith(QLatin1String(".localhost"));
}

/// The families take turns, the system's favourite first (RFC 8305, 4).
QList<QHostAddress> interleaved(const QList<QHostAddress> &found)
{
    QList<QHostAddress> favourite;
    QList<QHostAddress> other;
    for (const auto &address : found) {
        const bool same = address.protocol() == found.first().protocol();
        (same ? favourite : other).push_back(address);
    }
    QList<QHostAddress> mixed;
    while (!favourite.empty() || !other.empty()) {
        for (auto *family : {&favourite, &other}) {
            if (family->empty())
                continue;
            mixed.push_back(family->front());
            family->pop_front();
        }
    }
    mixed.resize(std::min(mixed.size(), maxAddresses));
    return mixed;
}

/// A connection that is being made to one address.
class Try final : private Watcher
{
public:
    using Ready = std::function<void(Try &)>;

    Try(Poller &poller, const QHostAddress &address, Descriptor socket, Ready ready)
        : m_poller(poller)
        , m_address(address)
        , m_socket(std::move(socket))
        , m_ready(std::move(ready))
    {
    }
    ~Try() { abandon(); }

    void watch()
    {
        m_isWatched = true;
        m_poller.watch(m_socket.handle(), {.write = true}, this);
    }

    /// From now on it is never ready.
    void abandon()
    {
        leave(Poller::Fate::Closes);
        m_socket.reset();
    }

    const QHostAddress &address() const { return m_address; }
    int error() const { return calls::connectError(m_socket.handle()); }
    Descriptor take()
    {
        leave(Poller::Fate::Leaves);
        return std::move(m_socket);
    }

private:
    void ready(Readiness readiness) override
    {
        Q_UNUSED(readiness)
        m_ready(*this);
    }

    void leave(Poller::Fate fate)
    {
        if (std::exchange(m_isWatched, false))
            m_poller.forget(m_socket.handle(), fate);
    }

    Poller &m_poller;
    QHostAddress m_address;
    Descriptor m_socket;
    Ready m_ready;
    bool m_isWatched = false;
};

} // namespace

class ConnectAttempt::Private final : public QObject, private Watcher
{
public:
    Private(Loop &loop, const Endpoint &endpoint, Done done)
        : m_loop(loop)
        , m_endpoint(endpoint)
        , m_done(std::move(done))
    {
    }
    ~Private() override;

    void start(std::chrono::milliseconds deadline);

private:
    void ready(Readiness readiness) override;
    void timerEvent(QTimerEvent *event) override;

    void lookUp();
    void found(const QHostInfo &info);
    void tryNext();
    bool tryAddress(const QHostAddress &address);
    void decided(Try &attempt);
    void connected(Try &attempt);
    void retire(std::unique_ptr<Try> attempt);
    void failLater(ConnectError error, const QString &detail);
    void finish(Result<std::unique_ptr<ByteStream>, ConnectFailure> result);

    Loop &m_loop;
    Endpoint m_endpoint;
    Done m_done;
    QList<QHostAddress> m_addresses; ///< not tried yet
    std::list<std::unique_ptr<Try>> m_tries;
    Try *m_atOnce = nullptr; ///< is connected already; ready() follows
    std::unique_ptr<HostLookup> m_lookup;
    ConnectFailure m_failure {ConnectError::Refused, {}};
    Deadlines::Token m_deadline;
    int m_timer = 0; ///< for the next address
};

ConnectAttempt::Private::~Private()
{
    m_loop.poller().cancelWake(this);
}

void ConnectAttempt::Private::start(std::chrono::milliseconds deadline)
{
    m_deadline = m_loop.deadlines().after(deadline, [this] {
        finish(Err {ConnectFailure {ConnectError::TimedOut, m_failure.detail}});
    });
    if (isLocalhost(m_endpoint.host))
        m_addresses
            = {QHostAddress(QHostAddress::LocalHost), QHostAddress(QHostAddress::LocalHostIPv6)};
    else if (const QHostAddress address(m_endpoint.host); !address.isNull())
        m_addresses = {address};
    else
        return lookUp();
    tryNext();
}

void ConnectAttempt::Private::lookUp()
{
    // An answer that is at hand already also comes by the event loop, never from inside.
    m_lookup = std::make_unique<HostLookup>(m_endpoint.host,
                                            [this](const QHostInfo &info) { found(info); });
}

void ConnectAttempt::Private::found(const QHostInfo &info)
{
    if (info.error() != QHostInfo::NoError || info.addresses().isEmpty())
        return failLater(ConnectError::NoSuchName, info.errorString());
    m_addresses = interleaved(info.addresses());
    tryNext();
}

/// Begins with the next address that does not fail at once.
void ConnectAttempt::Private::tryNext()
{
    if (m_timer != 0)
        killTimer(std::exchange(m_timer, 0));
    bool begun = false;
    while (!begun && !m_addresses.empty())
        begun = tryAddress(m_addresses.takeFirst());
    if (!m_addresses.empty())
        m_timer = startTimer(nextAddressAfter);
    else if (m_tries.empty())
        failLater(ConnectError::Refused, m_failure.detail);
}

bool ConnectAttempt::Private::tryAddress(const QHostAddress &address)
{
    auto socket = calls::beginConnect(address, m_endpoint.port);
    if (!socket) {
        m_failure.detail = calls::errorText(socket.error());
        return false;
    }
    const bool isDone = address.isLoopback() && calls::isConnected(socket->handle());
    auto &begun = *m_tries.emplace_back(
        std::make_unique<Try>(m_loop.poller(), address, std::move(socket).value(),
                              [this](Try &attempt) { decided(attempt); }));
    if (!isDone) {
        begun.watch();
        return true;
    }
    m_atOnce = &begun; // which saves the system three calls
    m_addresses.clear();
    m_loop.poller().wake(this, {.write = true});
    return true;
}

void ConnectAttempt::Private::decided(Try &attempt)
{
    const int error = attempt.error();
    if (error == 0)
        return connected(attempt);
    m_failure.detail = calls::errorText(error);
    const auto same = [&](const auto &each) { return each.get() == &attempt; };
    const auto place = std::ranges::find_if(m_tries, same);
    retire(std::move(*place));
    m_tries.erase(place);
    tryNext();
}

void ConnectAttempt::Private::connected(Try &attempt)
{
    const Peer peer {attempt.address().toString(), m_endpoint.port};
    finish(descriptorStream(m_loop, attempt.take(), peer));
}

/// One of them may be on the call stack, the others ready in the same round.
void ConnectAttempt::Private::retire(std::unique_ptr<Try> attempt)
{
    attempt->abandon();
    m_loop.poller().retire(std::move(attempt));
}

void ConnectAttempt::Private::timerEvent(QTimerEvent *event)
{
    Q_UNUSED(event)
    tryNext();
}

void ConnectAttempt::Private::failLater(ConnectError error, const QString &detail)
{
    m_failure = {error, detail};
    m_loop.poller().wake(this, {.write = true});
}

void ConnectAttempt::Private::ready(Readiness readiness)
{
    Q_UNUSED(readiness)
    if (m_atOnce != nullptr)
        return connected(*m_atOnce);
    finish(Err {m_failure});
}

/// `this` may be gone afterwards.
void ConnectAttempt::Private::finish(Result<std::unique_ptr<ByteStream>, ConnectFailure> result)
{
    m_deadline.cancel();
    m_loop.poller().cancelWake(this);
    m_lookup.reset();
    m_addresses.clear();
    if (m_timer != 0)
        killTimer(std::exchange(m_timer, 0));
    for (auto &attempt : m_tries)
        retire(std::move(attempt));
    m_tries.clear();
    const auto done = std::exchange(m_done, {});
    done(std::move(result));
}

ConnectAttempt::ConnectAttempt(Loop &loop, const Endpoint &endpoint,
                               std::chrono::milliseconds deadline, Done done)
    : d(std::make_unique<Private>(loop, endpoint, std::move(done)))
{
    d->start(deadline);
}

ConnectAttempt::~ConnectAttempt() = default;

QHostAddress loopbackAddress(const Endpoint &endpoint)
{
    if (isLocalhost(endpoint.host))
        return QHostAddress::LocalHost;
    const QHostAddress address(endpoint.host);
    return address.isLoopback() ? address : QHostAddress();
}

std::unique_ptr<ByteStream> connectAtOnce(Loop &loop, const QHostAddress &loopback,
                                          const Peer &peer)
{
    if constexpr (!calls::loopbackConnectsAtOnce)
        return nullptr;
    auto socket = calls::beginConnect(loopback, peer.port);
    if (!socket || !calls::isConnected(socket->handle()))
        return nullptr;
    return descriptorStream(loop, std::move(socket).value(), peer);
}

} // namespace kite::net
