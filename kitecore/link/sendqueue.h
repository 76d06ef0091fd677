#pragma once

#include <span>

#include "kitecore/net/bytequeue.h"
#include "kitecore/net/bytestream.h"

namespace kite::link {

/// The bytes of a link that have found their place: rests of chunks, control chunks, small chunks
/// gathered, and the rest of what came by pipe. Everything else waits in its flow, where it can
/// still be merged and overtaken.
class SendQueue
{
public:
    /// @param lower outlives it. Only its interest in writing is touched.
    explicit SendQueue(net::ByteStream &lower) : m_lower(lower) {}

    void append(QByteArrayView bytes) { m_bytes.append(bytes); }
    /// Hands `head` and `data` to the lower stream behind what is queued, without copying what it
    /// takes. A chunk that went out in part is completed from here.
    /// @return false if nothing of the chunk was taken: it is still the caller's.
    bool send(QByteArrayView head, std::span<const QByteArrayView> data);
    /// The same, for data in a pipe, all of which is taken. Only where the lower stream is a plain
    /// socket.
    void sendFrom(QByteArrayView head, net::Pipe &pipe);
    void flush();

    qsizetype size() const { return m_bytes.size(); }
    /// The lower stream took less than it was given; unblock() when it says it is ready.
    bool isBlocked() const { return m_blocked; }
    void unblock();
    bool isBroken() const { return m_broken; }
    /// Whether anything left since this was asked last.
    bool takeMoved() { return std::exchange(m_moved, false); }

private:
    qsizetype write(std::span<const QByteArrayView> parts);
    qsizetype note(net::Io io);
    void block();

    net::ByteStream &m_lower;
    net::ByteQueue m_bytes;
    bool m_blocked = false;
    bool m_broken = false;
    bool m_moved = false;
};

} // namespace kite::link
