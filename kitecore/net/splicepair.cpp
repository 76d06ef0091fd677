#include "kitecore/net/splicepair.h"

#include <algorithm>

#include "kitecore/net/pipe.h"

namespace kite::net {

namespace {

/// When one event has moved so much, others get their turn.
constexpr qsizetype bytesPerEvent = 256 * 1024;
/// Less is copied sooner than passed by pipe.
constexpr qsizetype leastPiped = 32 * 1024;

} // namespace

SplicePair::SplicePair(Loop &loop, std::unique_ptr<ByteStream> visitor,
                       std::unique_ptr<ByteStream> target, std::shared_ptr<stats::Meter> meter,
                       std::unique_ptr<Witness> witness)
    : m_loop(loop)
    , m_visitor(std::move(visitor))
    , m_target(std::move(target))
    , m_meter(std::move(meter))
    , m_witness(std::move(witness))
    , m_up {m_visitor.get(), m_target.get()}
    , m_down {m_target.get(), m_visitor.get()}
    , m_held(loop.held())
{
    if (m_meter)
        m_meter->streamOpened();
}

SplicePair::~SplicePair()
{
    if (m_meter)
        m_meter->streamClosed();
    if (m_witness)
        m_witness->over(m_moved);
}

void SplicePair::start(Over over)
{
    m_over = std::move(over);
    m_visitor->setUser(this);
    m_target->setUser(this);
    for (Way *way : {&m_up, &m_down}) {
        if (way->source->plainSocket() == noSocket) // of others the poller tells
            pump(*way);
    }
    settle();
}

void SplicePair::stop()
{
    m_limit.cancel();
    m_standstill.cancel();
    for (auto *stream : {m_visitor.get(), m_target.get()}) {
        stream->setUser(nullptr);
        stream->setInterest({});
    }
}

void SplicePair::streamReady(ByteStream &stream, Readiness readiness)
{
    if (readiness.write) {
        Way &way = wayTo(stream);
        passLeftover(way);
        pump(way);
    }
    if (readiness.read && m_lingers)
        discard();
    else if (readiness.read)
        pump(wayFrom(stream));
    settle();
}

qsizetype SplicePair::dataArrived(ByteStream &stream, QByteArrayView data)
{
    Way &way = wayFrom(stream);
    if (!way.canRead())
        return 0;
    const qsizetype taken = pass(way, data);
    countIn(way, taken);
    if (taken < data.size())
        settle(); // no more of it until there is room
    return taken;
}

/// A witness has to see the beginning.
bool SplicePair::isWatched(const Way &way) const
{
    return &way == &m_down && m_witness && m_moved.out < Witness::beginBytes;
}

SocketHandle SplicePair::pipedTo(const ByteStream &stream, qsizetype)
{
    const Way &way = wayFrom(stream);
    return way.canRead() && !isWatched(way) ? way.sink->plainSocket() : noSocket;
}

void SplicePair::piped(const ByteStream &stream, qsizetype bytes)
{
    const Way &way = wayFrom(stream);
    countIn(way, bytes);
    countTaken(way, bytes);
}

void SplicePair::pump(Way &way)
{
    qsizetype budget = bytesPerEvent;
    while (way.canRead() && budget > 0) {
        auto most = std::min(way.sink->writeRoom(), limits::readBytes);
        const auto room = pipeRoom(way, most);
        auto bytes = room > 0 ? pipeOnce(way, room) : 0;
        if (bytes > 0)
            most = room;
        else if (way.canRead())
            bytes = pumpOnce(way, most);
        way.isBulk = bytes >= leastPiped;
        budget -= bytes;
        if (bytes < most)
            return; // most likely all that there was: saves a call that would say so
    }
}

qsizetype SplicePair::pumpOnce(Way &way, qsizetype most)
{
    const auto buffer = m_loop.readBuffer().first(std::size_t(most));
    const Io io = way.source->read(buffer);
    if (io.status != Io::Status::Moved) {
        stopped(*way.source, way, io.status);
        return 0;
    }
    countIn(way, io.bytes);
    const auto data = QByteArrayView(buffer.data(), io.bytes);
    const auto taken = pass(way, data);
    if (way.isOpen() && taken < data.size())
        way.leftover.append(data.sliced(taken));
    return io.bytes;
}

/// How much may go past memory now, if it is worth it.
qsizetype SplicePair::pipeRoom(const Way &way, qsizetype most) const
{
    if (!way.isBulk || way.source->plainSocket() == noSocket || isWatched(way))
        return 0;
    const auto room = std::min(most, way.sink->pipeRoom());
    return room >= leastPiped && m_loop.part<Pipe>().isOpen() ? room : 0;
}

qsizetype SplicePair::pipeOnce(Way &way, qsizetype room)
{
    auto &pipe = m_loop.part<Pipe>();
    const Io io = pipe.fill(way.source->plainSocket(), room);
    if (io.status != Io::Status::Moved) {
        stopped(*way.source, way, io.status);
        return 0;
    }
    countIn(way, io.bytes);
    way.sink->writeFrom(pipe);
    countTaken(way, io.bytes);
    return io.bytes;
}

void SplicePair::passLeftover(Way &way)
{
    if (!way.isOpen() || way.leftover.isEmpty())
        return;
    const auto taken = pass(way, way.leftover.front());
    if (way.isOpen())
        way.leftover.take(taken);
}

/// @return how much the sink took.
qsizetype SplicePair::pass(Way &way, QByteArrayView data)
{
    const Io io = way.sink->write(data);
    if (io.status != Io::Status::Moved) {
        stopped(*way.sink, way, io.status);
        return 0;
    }
    if (&way == &m_down)
        showBegin(data.first(io.bytes));
    countTaken(way, io.bytes);
    return io.bytes;
}

void SplicePair::countIn(const Way &way, qsizetype bytes)
{
    if (&way != &m_up)
        return;
    if (m_meter)
        m_meter->addIn(bytes);
    m_moved.in += bytes;
}

void SplicePair::countTaken(const Way &way, qsizetype bytes)
{
    if (m_limited)
        m_lastMove = m_loop.clock().now();
    if (&way == &m_up) {
        m_takenUp += bytes;
        return;
    }
    if (m_meter)
        m_meter->addOut(bytes);
    m_moved.out += bytes;
}

void SplicePair::showBegin(QByteArrayView data)
{
    if (m_witness && m_moved.out < Witness::beginBytes)
        m_moved.begin.append(
            data.first(std::min(data.size(), Witness::beginBytes - qsizetype(m_moved.out))));
}

/// A read or a write of `stream`, on `way`, moved nothing.
void SplicePair::stopped(ByteStream &stream, Way &way, Io::Status status)
{
    if (status == Io::Status::Blocked)
        return;
    if (status == Io::Status::Failed && &stream == m_visitor.get()) {
        for (Way *each : {&m_up, &m_down}) { // whom should anything still be told
            each->refuse();
            each->state = Way::State::Done;
        }
    } else if (status == Io::Status::Failed) {
        if (m_down.state == Way::State::Flowing)
            m_down.state = Way::State::Draining;
        m_up.refuse();
    } else if (&stream == way.source) {
        way.state = Way::State::Draining;
    } else {
        way.refuse();
    }
}

/// Reads away what a visitor still sends.
void SplicePair::discard()
{
    qsizetype budget = bytesPerEvent;
    while (budget > 0) {
        const Io io = m_visitor->read(m_loop.readBuffer());
        if (io.status == Io::Status::Blocked)
            return;
        if (io.status != Io::Status::Moved) {
            m_up.state = Way::State::Done;
            return;
        }
        budget -= io.bytes;
    }
}

void SplicePair::settle()
{
    endIfDrained(m_up);
    endIfDrained(m_down);
    if (m_down.state == Way::State::Refused)
        m_down.state = Way::State::Done; // a target may be cut short, see beginLinger()
    if (m_up.state == Way::State::Refused && m_down.sinkIsGone)
        m_up.state = Way::State::Done;
    if (m_up.isFinished() && m_down.isFinished())
        return m_over(*this);
    if (m_up.state == Way::State::Refused && m_down.isFinished())
        beginLinger();
    else if (m_up.state != Way::State::Flowing || m_down.state != Way::State::Flowing)
        limitSilence();
    updateInterest();
}

void SplicePair::endIfDrained(Way &way)
{
    if (way.state != Way::State::Draining || !way.leftover.isEmpty())
        return;
    const auto &other = &way == &m_up ? m_down : m_up;
    // With both ways over the socket is closed next, which tells the same without a call.
    if (!other.isFinished() || way.sink->plainSocket() == noSocket)
        way.sink->shutdownWrite();
    way.state = Way::State::Done;
}

/// The target takes no more, and its answer is out: closing right now could destroy that answer on
/// its way, if the visitor still sends.
void SplicePair::beginLinger()
{
    if (!std::exchange(m_lingers, true))
        m_limit = m_loop.deadlines().after(Splices::linger, [this] { m_over(*this); });
}

void SplicePair::limitSilence()
{
    if (std::exchange(m_limited, true))
        return;
    m_lastMove = m_loop.clock().now();
    m_limit = m_loop.deadlines().after(Splices::halfOpen, [this] { checkSilence(); });
}

void SplicePair::checkSilence()
{
    using std::chrono::ceil;
    using std::chrono::milliseconds;

    auto silence = m_loop.clock().now() - m_lastMove;
    if (silence >= Splices::halfOpen) {
        if (!m_down.waitsForSink() || m_visitor->hasHungUp())
            return m_over(*this);
        silence = {}; // a visitor only pauses in what was said
    }
    const auto rest = ceil<milliseconds>(Splices::halfOpen - silence);
    m_limit = m_loop.deadlines().after(rest, [this] { checkSilence(); });
}

void SplicePair::noteStuck()
{
    m_held.set(m_up.leftover.size() + m_down.leftover.size());
    const bool isStuck = m_up.waitsForSink() || m_down.waitsForSink();
    if (isStuck && !m_isStuck)
        m_stuckSince = m_loop.clock().now();
    m_isStuck = isStuck;
    if (isStuck)
        watchStandstill();
}

/// Of a visitor who is not read, since the target takes nothing, nobody hears that it has left. A
/// target that has ended has only said all it had to.
void SplicePair::watchStandstill()
{
    if (m_standstill.isArmed())
        return;
    m_movedThen = progress();
    m_standstill = m_loop.deadlines().after(Splices::halfOpen, [this] { checkStandstill(); });
}

void SplicePair::checkStandstill()
{
    const bool moves = progress() != m_movedThen;
    if (!moves && m_isStuck && m_visitor->hasHungUp())
        return m_over(*this);
    if (m_isStuck)
        watchStandstill();
}

void SplicePair::updateInterest()
{
    noteStuck();
    m_visitor->setInterest({m_up.canRead() || m_lingers, m_down.waitsForSink()});
    m_target->setInterest({m_down.canRead(), m_up.waitsForSink()});
}

} // namespace kite::net
