#pragma once

#include <memory>

#include "kitecore/net/connectattempt.h"
#include "kitecore/net/hostlookup.h"
#include "kitecore/net/proxyhandshake.h"

namespace kite::net {

/// Connects to an endpoint, straight or through proxies, one deadline over everything (coarse). A
/// name behind a proxy is told to the proxy and never looked up here, but for SOCKS 4, which takes
/// addresses only. Destroying it cancels.
class RouteAttempt final : private StreamUser
{
    Q_DISABLE_COPY_MOVE(RouteAttempt)

public:
    using Done = ConnectAttempt::Done;

    /// @param done called once, never from inside the constructor; may destroy the attempt.
    RouteAttempt(Loop &loop, Route route, const Endpoint &endpoint,
                 std::chrono::milliseconds deadline, Done done);
    ~RouteAttempt();

private:
    void connected(std::unique_ptr<ByteStream> stream);
    void reachHop();
    void tlsDone(TlsError error, const QString &detail);
    void lookUp(const QString &name);
    void talk(const Endpoint &target);
    void say(const QByteArray &bytes);
    void streamReady(ByteStream &stream, Readiness readiness) override;
    void hopDone();
    void fail(ConnectError error, const QString &detail);
    void finish(Result<std::unique_ptr<ByteStream>, ConnectFailure> result);

    /// Whom this hop is to lead to.
    const Endpoint &next() const;
    const ProxyHop &hop() const { return m_route[m_hop]; }

    Loop &m_loop;
    const Route m_route;
    const Endpoint m_endpoint;
    Done m_done;
    qsizetype m_hop = 0;
    std::unique_ptr<ConnectAttempt> m_attempt;
    std::unique_ptr<HostLookup> m_lookup;
    std::unique_ptr<ByteStream> m_stream;
    std::optional<ProxyHandshake> m_handshake;
    Deadlines::Token m_deadline;
};

} // namespace kite::net
