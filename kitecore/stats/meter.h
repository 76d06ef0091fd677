#pragma once

#include <atomic>

#include <QtGlobal>

namespace kite::stats {

/// Counts of one kite. Written on the thread that moves its bytes, read from any.
/// "In" is what visitors send, "out" what they get.
class Meter
{
    Q_DISABLE_COPY_MOVE(Meter)

public:
    Meter() = default;

    void addIn(qint64 bytes) { add(m_in, bytes); }
    void addOut(qint64 bytes) { add(m_out, bytes); }
    void streamOpened()
    {
        add(m_streams, 1);
        add(m_visits, 1);
    }
    void streamClosed() { add(m_streams, -1); }

    qint64 in() const { return m_in.load(std::memory_order_relaxed); }
    qint64 out() const { return m_out.load(std::memory_order_relaxed); }
    qint64 streams() const { return m_streams.load(std::memory_order_relaxed); } ///< open now
    qint64 visits() const { return m_visits.load(std::memory_order_relaxed); }   ///< ever opened

private:
    using Count = std::atomic<qint64>;
    static void add(Count &count, qint64 by) { count.fetch_add(by, std::memory_order_relaxed); }

    Count m_in = 0;
    Count m_out = 0;
    Count m_streams = 0;
    Count m_visits = 0;
};

} // namespace kite::stats
