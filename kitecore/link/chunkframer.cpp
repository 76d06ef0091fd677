#include "kitecore/link/chunkframer.h"

#include <algorithm>
#include <cstring>

#include <QRandomGenerator>

namespace kite::link {

void ChunkFramer::add(QByteArrayView bytes, net::ByteQueue &frames)
{
    while (!bytes.isEmpty()) {
        if (m_left > 0) {
            const auto payload = bytes.first(std::min(bytes.size(), m_left));
            addPayload(payload, frames);
            m_left -= payload.size();
            bytes = bytes.sliced(payload.size());
            continue;
        }
        const auto end = bytes.indexOf('\n');
        const auto line = end < 0 ? bytes : bytes.first(end + 1);
        m_line.append(line);
        bytes = bytes.sliced(line.size());
        if (end >= 0)
            sizeLineComplete(frames);
    }
}

void ChunkFramer::sizeLineComplete(net::ByteQueue &frames)
{
    bool isPlain = false;
    m_left = m_line.trimmed().toLongLong(&isPlain, 16);
    Q_ASSERT(isPlain && m_left > 0);
    m_line.clear();
    begin(wire::WebSocketOpcode::Binary, m_left, frames);
}

void ChunkFramer::addFrame(wire::WebSocketOpcode opcode, QByteArrayView payload,
                           net::ByteQueue &frames)
{
    Q_ASSERT(isBetweenChunks());
    begin(opcode, payload.size(), frames);
    addPayload(payload, frames);
}

void ChunkFramer::begin(wire::WebSocketOpcode opcode, qsizetype bytes, net::ByteQueue &frames)
{
    if (m_side == wire::WebSocketSide::Server)
        return frames.append(wire::webSocketFrameHead(opcode, bytes, std::nullopt));
    std::array<char, 4> key {}; // new for each frame, from the system's generator (RFC 6455, 5.3)
    const auto random = QRandomGenerator::system()->generate();
    std::memcpy(key.data(), &random, key.size());
    m_mask = wire::WebSocketMask(key);
    frames.append(wire::webSocketFrameHead(opcode, bytes, key));
}

void ChunkFramer::addPayload(QByteArrayView payload, net::ByteQueue &frames)
{
    if (m_side == wire::WebSocketSide::Server)
        return frames.append(payload);
    auto masked = payload.toByteArray();
    m_mask.apply({masked.data(), std::size_t(masked.size())});
    frames.append(masked);
}

} // namespace kite::link
