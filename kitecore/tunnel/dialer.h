#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "kitecore/net/loop.h"
#include "kitecore/net/routeattempt.h"
#include "kitecore/net/streams.h"
#include "kitecore/stats/snapshot.h"
#include "kitecore/tunnel/relaychoice.h"

namespace kite::tunnel {

/// Why a relay could not be talked to.
struct DialFailure
{
    stats::DownReason reason = stats::DownReason::Unreachable;
    QString detail;           ///< For the log.
    bool nameRefused = false; ///< The relay has no certificate for the name we sent.
};

/// From an endpoint to a stream that is ready for a greeting: connects, asks for a certificate by
/// `CONNECT name:443` where that is wanted, does the TLS handshake (PROTOCOL.md, TLS). One deadline
/// over everything. Destroying it cancels.
class Dialer final : private net::StreamUser
{
    Q_DISABLE_COPY_MOVE(Dialer)

public:
    using Done = std::function<void(Result<std::unique_ptr<net::ByteStream>, DialFailure>)>;

    static constexpr std::chrono::seconds deadline {10};
    static constexpr std::chrono::seconds deadlineByProxy {40}; ///< Tor takes its time
    /// A dead network fails the socket after about so long, whatever pings do.
    static constexpr std::chrono::seconds deadPeerTimeout {20};
    /// The answer to CONNECT is one line and a few headers.
    static constexpr qsizetype maxConnectReplyBytes = 8 * 1024;

    /// @param context null for LinkTls::Off. @param serverName SNI; empty: none.
    /// @param done called once, never from inside the constructor; may destroy the dialer.
    Dialer(net::Loop &loop, const RelayChoice &relay, tls::Context context, QByteArray serverName,
           Done done);
    ~Dialer();

private:
    void connected(std::unique_ptr<net::ByteStream> stream);
    void askForName();
    void streamReady(net::ByteStream &stream, net::Readiness readiness) override;
    void connectAnswered(qsizetype headBytes);
    void beginTls();
    void tlsDone(net::TlsError error, const QString &detail);
    void fail(stats::DownReason reason, const QString &detail, bool nameRefused = false);
    void finish(Result<std::unique_ptr<net::ByteStream>, DialFailure> result);

    net::Loop &m_loop;
    const RelayChoice m_relay;
    const tls::Context m_context;
    const QByteArray m_serverName;
    Done m_done;
    std::unique_ptr<net::RouteAttempt> m_attempt;
    std::unique_ptr<net::ByteStream> m_stream;
    QByteArray m_reply;
    net::Deadlines::Token m_limit;
};

} // namespace kite::tunnel
