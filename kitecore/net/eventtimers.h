#pragma once

#include <chrono>
#include <map>
#include <optional>

#include <QAbstractEventDispatcher>

namespace kite::net {

/// The timers of an event dispatcher. None fires early. Precise ones fire up to a millisecond late,
/// coarse ones up to a twentieth of their interval, very coarse ones at a full second: so that many
/// of the same kind need one wake-up.
class EventTimers
{
public:
    using Clock = std::chrono::steady_clock;

    void add(int id, std::chrono::milliseconds interval, Qt::TimerType type, QObject *object);
    bool remove(int id);
    bool removeAll(QObject *object); ///< @return whether there were any
    QList<QAbstractEventDispatcher::TimerInfo> of(QObject *object) const;

    /// When the next one is due, but for those whose event is just being handled.
    std::optional<Clock::time_point> nextDue() const;
    std::optional<Clock::time_point> dueOf(int id) const;
    /// Sends events to the objects of all that are due, to each timer's once; they may do anything.
    /// @return whether any was.
    bool fire();

private:
    struct Timer
    {
        int id = 0;
        quint64 serial = 0; ///< ids are used again
        std::chrono::milliseconds interval {0};
        Qt::TimerType type = Qt::PreciseTimer;
        QObject *object = nullptr;
        bool isFiring = false; ///< its event is being handled: not again in a nested event loop
    };
    using ByDue = std::multimap<Clock::time_point, Timer>;

    static Clock::time_point dueAfter(const Timer &timer, Clock::time_point from);
    ByDue::const_iterator find(int id) const;
    ByDue::iterator firstDue(Clock::time_point now);
    void fire(ByDue::iterator due, Clock::time_point now);

    ByDue m_timers;
    quint64 m_lastSerial = 0;
};

} // namespace kite::net
