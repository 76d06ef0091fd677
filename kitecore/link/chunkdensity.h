#pragma once

#include <array>
#include <chrono>

#include <QtGlobal>

#include "kitecore/base/clock.h"

namespace kite::link {

/// Keeps the chunks we send sparse enough for pagekite.py, whose whole process dies when one read
/// of a link returns more than 150 of them (PROTOCOL.md, traps). It reads at most 50393 bytes at
/// once: where that many bytes would hold too many chunks, a chunk of padding has to go between.
class ChunkDensity
{
public:
    static constexpr qsizetype readBytes = 50'393;
    static constexpr size_t mostChunks = 140;
    /// Whoever has not read for so long is about to be lost anyway.
    static constexpr std::chrono::seconds readWithin {5};

    /// How many bytes have to come before the next chunk; 0: none.
    qsizetype paddingNeeded(Clock::Steady now) const;
    void sent(qsizetype chunkBytes, Clock::Steady now);

private:
    struct Sent
    {
        quint64 end = 0; ///< place in the link's bytes
        Clock::Steady at;
    };

    std::array<Sent, mostChunks> m_last {};
    size_t m_count = 0;
    quint64 m_total = 0;
};

} // namespace kite::link
