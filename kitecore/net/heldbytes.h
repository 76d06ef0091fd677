#pragma once

#include <atomic>
#include <functional>
#include <limits>
#include <memory>
#include <utility>

#include <QtGlobal>

namespace kite::net {

/// Bytes of traffic that wait in memory for somebody to take them: of several threads together, as
/// far as each has told (HeldBytes::step). Thread-safe.
struct HeldTotal
{
    std::atomic<qint64> bytes = 0;
    std::atomic<qint64> limit = std::numeric_limits<qint64>::max();

    bool isUsedUp() const
    {
        return bytes.load(std::memory_order_relaxed) >= limit.load(std::memory_order_relaxed);
    }
};

/// What one thread holds of it. Costs an addition; others hear of each `step`.
class HeldBytes
{
    Q_DISABLE_COPY_MOVE(HeldBytes)

public:
    static constexpr qint64 step = qint64 {64} * 1024;

    HeldBytes() = default;
    ~HeldBytes() { leave(); }

    void add(qint64 bytes)
    {
        m_bytes += bytes;
        if (const auto news = m_bytes - m_told; news >= step || news <= -step)
            tell(news);
    }
    qint64 bytes() const { return m_bytes; }

    /// From now on part of `total`. @param full called from inside add() when it is used up, again
    /// and again; must not add.
    void join(std::shared_ptr<HeldTotal> total, std::function<void()> full)
    {
        leave();
        m_total = std::move(total);
        m_full = std::move(full);
        m_told = 0;
        tell(m_bytes);
    }
    void leave()
    {
        if (const auto total = std::exchange(m_total, nullptr))
            total->bytes.fetch_sub(m_told, std::memory_order_relaxed);
    }

private:
    void tell(qint64 news)
    {
        m_told = m_bytes;
        if (!m_total)
            return;
        m_total->bytes.fetch_add(news, std::memory_order_relaxed);
        if (news > 0 && m_total->isUsedUp())
            m_full();
    }

    qint64 m_bytes = 0;
    qint64 m_told = 0;
    std::shared_ptr<HeldTotal> m_total; ///< null: nobody adds up
    std::function<void()> m_full;
};

/// What somebody on this thread holds; given back when it goes.
class Held
{
    Q_DISABLE_COPY_MOVE(Held)

public:
    explicit Held(HeldBytes &all) : m_all(all) {}
    ~Held() { set(0); }

    void set(qint64 bytes)
    {
        if (bytes != m_bytes)
            m_all.add(bytes - std::exchange(m_bytes, bytes));
    }
    qint64 bytes() const { return m_bytes; }

private:
    HeldBytes &m_all;
    qint64 m_bytes = 0;
};

} // namespace kite::net
