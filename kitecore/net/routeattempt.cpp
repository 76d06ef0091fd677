#include "kitecore/net/routeattempt.h"

#include <algorithm>
#include <utility>

#include "kitecore/net/loop.h"

namespace kite::net {

RouteAttempt::RouteAttempt(Loop &loop, Route route, const Endpoint &endpoint,
                           std::chrono::milliseconds deadline, Done done)
    : m_loop(loop)
    , m_route(std::move(route))
    , m_endpoint(endpoint)
    , m_done(std::move(done))
{
    m_deadline = loop.deadlines().after(
        deadline, [this] { fail(ConnectError::TimedOut, QStringLiteral("no answer in time")); });
    const Endpoint &first = m_route.isEmpty() ? m_endpoint : m_route.first().endpoint;
    m_attempt = std::make_unique<ConnectAttempt>(
        loop, first, deadline, [this](Result<std::unique_ptr<ByteStream>, ConnectFailure> result) {
            if (!result)
                fail(result.error().error, result.error().detail);
            else if (m_route.isEmpty())
                finish(std::move(result));
            else
                connected(std::move(result).value());
        });
}

RouteAttempt::~RouteAttempt() = default;

const Endpoint &RouteAttempt::next() const
{
    return m_hop + 1 < m_route.size() ? m_route[m_hop + 1].endpoint : m_endpoint;
}

void RouteAttempt::connected(std::unique_ptr<ByteStream> stream)
{
    m_stream = std::move(stream);
    reachHop();
}

void RouteAttempt::reachHop()
{
    if (hop().tls) {
        tls::RelayTrust trust;
        trust.names = {hop().endpoint.host.toLatin1()};
        const auto context = tls::clientContext(trust);
        if (!context)
            return fail(ConnectError::Refused, context.error().detail);
        const bool isName = QHostAddress(hop().endpoint.host).isNull();
        m_stream = tlsClient(
            m_loop, std::move(m_stream), *context, isName ? trust.names.first() : QByteArray(),
            [this](TlsError error, const QString &detail) { tlsDone(error, detail); });
        return;
    }
    tlsDone(TlsError::None, {});
}

void RouteAttempt::tlsDone(TlsError error, const QString &detail)
{
    if (error != TlsError::None)
        return fail(ConnectError::Refused, detail);
    const bool needsAddress
        = hop().kind == ProxyHop::Kind::Socks4 && QHostAddress(next().host).isNull();
    if (needsAddress)
        lookUp(next().host);
    else
        talk(next());
}

void RouteAttempt::lookUp(const QString &name)
{
    m_lookup = std::make_unique<HostLookup>(name, [this](const QHostInfo &info) {
        for (const QHostAddress &address : info.addresses()) {
            if (address.protocol() == QAbstractSocket::IPv4Protocol)
                return talk({address.toString(), next().port});
        }
        fail(ConnectError::NoSuchName, info.errorString());
    });
}

void RouteAttempt::talk(const Endpoint &target)
{
    m_handshake.emplace(hop(), target);
    const auto opening = m_handshake->begin();
    if (!opening)
        return fail(ConnectError::Refused, opening.error().detail);
    m_stream->setUser(this);
    m_stream->setInterest({.read = true, .write = false});
    say(*opening);
}

/// A few hundred bytes: a new connection takes them at once, or never.
void RouteAttempt::say(const QByteArray &bytes)
{
    const Io io = m_stream->write(bytes);
    if (io.status != Io::Status::Moved || io.bytes != bytes.size())
        fail(ConnectError::Refused, QStringLiteral("the proxy hung up"));
}

void RouteAttempt::streamReady(ByteStream &stream, Readiness)
{
    const auto buffer = m_loop.readBuffer();
    const Io io = stream.read(buffer);
    if (io.status == Io::Status::Blocked)
        return;
    if (io.status != Io::Status::Moved)
        return fail(ConnectError::Refused, QStringLiteral("the proxy hung up"));
    const auto stepped = m_handshake->feed(QByteArrayView(buffer.data(), io.bytes));
    if (!stepped)
        return fail(ConnectError::Refused, stepped.error().detail);
    if (stepped->done)
        hopDone();
    else if (!stepped->send.isEmpty())
        say(stepped->send);
}

void RouteAttempt::hopDone()
{
    m_stream->setInterest({});
    m_stream->setUser(nullptr);
    if (!m_handshake->rest().isEmpty())
        m_stream->unread(m_handshake->rest());
    m_handshake.reset();
    if (++m_hop == m_route.size())
        return finish(std::move(m_stream));
    reachHop();
}

void RouteAttempt::fail(ConnectError error, const QString &detail)
{
    QString whole = detail;
    if (m_hop < m_route.size())
        whole = QStringLiteral("proxy %1: %2").arg(hop().endpoint.toString(), detail);
    if (m_stream) {
        m_stream->setInterest({});
        m_stream->setUser(nullptr);
        m_loop.poller().retire(std::move(m_stream)); // it may be the one that is calling
    }
    finish(Err {ConnectFailure {error, whole}});
}

/// `this` may be gone afterwards.
void RouteAttempt::finish(Result<std::unique_ptr<ByteStream>, ConnectFailure> result)
{
    m_deadline.cancel();
    const auto done = std::exchange(m_done, {});
    if (done)
        done(std::move(result));
}

} // namespace kite::net
