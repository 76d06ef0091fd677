#pragma once

#include <mutex>
#include <utility>
#include <vector>

#include <QCoreApplication>
#include <QEvent>
#include <QObject>

namespace kite::relay {

/// Letters from any thread to one object, which is woken by a custom event and then takes all that
/// wait. One event for many letters.
template <typename Letter>
class Mailbox
{
    Q_DISABLE_COPY_MOVE(Mailbox)

public:
    /// @param reader calls close() before it goes.
    explicit Mailbox(QObject *reader) : m_reader(reader) {}

    /// @return false if nobody will read it any more; the letter is destroyed then.
    bool post(Letter letter)
    {
        const std::lock_guard guard(m_lock);
        if (!m_reader)
            return false;
        m_letters.push_back(std::move(letter));
        if (m_letters.size() == 1)
            QCoreApplication::postEvent(m_reader, new QEvent(QEvent::User));
        return true;
    }

    std::vector<Letter> take()
    {
        const std::lock_guard guard(m_lock);
        return std::exchange(m_letters, {});
    }

    void close()
    {
        const auto unread = [this] {
            const std::lock_guard guard(m_lock);
            m_reader = nullptr;
            return std::exchange(m_letters, {});
        }(); // destroyed without the lock
    }

private:
    std::mutex m_lock;
    QObject *m_reader;
    std::vector<Letter> m_letters;
};

} // namespace kite::relay
