#include "kitecore/net/bytequeue.h"

#include <array>

namespace kite::net {

namespace {

/// Larger than what a link gathers in a round (64 KiB), or what a read brings: those come back.
constexpr qsizetype largest = qsizetype {128} * 1024;
/// The system's allocator is quick enough for less.
constexpr qsizetype smallest = 1024;

/// Memory of this thread's queues that became empty, for those that fill next: of a few, so that
/// little of it is ever in the wrong place.
struct Spares
{
    std::array<QByteArray, 4> buffers;
    std::size_t count = 0;
};
thread_local Spares spares;

} // namespace

QByteArray ByteQueue::takeSpare()
{
    return spares.count > 0 ? std::move(spares.buffers[--spares.count]) : QByteArray();
}

void ByteQueue::clear()
{
    m_taken = 0;
    const auto capacity = m_bytes.capacity();
    const bool fits = capacity >= smallest && capacity <= largest;
    if (!fits || spares.count == spares.buffers.size()) {
        m_bytes = QByteArray();
        return;
    }
    m_bytes.resize(0);
    spares.buffers[spares.count++] = std::exchange(m_bytes, {});
}

} // namespace kite::net
