#pragma once

#include <QByteArray>

namespace kite::net {

/// Bytes that wait in order: added behind, taken in front. Holds no memory while it is empty.
class ByteQueue
{
public:
    qsizetype size() const { return m_bytes.size() - m_taken; }
    bool isEmpty() const { return size() == 0; }
    QByteArrayView front() const { return QByteArrayView(m_bytes).sliced(m_taken); }

    void append(QByteArrayView bytes)
    {
        if (m_taken > m_bytes.size() / 2) { // what moves is less than what was taken
            m_bytes.remove(0, m_taken);
            m_taken = 0;
        }
        m_bytes.append(bytes);
    }

    /// Makes room for so many more: saves growing for each of many small parts.
    void reserve(qsizetype more) { m_bytes.reserve(m_bytes.size() + more); }

    void take(qsizetype bytes)
    {
        m_taken += bytes;
        if (m_taken == m_bytes.size())
            clear();
    }

    void clear()
    {
        m_bytes = QByteArray();
        m_taken = 0;
    }

private:
    QByteArray m_bytes;
    qsizetype m_taken = 0;
};

} // namespace kite::net
