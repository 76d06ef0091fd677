#include <algorithm>
#include <memory>

#include "kitecore/base/logging.h"
#include "kitecore/link/link_p.h"
#include "kitecore/link/visitorhead.h"
#include "kitecore/net/pipe.h"

namespace kite::link {

namespace {

/// How much one link may bring in before others get their turn.
constexpr qsizetype bytesPerRound = 256 * 1024;

/// What is worth two calls more instead of a copy up here and one down again.
constexpr qsizetype leastPiped = 16 * 1024;
/// Size line and head of a long chunk have so many bytes at least, and seldom more than that.
constexpr qsizetype leastHead = 16;
constexpr qsizetype usualHead = 24;
/// Enough for some small chunks between long ones.
constexpr qsizetype fewBytes = 16 * 1024;

/// Shared by all links of a thread: nothing stays in it past a dispatch. Not the loop's own
/// buffer, which users of our streams may read into while we decode.
std::span<char> readBuffer()
{
    constexpr size_t bytes = 256 * 1024;
    static thread_local const std::unique_ptr<char[]> buffer(new char[bytes]);
    return {buffer.get(), bytes};
}

QString textOf(wire::ChunkError error)
{
    return QStringLiteral("not a chunk (%1)").arg(int(error));
}

} // namespace

void Link::Private::streamReady(net::ByteStream &, net::Readiness readiness)
{
    const auto self = shared_from_this();
    if (m_isFinished)
        return end(LinkEnd::Closed, QStringLiteral("closed"));
    if (readiness.write) {
        heardSomething(); // the peer's system took bytes
        if (m_over)
            return;
        m_sender.lowerReady();
    }
    if (readiness.read && !m_over)
        readLower();
}

void Link::Private::readLower()
{
    if (isPaused())
        return updateReading();
    // Compressed data may still stand in the decoder.
    if (std::exchange(m_isStuck, false) && !dispatch({}))
        return;
    for (qsizetype total = 0; total < bytesPerRound && !isPaused();) {
        const net::SocketHandle to = dataPipedTo();
        const bool isMore = to != net::noSocket ? pipeOn(to, total) : readSome(total);
        if (!isMore)
            return;
    }
}

/// Of a read from below. @return false where it brought nothing.
bool Link::Private::hasMoved(net::Io io)
{
    switch (io.status) {
    case net::Io::Status::Moved:
        heardSomething();
        return true;
    case net::Io::Status::Blocked:
        break;
    case net::Io::Status::Ended:
        end(LinkEnd::Closed, QStringLiteral("closed by the peer"));
        break;
    case net::Io::Status::Failed:
        end(LinkEnd::Broken, QStringLiteral("connection lost"));
        break;
    }
    return false;
}

/// @return false when no more is to be read now.
bool Link::Private::readSome(qsizetype &total)
{
    const auto buffer = readBuffer().first(size_t(bytesToRead()));
    const net::Io io = m_lower->read(buffer);
    if (!hasMoved(io))
        return false;
    total += io.bytes;
    if (m_sincePipe)
        *m_sincePipe += io.bytes;
    if (!dispatch({buffer.data(), io.bytes}))
        return false;
    // A socket that gave less has no more; TLS gives a record at a time.
    return io.bytes == qsizetype(buffer.size()) || m_lower->plainSocket() == net::noSocket;
}

/// Behind a long chunk, most likely, comes another: only its head is read, most likely as long as
/// the last one, so that all of its data can go by pipe. What turns out to be something else is
/// read as always.
qsizetype Link::Private::bytesToRead() const
{
    const auto all = qsizetype(readBuffer().size());
    if (!m_sincePipe || *m_sincePipe >= fewBytes)
        return all;
    const qsizetype head = std::max(leastHead, m_headBefore);
    if (m_decoder.awaitsHead() && *m_sincePipe < head)
        return head - *m_sincePipe;
    return m_decoder.awaitsHead() && *m_sincePipe < usualHead ? 1 : fewBytes;
}

/// Where the data under way can go without coming up here; net::noSocket: nowhere.
net::SocketHandle Link::Private::dataPipedTo()
{
    const Flow *const flow = m_current;
    const qsizetype least = m_sincePipe == 0 ? 1 : leastPiped; // the rest of a long chunk goes too
    if (!flow || !flow->stream || flow->heard.read || m_decoder.dataLeft() < least)
        return net::noSocket;
    if (m_lower->plainSocket() == net::noSocket || !m_loop.part<net::Pipe>().isOpen())
        return net::noSocket;
    return flow->stream->pipedTo(m_decoder.dataLeft());
}

/// @return false when no more is to be read now.
bool Link::Private::pipeOn(net::SocketHandle to, qsizetype &total)
{
    auto &pipe = m_loop.part<net::Pipe>();
    const qsizetype wanted = m_decoder.dataLeft();
    const net::Io in = pipe.fill(m_lower->plainSocket(), wanted);
    if (in.status == net::Io::Status::Blocked)
        return readSome(total);
    if (!hasMoved(in))
        return false;
    m_decoder.skip(in.bytes);
    if (m_sincePipe > 0 && m_sincePipe <= usualHead)
        m_headBefore = *m_sincePipe;
    m_sincePipe = 0;
    total += in.bytes;
    // Nobody wants it any more if whoever had asked for a sign of life has let go of the stream.
    const bool isWanted = m_current && m_current->stream;
    const qsizetype out = isWanted ? pipe.drain(to) : 0;
    const auto rest = pipe.takeRest();
    if (!rest)
        end(LinkEnd::Broken, QStringLiteral("what a visitor did not take cannot be kept"));
    else if (isWanted)
        dataPiped(*m_current, out, *rest);
    return !m_over && in.bytes == wanted;
}

static_assert(wire::maxChunkBytes < Link::maxStreamBacklog, "a rest does not fill a stream");

void Link::Private::dataPiped(Flow &flow, qsizetype out, QByteArrayView rest)
{
    flow.progress.arrived();
    flow.stream->piped(out);
    taken(flow, out);
    if (!rest.isEmpty())
        flow.stream->keep(rest);
}

/// @return false when no more may be read now.
bool Link::Private::dispatch(QByteArrayView bytes)
{
    for (;;) {
        const auto what = m_decoder.next(bytes);
        if (!what) {
            end(LinkEnd::Protocol, textOf(what.error()));
            return false;
        }
        switch (*what) {
        case wire::ChunkDecoder::What::NeedMore:
            return true;
        case wire::ChunkDecoder::What::Head:
            headArrived(m_decoder.head());
            break;
        case wire::ChunkDecoder::What::Data:
            if (m_decoder.head().carriesData())
                payloadArrived(m_decoder.data());
            break;
        case wire::ChunkDecoder::What::End:
            break;
        }
        if (m_over)
            return false;
        if (isPaused()) {
            if (!bytes.isEmpty())
                m_lower->unread(bytes);
            m_isStuck = true;
            updateReading();
            return false;
        }
    }
}

void Link::Private::headArrived(const wire::ChunkHead &head)
{
    m_current = nullptr;
    m_unknown.reset();
    livenessArrived(head);
    if (head.resetDeflate)
        m_sender.resetDeflate();
    Flow *flow = head.sid ? m_table.find(*head.sid) : nullptr;
    if (flow && head.writtenKib) {
        m_acknowledges = true;
        flow->window.acknowledged(*head.writtenKib);
        roomCame(*flow);
    }
    if (head.sid && head.end)
        endArrived(*head.sid, flow, *head.end);
    else if (head.sid && head.carriesData())
        flowArrived(head, flow);
    else if (!head.pagekite.empty() || head.quotaKb)
        m_user->controlArrived(m_link, head);
}

void Link::Private::livenessArrived(const wire::ChunkHead &head)
{
    if (head.ping)
        m_sender.answerPing(*head.ping);
    if (head.pong)
        m_roundTrip.answered(*head.pong, now());
    const bool bare = m_dialect == Dialect::PageKite && head.noop && !head.sid && !head.ping
        && !head.pong && head.pagekite.empty();
    if (bare || (head.end && head.sid == probeId))
        m_roundTrip.answeredBare(now());
}

void Link::Private::endArrived(wire::StreamId sid, Flow *flow, wire::EndOfStream end)
{
    if (!flow) {
        if (end.read)
            m_table.closed().remove(quint32(sid));
        return;
    }
    flow->heard.read |= end.read;
    flow->heard.write |= end.write;
    if (end.write)
        m_sender.discardData(*flow);
    if (!flow->stream)
        return;
    if (end.read)
        flow->stream->endReading(LinkStream::Ending::Ended);
    if (end.write)
        flow->stream->roomCame();
}

/// A data chunk begins.
void Link::Private::flowArrived(const wire::ChunkHead &head, Flow *flow)
{
    m_liveness.heardData(now());
    const bool opens = head.opensStream() && m_options.role == Role::Connector;
    if (flow && opens && flow->heard.read && flow->heard.write) {
        cutOff(*flow); // the relay is done with it and uses its number again
        flow = nullptr;
    }
    m_current = flow;
    if (!flow && opens)
        openingArrived(head);
    else if (!flow)
        m_unknown = head.sid;
}

void Link::Private::openingArrived(const wire::ChunkHead &head)
{
    const auto visitor = visitorFrom(head);
    if (!visitor || isFull() || m_isClosing) {
        qCDebug(lcLink) << "visitor refused: bad head, too many streams or closing";
        return refuse(*head.sid);
    }
    auto stream = addStream(*head.sid, visitor->peer);
    m_current = m_table.find(*head.sid);
    m_user->streamOffered(m_link, std::move(stream), *visitor);
}

void Link::Private::payloadArrived(QByteArrayView data)
{
    if (m_unknown)
        refuse(*std::exchange(m_unknown, std::nullopt));
    Flow *const flow = m_current;
    if (!flow || !flow->stream || flow->heard.read)
        return;
    LinkStream *const stream = flow->stream;
    m_headBefore = 0; // read too far
    flow->progress.arrived();
    const qsizetype used = stream->offer(data);
    if (m_current != flow || flow->stream != stream)
        return; // its user is done with it
    taken(*flow, used);
    if (used < data.size()) {
        stream->keep(data.sliced(used));
        noteBacklog(*flow);
    }
}

/// Once for each id: what follows was sent before the peer could know.
void Link::Private::refuse(wire::StreamId sid)
{
    if (m_table.closed().contains(quint32(sid)))
        return;
    m_table.closed().add(quint32(sid));
    m_sender.sendControl(wire::endChunk(sid, {true, true}));
}

} // namespace kite::link
