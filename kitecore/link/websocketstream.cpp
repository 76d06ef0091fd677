#include "kitecore/link/websocketstream.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <QtEndian>

#include "kitecore/base/limits.h"
#include "kitecore/base/logging.h"
#include "kitecore/link/chunkframer.h"
#include "kitecore/net/bytequeue.h"
#include "kitecore/net/loop.h"

namespace kite::link {

namespace {

using net::Io;
using net::Readiness;
using wire::WebSocketOpcode;
using wire::WebSocketReader;

constexpr qsizetype flushBytes = 128 * 1024;     ///< sent at once, else at the end of the round
constexpr qsizetype maxQueuedBytes = 256 * 1024; ///< framed, not taken by the stream below

class WebSocketStream final : public net::ByteStream,
                              private net::StreamUser,
                              private net::Watcher,
                              private net::RoundEnd
{
public:
    WebSocketStream(net::Loop &loop, std::unique_ptr<net::ByteStream> lower,
                    wire::WebSocketSide side);
    ~WebSocketStream() override;

    using ByteStream::write;
    Io write(std::span<const QByteArrayView> parts) override;
    qsizetype writeRoom() const override;
    qsizetype queuedBytes() const override { return m_queue.size() + m_lower->queuedBytes(); }
    void shutdownWrite() override;
    net::Peer peer() const override { return m_lower->peer(); }

    void detach() override;
    void attach(net::Loop &loop) override;
    bool isMovable() const override { return m_lower->isMovable(); }

private:
    Io readSome(std::span<char> into) override;
    void interestChanged() override;
    void wakeUser(Readiness readiness) override { m_loop->poller().wake(this, readiness); }

    void streamReady(net::ByteStream &stream, Readiness readiness) override;
    void ready(Readiness readiness) override;
    void roundEnded() override { flush(); }

    void readLower();
    void understand(std::span<char> bytes);
    void understood(WebSocketReader::What what);
    void sayControls();
    void control(WebSocketOpcode opcode, QByteArrayView payload);
    void close(quint16 code);
    void flush();
    void flushSoon();
    bool sinkWorks() const;
    Readiness state() const;
    void rearm();
    void updateLower();

    net::Loop *m_loop;
    std::unique_ptr<net::ByteStream> m_lower;
    WebSocketReader m_reader;
    ChunkFramer m_framer;
    net::ByteQueue m_arrived; ///< chunks, not yet read
    net::ByteQueue m_queue;   ///< frames, not yet taken by the stream below
    QByteArray m_pong;        ///< to be sent between two frames
    bool m_owesPong = false;
    Io::Status m_source = Io::Status::Moved; ///< Ended, Failed: nothing more will arrive
    Io::Status m_sink = Io::Status::Moved;   ///< Ended, Failed: nothing more will be taken
    bool m_mayRead = true;                   ///< the stream below may have more
    bool m_isClosed = false;                 ///< our close frame is queued
    bool m_shut = false;
    bool m_lowerShut = false;
};

WebSocketStream::WebSocketStream(net::Loop &loop, std::unique_ptr<net::ByteStream> lower,
                                 wire::WebSocketSide side)
    : m_loop(&loop)
    , m_lower(std::move(lower))
    , m_reader(side)
    , m_framer(side)
{
    m_lower->setUser(this);
}

WebSocketStream::~WebSocketStream()
{
    if (m_loop == nullptr)
        return;
    close(wire::closeNormally);
    flush(); // what can go at once; who needs more waits for queuedBytes()
    m_lower->setUser(nullptr);
    m_loop->poller().cancelWake(this);
    m_loop->poller().cancelRoundEnd(this);
}

// ---- reading

Io WebSocketStream::readSome(std::span<char> into)
{
    if (m_arrived.isEmpty() && m_source == Io::Status::Moved)
        readLower();
    Io io {m_source == Io::Status::Moved ? Io::Status::Blocked : m_source, 0};
    if (!m_arrived.isEmpty()) {
        const auto bytes = std::min(m_arrived.size(), qsizetype(into.size()));
        std::memcpy(into.data(), m_arrived.front().data(), std::size_t(bytes));
        m_arrived.take(bytes);
        io = Io::moved(bytes);
    }
    rearm();
    return io;
}

void WebSocketStream::readLower()
{
    // Not the loop's own buffer, which our user may be filling.
    constexpr size_t bufferBytes = limits::readBytes;
    static thread_local const std::unique_ptr<char[]> buffer(new char[bufferBytes]);
    const auto io = m_lower->read({buffer.get(), bufferBytes});
    m_mayRead = io.status == Io::Status::Moved;
    if (m_mayRead)
        understand({buffer.get(), size_t(io.bytes)});
    else if (io.status != Io::Status::Blocked)
        m_source = io.status;
}

void WebSocketStream::understand(std::span<char> bytes)
{
    while (m_source == Io::Status::Moved) {
        const auto what = m_reader.next(bytes);
        if (!what) {
            qCInfo(lcLink) << "not a WebSocket:" << int(what.error());
            m_source = Io::Status::Failed;
            close(wire::closeCode(what.error()));
            return;
        }
        if (*what == WebSocketReader::What::NeedMore)
            return;
        understood(*what);
    }
}

void WebSocketStream::understood(WebSocketReader::What what)
{
    switch (what) {
    case WebSocketReader::What::Message:
        m_arrived.append(QByteArray::number(m_reader.messageBytes(), 16) + "\r\n");
        break;
    case WebSocketReader::What::Data:
        m_arrived.append(m_reader.data());
        break;
    case WebSocketReader::What::Ping:
        m_pong = m_reader.control().toByteArray(); // of several the last (RFC 6455, 5.5.3)
        m_owesPong = true;
        sayControls();
        break;
    case WebSocketReader::What::Close:
        m_source = Io::Status::Ended;
        close(wire::closeNormally);
        break;
    case WebSocketReader::What::Pong:
    case WebSocketReader::What::NeedMore:
        break;
    }
}

// ---- writing

Io WebSocketStream::write(std::span<const QByteArrayView> parts)
{
    if (m_sink == Io::Status::Failed)
        return Io::failed();
    if (m_shut || m_isClosed || m_sink == Io::Status::Ended)
        return Io::ended();
    qsizetype room = writeRoom();
    qsizetype taken = 0;
    qsizetype offered = 0;
    for (const auto part : parts) {
        const auto fits = part.first(std::min(part.size(), room));
        m_framer.add(fits, m_queue);
        room -= fits.size();
        taken += fits.size();
        offered += part.size();
    }
    sayControls();
    if (m_queue.size() >= flushBytes)
        flush();
    else
        flushSoon();
    return taken == 0 && offered > 0 ? Io::blocked() : Io::moved(taken);
}

qsizetype WebSocketStream::writeRoom() const
{
    return std::max(maxQueuedBytes - m_queue.size(), qsizetype(0));
}

/// What could not stand in the middle of a frame. Who pings and does not read waits for the answer:
/// else its answers would fill our memory.
void WebSocketStream::sayControls()
{
    if (!m_owesPong || m_isClosed || !m_framer.isBetweenChunks() || m_queue.size() >= flushBytes)
        return;
    m_owesPong = false;
    control(WebSocketOpcode::Pong, m_pong);
    flushSoon();
}

void WebSocketStream::control(WebSocketOpcode opcode, QByteArrayView payload)
{
    m_framer.addFrame(opcode, payload, m_queue);
}

/// A frame that is not complete stays so: then there is no close frame, only the end.
void WebSocketStream::close(quint16 code)
{
    if (std::exchange(m_isClosed, true) || !m_framer.isBetweenChunks())
        return;
    std::array<char, sizeof code> bytes {};
    qToBigEndian(code, bytes.data());
    control(WebSocketOpcode::Close, {bytes.data(), qsizetype(bytes.size())});
    flushSoon();
}

void WebSocketStream::shutdownWrite()
{
    if (std::exchange(m_shut, true))
        return;
    close(wire::closeNormally);
    flush();
}

void WebSocketStream::flush()
{
    m_loop->poller().cancelRoundEnd(this);
    while (!m_queue.isEmpty() && sinkWorks()) {
        const auto io = m_lower->write(m_queue.front());
        m_sink = io.status;
        if (io.status != Io::Status::Moved)
            break;
        m_queue.take(io.bytes);
    }
    if (!sinkWorks())
        m_queue.clear();
    sayControls();
    if (m_shut && m_queue.isEmpty() && !std::exchange(m_lowerShut, true))
        m_lower->shutdownWrite();
    updateLower();
    rearm();
}

void WebSocketStream::flushSoon()
{
    // While the stream below is full, its readiness comes first.
    if (!m_queue.isEmpty() && m_sink == Io::Status::Moved)
        m_loop->poller().atRoundEnd(this);
}

bool WebSocketStream::sinkWorks() const
{
    return m_sink == Io::Status::Moved || m_sink == Io::Status::Blocked;
}

// ---- readiness

/// What the user could do now, without the stream below.
Readiness WebSocketStream::state() const
{
    const bool isSent = m_shut && queuedBytes() == 0;
    return {!m_arrived.isEmpty() || hasUnread() || m_source != Io::Status::Moved || m_mayRead,
            !sinkWorks() || isSent || (!m_shut && (m_isClosed || writeRoom() > 0))};
}

/// Level-triggered: a wake stands for as long as something wanted can be done.
void WebSocketStream::rearm()
{
    const Readiness can = state();
    const Readiness due {can.read && interest().read, can.write && interest().write};
    if (due == Readiness {})
        m_loop->poller().cancelWake(this);
    else
        m_loop->poller().wake(this, due);
}

void WebSocketStream::updateLower()
{
    const bool reads = interest().read && m_source == Io::Status::Moved;
    const bool writes
        = m_sink == Io::Status::Blocked || (m_lowerShut && m_lower->queuedBytes() > 0);
    m_lower->setInterest({reads, writes});
}

void WebSocketStream::interestChanged()
{
    updateLower();
    rearm();
}

void WebSocketStream::streamReady(net::ByteStream &, Readiness readiness)
{
    if (readiness.write)
        flush();
    m_mayRead |= readiness.read;
    rearm(); // before the user is told: afterwards `this` may be gone
    tellUser(state());
}

void WebSocketStream::ready(Readiness)
{
    rearm();
    tellUser(state());
}

void WebSocketStream::detach()
{
    flush();
    dropUserAndInterest();
    m_loop->poller().cancelWake(this);
    m_loop->poller().cancelRoundEnd(this);
    m_lower->detach();
    m_loop = nullptr;
}

void WebSocketStream::attach(net::Loop &loop)
{
    m_loop = &loop;
    m_lower->attach(loop);
    m_lower->setUser(this);
    updateLower();
}

} // namespace

std::unique_ptr<net::ByteStream>
webSocketStream(net::Loop &loop, std::unique_ptr<net::ByteStream> lower, wire::WebSocketSide side)
{
    return std::make_unique<WebSocketStream>(loop, std::move(lower), side);
}

} // namespace kite::link
