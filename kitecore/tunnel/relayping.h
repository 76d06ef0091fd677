#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "kitecore/base/endpoint.h"
#include "kitecore/net/loop.h"
#include "kitecore/net/routeattempt.h"
#include "kitecore/tunnel/pinganswer.h"

namespace kite::tunnel {

/// Asks one relay for a sign of life, in plain text on its link port, and measures from the first
/// packet to the answer, proxies on the way included. Destroying it cancels.
class RelayPing final : private net::StreamUser
{
    Q_DISABLE_COPY_MOVE(RelayPing)

public:
    struct Measured
    {
        std::chrono::milliseconds roundTrip {};
        PingAnswer answer;
    };
    /// std::nullopt: no relay answered in time.
    using Done = std::function<void(const std::optional<Measured> &)>;

    static constexpr std::chrono::seconds deadline {3};

    /// @param done called once, never from inside the constructor; may destroy this.
    RelayPing(net::Loop &loop, const Endpoint &relay, const net::Route &route, Done done);
    ~RelayPing();

private:
    void ask(std::unique_ptr<net::ByteStream> stream);
    void streamReady(net::ByteStream &stream, net::Readiness readiness) override;
    void finish(const std::optional<Measured> &measured);

    net::Loop &m_loop;
    const Clock::Steady m_begun;
    Done m_done;
    std::unique_ptr<net::RouteAttempt> m_attempt;
    std::unique_ptr<net::ByteStream> m_stream;
    QByteArray m_answer;
    net::Deadlines::Token m_limit;
};

} // namespace kite::tunnel
