#include "kitecore/tunnel/relayping.h"

#include <utility>

namespace kite::tunnel {

RelayPing::RelayPing(net::Loop &loop, const Endpoint &relay, const net::Route &route, Done done)
    : m_loop(loop)
    , m_begun(loop.clock().now())
    , m_done(std::move(done))
{
    m_limit = loop.deadlines().after(deadline, [this] { finish({}); });
    m_attempt = std::make_unique<net::RouteAttempt>(
        loop, route, relay, deadline,
        [this](Result<std::unique_ptr<net::ByteStream>, net::ConnectFailure> result) {
            if (result)
                ask(std::move(result).value());
            else
                finish({});
        });
}

RelayPing::~RelayPing() = default;

void RelayPing::ask(std::unique_ptr<net::ByteStream> stream)
{
    m_stream = std::move(stream);
    const QByteArray question = PingAnswer::question();
    const net::Io io = m_stream->write(question);
    if (io.status != net::Io::Status::Moved || io.bytes != question.size())
        return finish({});
    m_stream->setUser(this);
    m_stream->setInterest({.read = true, .write = false});
}

void RelayPing::streamReady(net::ByteStream &stream, net::Readiness)
{
    const auto buffer = m_loop.readBuffer();
    const net::Io io = stream.read(buffer);
    if (io.status == net::Io::Status::Blocked)
        return;
    const bool ended = io.status != net::Io::Status::Moved;
    m_answer.append(buffer.data(), io.bytes);
    const auto answer = PingAnswer::parse(m_answer, ended);
    if (!answer || (ended && !*answer))
        return finish({});
    if (!*answer)
        return;
    const auto took
        = std::chrono::duration_cast<std::chrono::milliseconds>(m_loop.clock().now() - m_begun);
    finish(Measured {took, **answer});
}

void RelayPing::finish(const std::optional<Measured> &measured)
{
    m_limit.cancel();
    if (m_stream) {
        m_stream->setInterest({});
        m_stream->setUser(nullptr);
        m_loop.poller().retire(std::move(m_stream)); // it may be the one that is calling
    }
    const Done done = std::exchange(m_done, {});
    if (done)
        done(measured);
}

} // namespace kite::tunnel
