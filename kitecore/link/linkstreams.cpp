#include "kitecore/base/logging.h"
#include "kitecore/link/link_p.h"
#include "kitecore/link/visitorhead.h"

namespace kite::link {

namespace {

/// Without any SKB for so long, a peer with a full window is one that never sends any.
constexpr std::chrono::seconds silentWindowTimeout {2};
/// A stream that keeps the whole link from being read, and of which nothing was taken for so
/// long, is cut off.
constexpr std::chrono::seconds stallTimeout {20};
/// Refusals and the like that a peer does not take from us: it is not read meanwhile.
constexpr qsizetype maxUnsentControl = 256 * 1024;

} // namespace

std::unique_ptr<net::ByteStream> Link::Private::open(const net::Visitor &visitor)
{
    auto opening = openingFor(visitor);
    if (m_over || m_isClosing || isFull() || !opening)
        return nullptr;
    Q_ASSERT(m_options.role == Role::Relay);
    const wire::StreamId sid = m_table.freeId();
    auto stream = addStream(sid, m_peer);
    Flow &flow = *m_table.find(sid);
    // Servers behind raw kites may speak first; an http stream without its head would crash
    // PageKite back-ends (PROTOCOL.md, streams).
    flow.opensEmpty = opening->protocol == "raw";
    flow.opening = std::make_unique<wire::StreamOpening>(*std::move(opening));
    if (flow.opensEmpty)
        m_sender.touch(flow);
    return stream;
}

std::unique_ptr<LinkStream> Link::Private::addStream(wire::StreamId sid, net::Peer peer)
{
    LinkStream::Home &home = *this;
    return std::make_unique<LinkStream>(m_loop, home, m_table.add(sid, m_dialect), std::move(peer),
                                        m_places);
}

qsizetype Link::Private::roomFor(const Flow &flow) const
{
    return m_isClosing ? 0 : m_sender.roomFor(flow);
}

void Link::Private::write(Flow &flow, std::span<const QByteArrayView> parts, qsizetype bytes)
{
    m_sender.write(flow, parts, bytes);
    if (m_dialect == Dialect::PageKite && !m_acknowledges)
        watchForSilentWindow(flow);
}

/// Windows of others are too small for that.

qsizetype Link::Private::pipeRoomFor(const Flow &flow) const
{
    const bool isPlain = m_lower->plainSocket() != net::noSocket;
    const bool may = isPlain && m_dialect == Dialect::Wide && !m_isClosing;
    return may ? m_sender.pipeRoomFor(flow) : 0;
}

void Link::Private::writeFrom(Flow &flow, net::Pipe &pipe)
{
    m_sender.writeFrom(flow, pipe);
}

void Link::Private::watchForSilentWindow(const Flow &flow)
{
    if (m_over || m_silentWindow.isArmed() || m_sender.roomFor(flow) > 0)
        return;
    m_silentWindow = m_loop.deadlines().after(silentWindowTimeout, [this] {
        if (m_acknowledges)
            return;
        m_sender.ignoreWindows();
        m_table.forEach([this](Flow &each) { roomCame(each); });
    });
}

void Link::Private::endWriting(Flow &flow)
{
    if (flow.told.read || flow.end)
        return;
    flow.end = wire::EndOfStream {true, false};
    if (flow.opening && flow.waiting.isEmpty() && !flow.opensEmpty && flow.stream)
        flow.stream->endReading(LinkStream::Ending::Ended); // nobody was ever asked anything
    m_sender.touch(flow);
}

void Link::Private::taken(Flow &flow, qsizetype bytes)
{
    flow.progress.taken(bytes);
    if (flow.progress.isDue())
        m_sender.report(flow);
    if (flow.overfull && flow.stream->backlog() < maxStreamBacklog / 2) {
        flow.overfull = false;
        --m_overfull;
        updateReading();
    }
}

void Link::Private::noteBacklog(Flow &flow)
{
    if (flow.overfull || flow.stream->backlog() <= maxStreamBacklog)
        return;
    flow.overfull = true;
    flow.stalledAt = flow.progress.total();
    flow.stalledSince = now();
    ++m_overfull;
    if (!m_stall.isArmed())
        m_stall = m_loop.deadlines().after(stallTimeout, [this] { cutStalled(); });
}

void Link::Private::cutStalled()
{
    const auto time = now();
    std::vector<Flow *> stalled;
    m_table.forEach([&stalled, time](Flow &flow) {
        if (std::exchange(flow.stalledAt, flow.progress.total()) != flow.progress.total())
            flow.stalledSince = time;
        else if (flow.overfull && time - flow.stalledSince >= stallTimeout)
            stalled.push_back(&flow);
    });
    for (Flow *flow : stalled) {
        qCInfo(lcLink) << "a visitor who takes nothing is cut off: the peer ignores our window";
        LinkStream *const stream = std::exchange(flow->stream, nullptr);
        stream->linkOver();
        streamGone(*flow);
    }
    if (m_overfull > 0)
        m_stall = m_loop.deadlines().after(stallTimeout / 4, [this] { cutStalled(); });
}

/// The stream's user is done with it. What it wrote still goes out.
void Link::Private::streamGone(Flow &flow)
{
    if (std::exchange(flow.overfull, false)) {
        --m_overfull;
        updateReading();
    }
    const bool unheardOf = flow.opening && flow.waiting.isEmpty();
    if (unheardOf)
        return remove(flow);
    const bool shut = flow.told.read || (flow.end && flow.end->read);
    // Where both halves ended in peace, our own peers know that it is over; pagekite.py waits.
    const bool settled = m_dialect == Dialect::Wide && shut && flow.heard.read;
    if (!settled)
        flow.end = wire::EndOfStream {true, true};
    if (flow.hasSomething())
        m_sender.touch(flow);
    else
        remove(flow);
}

/// The peer has forgotten this flow, whatever its user still wants.
void Link::Private::cutOff(Flow &flow)
{
    if (flow.stream)
        std::exchange(flow.stream, nullptr)->linkOver();
    if (std::exchange(flow.overfull, false))
        --m_overfull;
    remove(flow);
}

void Link::Private::remove(Flow &flow)
{
    m_sender.discardData(flow);
    if (m_current == &flow)
        m_current = nullptr;
    m_table.remove(flow);
}

void Link::Private::roomCame(Flow &flow)
{
    if (flow.stream)
        flow.stream->roomCame();
}

bool Link::Private::isPaused() const
{
    return m_overfull > 0 || m_sender.committedBytes() > maxUnsentControl;
}

void Link::Private::updateReading()
{
    if (m_over)
        return;
    const bool wanted = !isPaused();
    const net::Readiness interest = m_lower->interest();
    if (interest.read == wanted)
        return;
    m_lower->setInterest({wanted, interest.write});
    if (wanted && m_isStuck)
        m_loop.poller().wake(this, {.read = true});
}

} // namespace kite::link
