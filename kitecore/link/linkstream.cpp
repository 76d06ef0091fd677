#include "kitecore/link/linkstream.h"

#include <algorithm>
#include <cstring>

#include <QVarLengthArray>

#include "kitecore/base/limits.h"

namespace kite::link {

LinkStream::LinkStream(net::Loop &loop, Home &home, Flow &flow, net::Peer peer,
                       std::shared_ptr<void> place)
    : m_loop(loop)
    , m_home(&home)
    , m_flow(&flow)
    , m_peer(std::move(peer))
    , m_place(std::move(place))
    , m_held(loop.held())
{
    flow.stream = this;
}

LinkStream::~LinkStream()
{
    m_loop.poller().cancelWake(this);
    if (m_gone)
        *m_gone = true;
    if (!m_flow)
        return;
    m_flow->stream = nullptr;
    m_home->streamGone(*m_flow);
}

bool LinkStream::isAwaited() const
{
    return user() && interest().read && m_backlog.isEmpty() && !hasUnread();
}

qsizetype LinkStream::offer(QByteArrayView data)
{
    return isAwaited() ? user()->dataArrived(*this, data) : 0;
}

net::SocketHandle LinkStream::pipedTo(qsizetype bytes) const
{
    return isAwaited() ? user()->pipedTo(*this, bytes) : net::noSocket;
}

void LinkStream::piped(qsizetype bytes)
{
    if (user())
        user()->piped(*this, bytes);
}

void LinkStream::keep(QByteArrayView data)
{
    m_backlog.append(data);
    m_held.set(m_backlog.size());
    arm();
}

void LinkStream::endReading(Ending how)
{
    if (m_ending != Ending::None)
        return;
    m_ending = how;
    arm();
}

void LinkStream::roomCame()
{
    arm();
}

void LinkStream::linkOver()
{
    m_flow = nullptr;
    m_home = nullptr;
    endReading(Ending::Broken);
    arm();
}

net::Io LinkStream::readSome(std::span<char> into)
{
    if (m_backlog.isEmpty()) {
        return m_ending == Ending::None ? net::Io::blocked()
            : m_ending == Ending::Ended ? net::Io::ended()
                                        : net::Io::failed();
    }
    const qsizetype bytes = std::min(qsizetype(into.size()), m_backlog.size());
    std::memcpy(into.data(), m_backlog.front().data(), size_t(bytes));
    m_backlog.take(bytes);
    m_held.set(m_backlog.size());
    if (m_flow)
        m_home->taken(*m_flow, bytes);
    return net::Io::moved(bytes);
}

net::Io LinkStream::write(std::span<const QByteArrayView> parts)
{
    if (!m_flow || m_shut || m_flow->heard.write)
        return net::Io::ended();
    QVarLengthArray<QByteArrayView, 8> fitting;
    const qsizetype room = m_home->roomFor(*m_flow);
    qsizetype bytes = 0;
    for (QByteArrayView part : parts) {
        part = part.first(std::min(part.size(), room - bytes));
        if (part.isEmpty())
            continue;
        fitting.append(part);
        bytes += part.size();
    }
    if (bytes == 0)
        return net::Io::blocked();
    m_home->write(*m_flow, {fitting.data(), size_t(fitting.size())}, bytes);
    return net::Io::moved(bytes);
}

/// Whoever reads only what fits must get to the write that says that nobody reads.
qsizetype LinkStream::writeRoom() const
{
    if (m_shut)
        return 0;
    return m_flow && !m_flow->heard.write ? m_home->roomFor(*m_flow) : limits::readBytes;
}

qsizetype LinkStream::pipeRoom() const
{
    return m_shut || !m_flow || m_flow->heard.write ? 0 : m_home->pipeRoomFor(*m_flow);
}

qsizetype LinkStream::queuedBytes() const
{
    return m_flow ? m_flow->waiting.size() : 0;
}

void LinkStream::shutdownWrite()
{
    if (std::exchange(m_shut, true) || !m_flow)
        return;
    m_home->endWriting(*m_flow);
}

void LinkStream::detach()
{
    Q_ASSERT_X(false, "LinkStream::detach", "stays with its link");
}

void LinkStream::attach(net::Loop &loop)
{
    Q_UNUSED(loop)
    Q_ASSERT_X(false, "LinkStream::attach", "stays with its link");
}

void LinkStream::interestChanged()
{
    arm();
}

void LinkStream::wakeUser(net::Readiness readiness)
{
    m_loop.poller().wake(this, readiness);
}

bool LinkStream::canWrite() const
{
    if (!m_flow || m_flow->heard.write)
        return true; // to hear that nobody reads
    return m_shut ? m_flow->waiting.isEmpty() : m_home->roomFor(*m_flow) > 0;
}

net::Readiness LinkStream::readiness() const
{
    const bool readable = !m_backlog.isEmpty() || m_ending != Ending::None || hasUnread();
    return {interest().read && readable, interest().write && canWrite()};
}

/// Readiness is level-triggered: as long as something can be done, there is a next wake-up.
void LinkStream::arm()
{
    const net::Readiness now = readiness();
    if (now.read || now.write)
        m_loop.poller().wake(this, now);
    if (interest().write && !now.write)
        m_home->awaitRoom(*m_flow);
}

void LinkStream::ready(net::Readiness)
{
    bool gone = false;
    m_gone = &gone;
    tellUser(readiness());
    if (gone)
        return;
    m_gone = nullptr;
    arm();
}

} // namespace kite::link
