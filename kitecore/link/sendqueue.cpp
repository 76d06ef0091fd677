#include "kitecore/link/sendqueue.h"

#include <algorithm>

#include <QVarLengthArray>

#include "kitecore/net/pipe.h"
#include "kitecore/net/socketcalls.h"

namespace kite::link {

bool SendQueue::send(QByteArrayView head, std::span<const QByteArrayView> data)
{
    QVarLengthArray<QByteArrayView, 8> parts;
    if (!m_bytes.isEmpty())
        parts.append(m_bytes.front());
    const qsizetype queued = m_bytes.size();
    const qsizetype first = parts.size();
    parts.append(head);
    for (QByteArrayView part : data)
        parts.append(part);

    qsizetype taken = write({parts.data(), size_t(parts.size())});
    m_bytes.take(std::min(taken, queued));
    taken -= queued;
    if (taken <= 0) {
        block();
        return false;
    }
    for (qsizetype i = first; i < parts.size(); ++i) {
        const qsizetype sent = std::min(taken, parts[i].size());
        m_bytes.append(parts[i].sliced(sent));
        taken -= sent;
    }
    if (!m_bytes.isEmpty())
        block();
    return true;
}

void SendQueue::sendFrom(QByteArrayView head, net::Pipe &pipe)
{
    const net::SocketHandle socket = m_lower.plainSocket();
    m_bytes.append(head);
    m_bytes.take(note(net::calls::sendAhead(socket, m_bytes.front())));
    if (m_bytes.isEmpty())
        pipe.drain(socket);
    if (const auto rest = pipe.takeRest())
        m_bytes.append(*rest);
    else
        m_broken = true; // a part of a chunk is missing
    if (!m_bytes.isEmpty())
        block();
}

void SendQueue::flush()
{
    if (m_bytes.isEmpty() || m_blocked)
        return;
    const QByteArrayView all = m_bytes.front();
    m_bytes.take(write({&all, 1}));
    if (!m_bytes.isEmpty())
        block();
}

qsizetype SendQueue::write(std::span<const QByteArrayView> parts)
{
    return note(m_lower.write(parts));
}

qsizetype SendQueue::note(net::Io io)
{
    m_broken |= io.status == net::Io::Status::Failed || io.status == net::Io::Status::Ended;
    m_moved |= io.bytes > 0;
    return io.bytes;
}

void SendQueue::block()
{
    m_blocked = true;
    m_lower.setInterest({m_lower.interest().read, true});
}

void SendQueue::unblock()
{
    m_blocked = false;
    m_lower.setInterest({m_lower.interest().read, false});
}

} // namespace kite::link
