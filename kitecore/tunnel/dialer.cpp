#include "kitecore/tunnel/dialer.h"

#include <utility>

#include "kitecore/base/logging.h"
#include "kitecore/net/socketcalls.h"

namespace kite::tunnel {

using stats::DownReason;

Dialer::Dialer(net::Loop &loop, const RelayChoice &relay, tls::Context context,
               QByteArray serverName, Done done)
    : m_loop(loop)
    , m_relay(relay)
    , m_context(std::move(context))
    , m_serverName(std::move(serverName))
    , m_done(std::move(done))
{
    const auto limit = relay.route.isEmpty() ? deadline : deadlineByProxy;
    m_limit = loop.deadlines().after(limit, [this, limit] {
        fail(DownReason::Unreachable, QStringLiteral("no answer within %1 s").arg(limit.count()));
    });
    m_attempt = std::make_unique<net::RouteAttempt>(
        loop, relay.route, relay.endpoint, limit,
        [this](Result<std::unique_ptr<net::ByteStream>, net::ConnectFailure> result) {
            if (result)
                connected(std::move(result).value());
            else
                fail(DownReason::Unreachable, result.error().detail);
        });
}

Dialer::~Dialer() = default;

void Dialer::connected(std::unique_ptr<net::ByteStream> stream)
{
    m_stream = std::move(stream);
    qCInfo(lcTunnel).noquote() << QLatin1String("connect=") + m_relay.endpoint.toString();
    if (const auto socket = m_stream->plainSocket(); socket != net::noSocket)
        net::calls::setDeadPeerTimeout(socket, int(deadPeerTimeout.count()));
    switch (m_relay.tls) {
    case LinkTls::Off:
        return finish(std::move(m_stream));
    case LinkTls::Direct:
        return beginTls();
    case LinkTls::ConnectName:
        return askForName();
    }
}

void Dialer::askForName()
{
    const QByteArray name = m_relay.trust.names.isEmpty() ? m_relay.endpoint.host.toLatin1()
                                                          : m_relay.trust.names.first();
    const QByteArray request = "CONNECT " + name + ":443 HTTP/1.1\r\nHost: " + name + "\r\n\r\n";
    const net::Io io = m_stream->write(request);
    if (io.status != net::Io::Status::Moved || io.bytes != request.size()) {
        fail(DownReason::Unreachable, QStringLiteral("the relay hung up"));
        return;
    }
    m_stream->setUser(this);
    m_stream->setInterest({.read = true, .write = false});
}

void Dialer::streamReady(net::ByteStream &stream, net::Readiness)
{
    const auto buffer = m_loop.readBuffer();
    const net::Io io = stream.read(buffer);
    if (io.status == net::Io::Status::Blocked)
        return;
    if (io.status != net::Io::Status::Moved)
        return fail(DownReason::Unreachable, QStringLiteral("the relay hung up on CONNECT"));
    m_reply.append(buffer.data(), io.bytes);
    if (const auto end = m_reply.indexOf("\r\n\r\n"); end >= 0)
        connectAnswered(end + 4);
    else if (m_reply.size() > maxConnectReplyBytes)
        fail(DownReason::NotARelay, QStringLiteral("endless answer to CONNECT"));
}

void Dialer::connectAnswered(qsizetype headBytes)
{
    const QByteArrayView status = QByteArrayView(m_reply).first(m_reply.indexOf('\r'));
    const bool http = status.startsWith("HTTP/1.") && status.size() >= 12 && status[8] == ' ';
    if (!http)
        return fail(DownReason::NotARelay, QStringLiteral("no answer to CONNECT that HTTP knows"));
    if (status.sliced(9, 3) != "200") {
        return fail(DownReason::Untrusted,
                    QStringLiteral("the relay has no certificate for that name (%1)")
                        .arg(QString::fromLatin1(status.sliced(9, 3))));
    }
    m_stream->setInterest({});
    m_stream->setUser(nullptr);
    if (m_reply.size() > headBytes)
        m_stream->unread(QByteArrayView(m_reply).sliced(headBytes));
    beginTls();
}

void Dialer::beginTls()
{
    m_stream = net::tlsClient(
        m_loop, std::move(m_stream), m_context, m_serverName,
        [this](net::TlsError error, const QString &detail) { tlsDone(error, detail); });
}

void Dialer::tlsDone(net::TlsError error, const QString &detail)
{
    if (error == net::TlsError::None)
        return finish(std::move(m_stream));
    m_loop.poller().retire(std::move(m_stream)); // it is the one that is calling
    switch (error) {
    case net::TlsError::None:
    case net::TlsError::Untrusted:
        return fail(DownReason::Untrusted, detail);
    case net::TlsError::Refused:
        return fail(DownReason::Untrusted, detail, true);
    case net::TlsError::Broken:
        return fail(DownReason::Unreachable, detail);
    }
}

void Dialer::fail(DownReason reason, const QString &detail, bool nameRefused)
{
    qCInfo(lcTunnel) << "dialling" << m_relay.endpoint.toString() << "failed:" << detail;
    finish(Err {DialFailure {reason, detail, nameRefused}});
}

void Dialer::finish(Result<std::unique_ptr<net::ByteStream>, DialFailure> result)
{
    m_limit.cancel();
    const Done done = std::exchange(m_done, {});
    if (done)
        done(std::move(result));
}

} // namespace kite::tunnel
