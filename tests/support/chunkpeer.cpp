#include "tests/support/chunkpeer.h"

#include <array>

namespace kite::test {

ChunkPeer::ChunkPeer(std::unique_ptr<net::ByteStream> stream) : m_stream(std::move(stream))
{
    m_stream->setUser(this);
    resume();
}

void ChunkPeer::send(QByteArrayView bytes)
{
    m_unsent.append(bytes);
    push();
}

void ChunkPeer::push()
{
    while (!m_unsent.isEmpty()) {
        const auto io = m_stream->write(m_unsent);
        if (io.status == net::Io::Status::Moved) {
            m_unsent.remove(0, io.bytes);
            continue;
        }
        if (io.status != net::Io::Status::Blocked)
            m_unsent.clear();
        break;
    }
    m_stream->setInterest({m_stream->interest().read, !m_unsent.isEmpty()});
}

void ChunkPeer::streamReady(net::ByteStream &, net::Readiness readiness)
{
    if (readiness.write)
        push();
    if (!readiness.read)
        return;
    std::array<char, 65'536> buffer {};
    const auto io = m_stream->read(buffer);
    if (io.status == net::Io::Status::Moved)
        m_received.append(buffer.data(), io.bytes);
    m_ended |= io.status == net::Io::Status::Ended || io.status == net::Io::Status::Failed;
    if (m_ended)
        m_stream->setInterest({});
}

QByteArrayList ChunkPeer::takeChunks()
{
    QByteArrayList chunks;
    for (;;) {
        const auto lineEnd = m_received.indexOf("\r\n", m_told);
        if (lineEnd < 0)
            return chunks;
        bool isNumber = false;
        const auto size = m_received.mid(m_told, lineEnd - m_told).toLongLong(&isNumber, 16);
        if (!isNumber || m_received.size() < lineEnd + 2 + size)
            return chunks;
        const QByteArray body = m_received.mid(lineEnd + 2, size);
        const auto headEnd = body.indexOf("\r\n\r\n");
        const QByteArray data = body.mid(headEnd + 4);
        chunks.append(body.first(headEnd).replace("\r\n", "; ")
                      + (data.isEmpty() ? QByteArray() : " | " + data));
        m_told = lineEnd + 2 + size;
    }
}

QByteArray ChunkPeer::chunk(QByteArrayView lines, QByteArrayView data)
{
    const QByteArray head = lines.toByteArray().replace("; ", "\r\n") + "\r\n\r\n";
    return QByteArray::number(head.size() + data.size(), 16) + "\r\n" + head + data.toByteArray();
}

} // namespace kite::test
