#include "kitecore/link/chunkdensity.h"

namespace kite::link {

qsizetype ChunkDensity::paddingNeeded(Clock::Steady now) const
{
    if (m_count < mostChunks)
        return 0;
    const Sent &oldest = m_last[m_count % mostChunks];
    const auto since = qsizetype(m_total - oldest.end);
    return since >= readBytes || now - oldest.at >= readWithin ? 0 : readBytes - since;
}

void ChunkDensity::sent(qsizetype chunkBytes, Clock::Steady now)
{
    m_total += quint64(chunkBytes);
    m_last[m_count % mostChunks] = {m_total, now};
    ++m_count;
}

} // namespace kite::link
