#include "kitecore/link/link.h"

#include <algorithm>

#include "kitecore/base/logging.h"
#include "kitecore/link/link_p.h"

namespace kite::link {

using namespace std::chrono_literals;

namespace {

/// What a closing link waits for its last bytes to leave.
constexpr std::chrono::seconds closeTimeout {3};

Dialect dialectOf(const LinkOptions &options)
{
    return options.own.wideWindow && options.peer.wideWindow ? Dialect::Wide : Dialect::PageKite;
}

ChunkOutlet::Options outletOptions(const LinkOptions &options)
{
    const Dialect dialect = dialectOf(options);
    // pagekite.py announces AddKites, ZChunks or both, from 0.3 on; libpagekite, which has no such
    // limit, announces nothing.
    const bool isPython = options.peer.addKites || options.peer.compression;
    const bool sparse = dialect == Dialect::PageKite && isPython;
    return {dialect, sparse, options.compress && options.peer.compression};
}

/// PageKite programs may be busy for seconds (look-ups in their only thread).
Liveness::Patience patienceOf(const LinkOptions &options)
{
    if (dialectOf(options) == Dialect::Wide)
        return {options.pingAfter, std::min<std::chrono::milliseconds>(options.pingAfter, 3s),
                options.deadAfter, options.pingAfter / 2};
    const auto pingAfter = std::max(options.pingAfter, Link::pagekitePingAfter);
    return {pingAfter, Link::pagekitePingAfter,
            std::max(options.deadAfter, Link::pagekiteDeadAfter), std::chrono::hours(1)};
}

} // namespace

Link::Private::Private(Link &link, net::Loop &loop, std::unique_ptr<net::ByteStream> stream,
                       const LinkOptions &options, LinkUser &user)
    : m_link(link)
    , m_user(&user)
    , m_loop(loop)
    , m_lower(std::move(stream))
    , m_options(options)
    , m_dialect(dialectOf(options))
    , m_peer(m_lower->peer())
    , m_sender(loop, *m_lower, outletOptions(options), *this)
    , m_liveness(patienceOf(options), loop.clock().now())
{
}

void Link::Private::begin()
{
    m_lower->setUser(this);
    m_lower->setInterest({true, false});
    armTick();
}

void Link::Private::abandon()
{
    m_user = nullptr;
    m_over = true;
    m_onceHeard = nullptr;
    stopEverything();
    m_loop.poller().cancelWake(this);
    endStreams();
    m_lower.reset();
}

void Link::Private::stopEverything()
{
    m_sender.stop();
    for (net::Deadlines::Token *token : {&m_tick, &m_silentWindow, &m_stall, &m_closing})
        token->cancel();
}

/// Nothing moves from here on; streams and owner hear of it in a later round.
void Link::Private::end(LinkEnd why, const QString &detail)
{
    if (std::exchange(m_over, true))
        return;
    qCDebug(lcLink) << "link to" << m_peer.address << "ended:" << detail;
    m_why = why;
    m_detail = detail;
    stopEverything();
    m_lower->setInterest({});
    m_loop.poller().wake(this, {true, false});
}

void Link::Private::ready(net::Readiness)
{
    const auto self = shared_from_this();
    if (!m_over)
        return readLower();
    endStreams();
    m_user->linkEnded(m_link, m_why, m_detail);
}

void Link::Private::endStreams()
{
    m_current = nullptr;
    m_table.forEach([](Flow &flow) {
        if (flow.stream)
            std::exchange(flow.stream, nullptr)->linkOver();
    });
    m_table.clear();
}

void Link::Private::close()
{
    if (m_over || std::exchange(m_isClosing, true))
        return;
    m_closing = m_loop.deadlines().after(closeTimeout, [this] {
        end(LinkEnd::Closed, QStringLiteral("closed, peer does not read"));
    });
    m_sender.flush();
}

/// Readiness to write then means that everything is out.
void Link::Private::finishClosing()
{
    if (std::exchange(m_isFinished, true))
        return;
    m_sender.stop();
    m_lower->shutdownWrite();
    m_lower->setInterest({false, true});
}

void Link::Private::flushed()
{
    updateReading();
    if (m_isClosing && m_sender.queuedBytes() == 0)
        finishClosing();
}

void Link::Private::sendingFailed()
{
    end(LinkEnd::Broken, QStringLiteral("sending failed"));
}

void Link::Private::dataSent()
{
    if (m_liveness.awaitsAnswer())
        return;
    m_liveness.saidData(now());
    if (m_liveness.nextCheck() < m_nextTick)
        armTick();
}

void Link::Private::armTick()
{
    m_nextTick = m_liveness.nextCheck();
    const auto delay = std::chrono::ceil<std::chrono::milliseconds>(m_nextTick - now());
    m_tick = m_loop.deadlines().after(std::max(delay, 0ms), [this] { tick(); });
}

void Link::Private::tick()
{
    const Clock::Steady at = now();
    if (m_overfull > 0)
        m_liveness.heard(at); // it is we who do not listen
    if (m_sender.takeMoved())
        m_liveness.said();
    switch (m_liveness.check(at)) {
    case Liveness::Verdict::Fine:
        break;
    case Liveness::Verdict::Ask:
        ask();
        return;
    case Liveness::Verdict::Assure:
        m_sender.sendControl(wire::controlChunk({}));
        m_liveness.said();
        break;
    case Liveness::Verdict::Dead:
        end(LinkEnd::Silent, QStringLiteral("no sign of life"));
        return;
    }
    armTick();
}

void Link::Private::ask()
{
    if (m_over)
        return;
    const Clock::Steady at = now();
    const QByteArray token = m_roundTrip.ask(at);
    // A PageKite relay may take a PING for corrupt and drop the link (PROTOCOL.md, liveness); data
    // for a stream it can not know, it answers with that stream's end.
    if (m_options.role == Role::Relay || m_dialect == Dialect::Wide)
        m_sender.sendControl(wire::pingChunk(token));
    else
        m_sender.sendControl(wire::DataChunkHead(probeId, 1).bytes().toByteArray() + '!');
    m_liveness.asked(at);
    armTick();
}

void Link::Private::askFor(std::function<void()> heard)
{
    ask();
    if (m_over)
        return;
    m_onceHeard = std::move(heard);
    if (isPaused())
        heardSomething(); // it is we who do not listen
}

void Link::Private::setPingAfter(std::chrono::seconds pingAfter)
{
    if (m_over || m_options.pingAfter == pingAfter)
        return;
    m_options.pingAfter = pingAfter;
    m_liveness.setPatience(patienceOf(m_options));
    armTick();
}

void Link::Private::heardSomething()
{
    m_liveness.heard(now());
    if (m_onceHeard)
        std::exchange(m_onceHeard, nullptr)();
}

Link::Link(net::Loop &loop, std::unique_ptr<net::ByteStream> stream, LinkOptions options,
           LinkUser &user)
    : d(std::make_shared<Private>(*this, loop, std::move(stream), options, user))
{
    d->begin();
}

Link::~Link()
{
    d->abandon();
}

std::unique_ptr<net::ByteStream> Link::open(const net::Visitor &visitor)
{
    return d->open(visitor);
}

void Link::sendControl(QByteArrayView lines)
{
    if (!d->isOver())
        d->sender().sendControl(wire::controlChunk(lines));
}

void Link::setQuota(qint64 kb)
{
    d->sender().setQuota(kb);
}

void Link::ping(std::function<void()> heard)
{
    d->askFor(std::move(heard));
}
void Link::setPingAfter(std::chrono::seconds pingAfter)
{
    d->setPingAfter(pingAfter);
}
void Link::close()
{
    d->close();
}
qsizetype Link::streamCount() const
{
    return d->streamCount();
}
qsizetype Link::queuedBytes() const
{
    return d->sender().queuedBytes();
}
std::chrono::milliseconds Link::roundTrip() const
{
    return d->roundTrip();
}
net::Peer Link::peer() const
{
    return d->peer();
}

} // namespace kite::link
