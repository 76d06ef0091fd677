#include "kitecore/link/chunkoutlet.h"

#include <array>

#include "kitecore/link/textguess.h"
#include "kitecore/net/pipe.h"

namespace kite::link {

namespace {

/// Size line and head lines of a flow's next data chunk.
class Head
{
public:
    Head(const Flow &flow, qsizetype bytes) : m_plain(flow.sid, bytes)
    {
        if (flow.opening)
            m_opening = wire::openingChunkHead(flow.sid, *flow.opening, bytes);
    }
    QByteArrayView bytes() const
    {
        return m_opening.isEmpty() ? m_plain.bytes() : QByteArrayView(m_opening);
    }

private:
    wire::DataChunkHead m_plain;
    QByteArray m_opening;
};

QByteArrayView withoutSizeLine(QByteArrayView head)
{
    return head.sliced(head.indexOf('\n') + 1);
}

} // namespace

ChunkOutlet::ChunkOutlet(const Clock &clock, net::ByteStream &lower, Options options)
    : m_clock(clock)
    , m_queue(lower)
{
    if (options.sparse)
        m_density = std::make_unique<ChunkDensity>();
    if (options.deflate)
        m_deflater = std::make_unique<wire::ChunkDeflater>();
}

void ChunkOutlet::append(QByteArrayView chunk)
{
    pad();
    m_queue.append(chunk);
    count(chunk.size());
}

void ChunkOutlet::appendData(Flow &flow, QByteArrayView data)
{
    pad();
    const Head head(flow, data.size());
    if (deflates(flow, data)) {
        appendDeflated(flow, head.bytes(), data);
    } else {
        m_queue.append(head.bytes());
        m_queue.append(data);
        count(head.bytes().size() + data.size());
    }
    flow.opening.reset();
}

void ChunkOutlet::appendDeflated(Flow &flow, QByteArrayView head, QByteArrayView data)
{
    const std::array body {withoutSizeLine(head), data};
    bool gained = false;
    const QByteArray chunk = m_deflater->deflate(body, &gained);
    if (!gained)
        flow.deflate = Flow::Deflate::No;
    m_queue.append(chunk);
    count(chunk.size());
}

bool ChunkOutlet::sendData(Flow &flow, std::span<const QByteArrayView> parts, qsizetype bytes)
{
    pad();
    const Head head(flow, bytes);
    if (!m_queue.send(head.bytes(), parts))
        return false;
    count(head.bytes().size() + bytes);
    flow.opening.reset();
    return true;
}

void ChunkOutlet::sendFrom(Flow &flow, net::Pipe &pipe)
{
    pad();
    const Head head(flow, pipe.size());
    count(head.bytes().size() + pipe.size());
    m_queue.sendFrom(head.bytes(), pipe);
    flow.opening.reset();
}

bool ChunkOutlet::deflates(Flow &flow, QByteArrayView data) const
{
    if (!m_deflater || data.size() < wire::ChunkDeflater::minBytes)
        return false;
    if (flow.deflate == Flow::Deflate::Undecided)
        flow.deflate = looksLikeText(data) ? Flow::Deflate::Yes : Flow::Deflate::No;
    return flow.deflate == Flow::Deflate::Yes;
}

void ChunkOutlet::resetDeflate()
{
    if (m_deflater)
        m_deflater->reset();
}

void ChunkOutlet::pad()
{
    if (!m_density)
        return;
    const qsizetype bytes = m_density->paddingNeeded(m_clock.now());
    if (bytes == 0)
        return;
    // The data part of a NOOP chunk is a dummy for everybody (PROTOCOL.md, chunk heads).
    const QByteArrayView lines("NOOP: 1\r\n\r\n");
    QByteArray chunk = QByteArray::number(lines.size() + bytes, 16) + "\r\n";
    chunk += lines;
    chunk.append(bytes, '!');
    m_queue.append(chunk);
    count(chunk.size());
}

void ChunkOutlet::count(qsizetype chunkBytes)
{
    if (m_density)
        m_density->sent(chunkBytes, m_clock.now());
}

} // namespace kite::link
