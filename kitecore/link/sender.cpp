#include "kitecore/link/sender.h"

#include <algorithm>

#include "kitecore/link/link.h"
#include "kitecore/net/pipe.h"

namespace kite::link {

namespace {

/// With its head (17 bytes and a few of the number) it fills four TLS records, and begins no fifth.
constexpr qsizetype wideChunkBytes = limits::readBytes - 64;

qsizetype chunkBytes(Dialect dialect)
{
    return dialect == Dialect::Wide ? wideChunkBytes : limits::pagekiteChunkBytes;
}

} // namespace

Sender::Sender(net::Loop &loop, net::ByteStream &lower, ChunkOutlet::Options options, User &user)
    : m_loop(loop)
    , m_user(user)
    , m_dialect(options.dialect)
    , m_outlet(loop.clock(), lower, options)
    , m_held(loop.held())
{
}

Sender::~Sender()
{
    stop();
}

void Sender::stop()
{
    m_stopped = true;
    if (std::exchange(m_flushAsked, false))
        m_loop.poller().cancelRoundEnd(this);
}

qsizetype Sender::share() const
{
    const qsizetype fair = Link::queueHigh / 2 / std::max<qsizetype>(m_backlogged, 1);
    return std::clamp(fair, leastShare, 2 * chunkBytes(m_dialect));
}

qsizetype Sender::roomFor(const Flow &flow) const
{
    if (m_stopped || (m_crowded && !flow.mayWrite))
        return 0;
    const qsizetype chunk = chunkBytes(m_dialect);
    const bool free = m_windowless && !flow.window.isAcknowledged();
    const qsizetype window = free ? chunk : flow.window.room();
    const qsizetype place = share() - flow.waiting.size();
    // Less than half a chunk is not worth a chunk: more room is sure to come.
    const qsizetype room = std::min({window, place, chunk});
    return room >= std::min(chunk, leastShare) / 2 ? room : 0;
}

void Sender::awaitRoom(Flow &flow)
{
    if (m_crowded && !flow.mayWrite && !flow.room.isTaken())
        m_roomless.join(flow.room);
}

void Sender::write(Flow &flow, std::span<const QByteArrayView> parts, qsizetype bytes)
{
    flow.window.sent(bytes);
    flow.mayWrite = false;
    if (!sendDirect(flow, parts, bytes))
        keep(flow, parts, bytes);
    checkBroken();
}

bool Sender::sendDirect(Flow &flow, std::span<const QByteArrayView> parts, qsizetype bytes)
{
    if (bytes < directBytes || m_outlet.isBlocked() || m_outlet.deflates(flow, parts.front()))
        return false;
    if (!collect() || !m_outlet.sendData(flow, parts, bytes))
        return false;
    dataSent(flow);
    return true;
}

void Sender::dataSent(Flow &flow)
{
    flow.opensEmpty = false;
    m_user.dataSent();
}

/// Only what would go out at once: what has to wait is better read when its time has come.
qsizetype Sender::pipeRoomFor(const Flow &flow) const
{
    if (m_outlet.isBlocked() || !flow.waiting.isEmpty() || m_outlet.mayDeflate(flow))
        return 0;
    return roomFor(flow);
}

void Sender::writeFrom(Flow &flow, net::Pipe &pipe)
{
    flow.window.sent(pipe.size());
    flow.mayWrite = false;
    collect(); // may block us: then all of it is held
    m_outlet.sendFrom(flow, pipe);
    dataSent(flow);
    checkBroken();
}

void Sender::keep(Flow &flow, std::span<const QByteArrayView> parts, qsizetype bytes)
{
    if (flow.waiting.isEmpty())
        ++m_backlogged;
    for (QByteArrayView part : parts)
        flow.waiting.append(part);
    m_waiting += bytes;
    m_held.set(m_waiting);
    m_crowded |= m_waiting >= Link::queueHigh;
    touch(flow);
}

void Sender::touch(Flow &flow)
{
    m_turns.add(flow);
    askFlush();
}

void Sender::used(Flow &flow, qsizetype bytes)
{
    if (bytes == 0)
        return;
    flow.waiting.take(bytes);
    m_waiting -= bytes;
    m_held.set(m_waiting);
    if (flow.waiting.isEmpty())
        --m_backlogged;
}

void Sender::discardData(Flow &flow)
{
    used(flow, flow.waiting.size());
}

void Sender::sendControl(QByteArrayView chunk)
{
    m_outlet.append(chunk);
    askFlush();
}

void Sender::answerPing(QByteArrayView token)
{
    m_pong = token.toByteArray();
    askFlush();
}

void Sender::report(Flow &flow)
{
    if (flow.report.isTaken())
        return;
    m_reports.join(flow.report);
    askFlush();
}

void Sender::askFlush()
{
    if (m_stopped || m_flushAsked || m_outlet.isBlocked())
        return;
    m_flushAsked = true;
    m_loop.poller().atRoundEnd(this);
}

void Sender::roundEnded()
{
    m_flushAsked = false;
    flush();
}

void Sender::lowerReady()
{
    m_outlet.unblock();
    flush();
}

void Sender::flush()
{
    if (m_stopped || m_outlet.isBlocked())
        return;
    if (collect())
        m_outlet.flush();
    relieve();
    checkBroken();
    if (!m_stopped)
        m_user.flushed();
}

void Sender::checkBroken()
{
    if (m_stopped || !m_outlet.isBroken())
        return;
    stop();
    m_user.sendingFailed();
}

/// Gives everything that waits its place. @return false if the lower stream blocked on the way.
bool Sender::collect()
{
    collectControl();
    while (Flow *flow = m_turns.next()) {
        if (!serve(*flow))
            return false;
        if (m_outlet.size() >= gatherBytes)
            m_outlet.flush();
        if (m_outlet.isBlocked())
            return false;
    }
    return true;
}

void Sender::collectControl()
{
    if (m_pong)
        m_outlet.append(wire::pongChunk(*std::exchange(m_pong, std::nullopt), m_quotaKb));
    while (Flow *flow = m_reports.first()) {
        flow->report.leave();
        m_outlet.append(wire::progressChunk(flow->sid, flow->progress.report()));
    }
}

bool Sender::serve(Flow &flow)
{
    if (!serveData(flow))
        return false;
    serveEnd(flow);
    m_turns.served(flow);
    if (flow.stream)
        m_user.roomCame(flow);
    else if (!flow.hasSomething())
        m_user.flowOver(flow);
    return true;
}

bool Sender::serveData(Flow &flow)
{
    if (flow.waiting.isEmpty() && !flow.opensEmpty)
        return true;
    const qsizetype bytes = std::min(flow.waiting.size(), chunkBytes(m_dialect));
    const QByteArrayView data = flow.waiting.front().first(bytes);
    if (bytes < directBytes || m_outlet.deflates(flow, data))
        m_outlet.appendData(flow, data);
    else if (!m_outlet.sendData(flow, {&data, 1}, bytes))
        return false;
    used(flow, bytes);
    dataSent(flow);
    return true;
}

void Sender::serveEnd(Flow &flow)
{
    if (!flow.end || !flow.waiting.isEmpty())
        return;
    const wire::EndOfStream end = *std::exchange(flow.end, std::nullopt);
    if (!flow.opening) // else the peer has never heard of it
        m_outlet.append(wire::endChunk(flow.sid, end));
    flow.told.read |= end.read;
    flow.told.write |= end.write;
}

/// Lets those that waited for the crowd to go write again, in turn.
void Sender::relieve()
{
    if (!m_crowded || m_waiting > Link::queueLow)
        return;
    qsizetype budget
        = m_waiting == 0 ? std::numeric_limits<qsizetype>::max() : Link::queueHigh - m_waiting;
    m_crowded = budget < std::numeric_limits<qsizetype>::max();
    while (Flow *flow = m_roomless.first()) {
        if (budget <= 0)
            return;
        budget -= chunkBytes(m_dialect);
        flow->room.leave();
        flow->mayWrite = true;
        m_user.roomCame(*flow);
    }
    m_crowded = false;
}

} // namespace kite::link
