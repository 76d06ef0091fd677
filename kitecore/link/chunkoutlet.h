#pragma once

#include <memory>
#include <span>

#include "kitecore/link/chunkdensity.h"
#include "kitecore/link/flow.h"
#include "kitecore/link/sendqueue.h"

namespace kite::link {

/// Puts chunks into the link's bytes: heads, deflating and the sparseness that PageKite peers need.
class ChunkOutlet
{
public:
    struct Options
    {
        Dialect dialect = Dialect::PageKite;
        bool sparse = false;  ///< ChunkDensity applies
        bool deflate = false; ///< text may be sent compressed
    };

    ChunkOutlet(const Clock &clock, net::ByteStream &lower, Options options);

    /// A control chunk, ready made.
    void append(QByteArrayView chunk);
    /// A chunk of a flow's data, gathered with others until flush().
    void appendData(Flow &flow, QByteArrayView data);
    /// A chunk of a flow's data at once, uncompressed. @param bytes in all parts.
    /// @return false if nothing of it could be sent: it is still the caller's.
    bool sendData(Flow &flow, std::span<const QByteArrayView> parts, qsizetype bytes);
    /// The same, for data in a pipe, all of which is taken.
    void sendFrom(Flow &flow, net::Pipe &pipe);
    /// Whether data of this flow may have to be compressed, whatever it is.
    bool mayDeflate(const Flow &flow) const
    {
        return m_deflater && flow.deflate != Flow::Deflate::No;
    }
    /// Whether data of this flow is to be compressed; then only appendData() will do.
    bool deflates(Flow &flow, QByteArrayView data) const;
    /// The peer lost track, or says so (`ZRST`).
    void resetDeflate();

    void flush() { m_queue.flush(); }
    void unblock() { m_queue.unblock(); }
    bool isBlocked() const { return m_queue.isBlocked(); }
    bool isBroken() const { return m_queue.isBroken(); }
    qsizetype size() const { return m_queue.size(); }
    bool takeMoved() { return m_queue.takeMoved(); }

private:
    void appendDeflated(Flow &flow, QByteArrayView head, QByteArrayView data);
    void pad();
    void count(qsizetype chunkBytes);

    const Clock &m_clock;
    SendQueue m_queue;
    std::unique_ptr<ChunkDensity> m_density;
    std::unique_ptr<wire::ChunkDeflater> m_deflater;
};

} // namespace kite::link
