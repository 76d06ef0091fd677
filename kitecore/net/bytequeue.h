#pragma once

#include <cstring>

#include <QByteArray>

namespace kite::net {

/// Bytes that wait in order: added behind, taken in front. Once emptied it holds no memory: gives
/// it to the next queue of its thread that fills.
class ByteQueue
{
public:
    qsizetype size() const { return m_bytes.size() - m_taken; }
    bool isEmpty() const { return size() == 0; }
    QByteArrayView front() const { return QByteArrayView(m_bytes).sliced(m_taken); }

    /// @param bytes none of its own.
    void append(QByteArrayView bytes)
    {
        if (m_taken > m_bytes.size() / 2) { // what moves is less than what was taken
            m_bytes.remove(0, m_taken);
            m_taken = 0;
        }
        if (bytes.isEmpty())
            return;
        if (m_bytes.capacity() == 0)
            m_bytes = takeSpare();
        const auto before = m_bytes.size();
        m_bytes.resize(before + bytes.size());
        std::memcpy(m_bytes.data() + before, bytes.data(), std::size_t(bytes.size()));
    }

    /// Makes room for so many more: saves growing for each of many small parts.
    void reserve(qsizetype more)
    {
        if (m_bytes.capacity() == 0)
            m_bytes = takeSpare();
        m_bytes.reserve(m_bytes.size() + more);
    }

    void take(qsizetype bytes)
    {
        m_taken += bytes;
        if (m_taken == m_bytes.size())
            clear();
    }

    void clear();

private:
    static QByteArray takeSpare();

    QByteArray m_bytes;
    qsizetype m_taken = 0;
};

} // namespace kite::net
