#include "kitecore/tunnel/approach.h"

#include <utility>

#include "kitecore/base/limits.h"
#include "kitecore/base/logging.h"
#include "kitecore/link/websocketstream.h"
#include "kitecore/wire/signature.h"
#include "kitecore/wire/websocketgreeting.h"

namespace kite::tunnel {

using stats::DownReason;

namespace {

/// A challenge is answered once; who asks for a third connection goes round in circles.
constexpr int maxDials = 2;

DialFailure failureOf(wire::GreetingError error)
{
    switch (error) {
    case wire::GreetingError::Unavailable: // also what a proxy in front of a dead relay says
        return {DownReason::Unreachable, QStringLiteral("the relay answered 503")};
    case wire::GreetingError::Forbidden:
        return {DownReason::NotServed, QStringLiteral("the relay admits no links from here")};
    case wire::GreetingError::TooLong:
        return {DownReason::NotARelay, QStringLiteral("endless reply")};
    case wire::GreetingError::NotAGreeting:
    case wire::GreetingError::BadKite:
        break;
    }
    return {DownReason::NotARelay, QStringLiteral("whoever answered is no relay")};
}

} // namespace

Approach::Approach(net::Loop &loop, ApproachPlan plan, Greeter &greeter, Done done)
    : m_loop(loop)
    , m_plan(std::move(plan))
    , m_greeter(greeter)
    , m_done(std::move(done))
{
    dial();
}

Approach::~Approach() = default;

void Approach::dial()
{
    ++m_dials;
    m_dialer = std::make_unique<Dialer>(
        m_loop, m_plan.relay, m_plan.context, m_plan.serverName,
        [this](Result<std::unique_ptr<net::ByteStream>, DialFailure> result) {
            const auto dialer = std::move(m_dialer);
            if (result)
                greet(std::move(result).value());
            else
                fail(result.error());
        });
}

void Approach::greet(std::unique_ptr<net::ByteStream> stream)
{
    m_stream = std::move(stream);
    if (m_plan.relay.frames == LinkFrames::WebSocket) {
        m_webSocketKey = QByteArray::fromHex(wire::randomHex(16)).toBase64();
        m_unsent = m_greeter.webSocketRequest(m_webSocketKey,
                                              m_plan.relay.endpoint.toString().toLatin1());
    } else {
        m_unsent = m_greeter.request();
    }
    m_limit = m_loop.deadlines().after(m_plan.greetingTimeout, [this] {
        fail({DownReason::Unreachable, QStringLiteral("no answer to the greeting")});
    });
    m_stream->setUser(this);
    sendMore();
}

void Approach::streamReady(net::ByteStream &, net::Readiness readiness)
{
    // one thing at a time: either may be the end of this object
    if (readiness.read && m_decoder)
        readFirstChunk();
    else if (readiness.read && !m_webSocketKey.isEmpty())
        readWelcome();
    else if (readiness.read)
        readReply();
    else if (readiness.write)
        sendMore();
}

void Approach::sendMore()
{
    while (!m_unsent.isEmpty()) {
        const net::Io io = m_stream->write(m_unsent);
        if (io.status == net::Io::Status::Blocked)
            break;
        if (io.status != net::Io::Status::Moved) {
            fail({DownReason::Unreachable, QStringLiteral("the relay hung up on the greeting")});
            return;
        }
        m_unsent.remove(0, io.bytes);
    }
    m_stream->setInterest({.read = true, .write = !m_unsent.isEmpty()});
}

/// Into the loop's buffer. Not Moved: nothing came, or the approach has failed and may be gone.
net::Io Approach::read()
{
    const net::Io io = m_stream->read(m_loop.readBuffer());
    if (io.status == net::Io::Status::Ended || io.status == net::Io::Status::Failed)
        fail({DownReason::Unreachable, QStringLiteral("the relay hung up on the greeting")});
    return io;
}

void Approach::readReply()
{
    const auto io = read();
    if (io.status != net::Io::Status::Moved)
        return;
    QByteArrayView bytes(m_loop.readBuffer().data(), io.bytes);
    const auto next = m_greeter.feed(bytes);
    if (!next)
        return fail(failureOf(next.error()));
    if (*next != Greeter::Next::Read)
        replied(*next, bytes);
}

void Approach::readWelcome()
{
    const auto io = read();
    if (io.status != net::Io::Status::Moved)
        return;
    m_welcome.append(m_loop.readBuffer().data(), io.bytes);
    const auto end = m_welcome.indexOf("\r\n\r\n");
    if (end < 0 && m_welcome.size() > limits::maxHeadBytes)
        return fail(failureOf(wire::GreetingError::TooLong));
    if (end < 0)
        return;
    constexpr qsizetype blankLineBytes = 4;
    const auto head = QByteArrayView(m_welcome).first(end + blankLineBytes);
    if (!wire::isWebSocketWelcome(head, m_webSocketKey))
        return fail({DownReason::NotARelay, QStringLiteral("it takes no links in WebSockets")});
    m_stream->setInterest({});
    if (m_welcome.size() > head.size())
        m_stream->unread(QByteArrayView(m_welcome).sliced(head.size()));
    m_stream = link::webSocketStream(m_loop, std::move(m_stream), wire::WebSocketSide::Client);
    m_stream->setUser(this);
    m_stream->setInterest({.read = true, .write = false});
    m_decoder = std::make_unique<wire::ChunkDecoder>();
}

void Approach::readFirstChunk()
{
    const auto io = read();
    if (io.status != net::Io::Status::Moved)
        return;
    QByteArrayView bytes(m_loop.readBuffer().data(), io.bytes);
    for (;;) {
        const auto what = m_decoder->next(bytes);
        if (!what)
            return fail(failureOf(wire::GreetingError::NotAGreeting));
        if (*what == wire::ChunkDecoder::What::NeedMore)
            return;
        if (*what == wire::ChunkDecoder::What::Head) {
            auto reply = wire::replyFromChunk(m_decoder->head());
            const auto next
                = reply ? m_greeter.takeFirst(std::move(reply).value()) : Err {reply.error()};
            if (!next)
                return fail(failureOf(next.error()));
            m_next = *next;
        }
        if (*what == wire::ChunkDecoder::What::End)
            return replied(m_next, bytes);
    }
}

void Approach::replied(Greeter::Next next, QByteArrayView rest)
{
    m_stream->setInterest({});
    m_stream->setUser(nullptr);
    m_limit.cancel();
    if (next != Greeter::Next::Reconnect) {
        if (!rest.isEmpty())
            m_stream->unread(rest);
        return finish(Arrival {std::move(m_stream), next == Greeter::Next::Sign});
    }
    m_loop.poller().retire(std::move(m_stream));
    if (m_dials == maxDials)
        return fail({DownReason::NotARelay, QStringLiteral("challenged again and again")});
    dial();
}

void Approach::fail(DialFailure failure)
{
    qCInfo(lcTunnel) << "greeting" << m_plan.relay.endpoint.toString()
                     << "failed:" << failure.detail;
    finish(Err {std::move(failure)});
}

void Approach::finish(Result<Arrival, DialFailure> result)
{
    m_limit.cancel();
    const Done done = std::exchange(m_done, {});
    if (done)
        done(std::move(result));
}

} // namespace kite::tunnel
