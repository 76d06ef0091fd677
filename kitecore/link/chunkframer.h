#pragma once

#include "kitecore/net/bytequeue.h"
#include "kitecore/wire/websocketframe.h"

namespace kite::link {

/// Takes the size lines off plain chunks and puts WebSocket heads in their place; masks where the
/// side has to (RFC 6455, 5.3). Chunks may come in any parts.
class ChunkFramer
{
public:
    explicit ChunkFramer(wire::WebSocketSide side) : m_side(side) {}

    void add(QByteArrayView bytes, net::ByteQueue &frames);
    /// A frame of its own, between two chunks.
    void addFrame(wire::WebSocketOpcode opcode, QByteArrayView payload, net::ByteQueue &frames);
    bool isBetweenChunks() const { return m_left == 0 && m_line.isEmpty(); }

private:
    void begin(wire::WebSocketOpcode opcode, qsizetype bytes, net::ByteQueue &frames);
    void addPayload(QByteArrayView payload, net::ByteQueue &frames);
    void sizeLineComplete(net::ByteQueue &frames);

    const wire::WebSocketSide m_side;
    wire::WebSocketMask m_mask;
    QByteArray m_line;    ///< of the next chunk, as far as it came
    qsizetype m_left = 0; ///< of the chunk's body
};

} // namespace kite::link
