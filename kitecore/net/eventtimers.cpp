#include "kitecore/net/eventtimers.h"

#include <algorithm>

#include <QCoreApplication>
#include <QTimerEvent>

namespace kite::net {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

namespace {

EventTimers::Clock::time_point roundedUp(EventTimers::Clock::time_point due, nanoseconds step)
{
    const auto beyond = due.time_since_epoch() % step;
    return beyond == nanoseconds(0) ? due : due + (step - beyond);
}

} // namespace

EventTimers::Clock::time_point EventTimers::dueAfter(const Timer &timer, Clock::time_point from)
{
    // One of 0 comes with every turn of the loop, but once in each.
    const auto due = from + std::max<nanoseconds>(timer.interval, nanoseconds(1));
    if (timer.type == Qt::VeryCoarseTimer)
        return roundedUp(due, seconds(1));
    const milliseconds slack = timer.interval / 20;
    if (timer.type == Qt::CoarseTimer && slack > milliseconds(0))
        return roundedUp(due, slack);
    return due;
}

void EventTimers::add(int id, milliseconds interval, Qt::TimerType type, QObject *object)
{
    const Timer timer {id, ++m_lastSerial, interval, type, object};
    m_timers.emplace(dueAfter(timer, Clock::now()), timer);
}

bool EventTimers::remove(int id)
{
    const auto timer = find(id);
    if (timer == m_timers.end())
        return false;
    m_timers.erase(timer);
    return true;
}

bool EventTimers::removeAll(QObject *object)
{
    return std::erase_if(m_timers, [object](auto &each) { return each.second.object == object; })
        > 0;
}

QList<QAbstractEventDispatcher::TimerInfo> EventTimers::of(QObject *object) const
{
    QList<QAbstractEventDispatcher::TimerInfo> timers;
    for (const auto &[due, timer] : m_timers) {
        if (timer.object == object)
            timers.append({timer.id, int(timer.interval.count()), timer.type});
    }
    return timers;
}

std::optional<EventTimers::Clock::time_point> EventTimers::nextDue() const
{
    const auto next
        = std::ranges::find_if(m_timers, [](auto &each) { return !each.second.isFiring; });
    return next == m_timers.end() ? std::nullopt : std::optional(next->first);
}

std::optional<EventTimers::Clock::time_point> EventTimers::dueOf(int id) const
{
    const auto timer = find(id);
    return timer == m_timers.end() ? std::nullopt : std::optional(timer->first);
}

bool EventTimers::fire()
{
    if (m_timers.empty())
        return false;
    const auto now = Clock::now();
    bool any = false;
    for (auto due = firstDue(now); due != m_timers.end(); due = firstDue(now)) {
        fire(due, now);
        any = true;
    }
    return any;
}

/// What comes again is put behind `now` before its event is sent: nobody is served twice.
void EventTimers::fire(ByDue::iterator due, Clock::time_point now)
{
    auto node = m_timers.extract(due);
    const Timer timer = node.mapped();
    node.mapped().isFiring = true;
    node.key() = dueAfter(timer, node.key());
    if (node.key() <= now)
        node.key() = dueAfter(timer, now);
    m_timers.insert(std::move(node));

    QTimerEvent event(timer.id);
    QCoreApplication::sendEvent(timer.object, &event);

    const auto after = std::ranges::find_if(
        m_timers, [&timer](auto &each) { return each.second.serial == timer.serial; });
    if (after != m_timers.end())
        after->second.isFiring = false;
}

EventTimers::ByDue::const_iterator EventTimers::find(int id) const
{
    return std::ranges::find_if(m_timers, [id](auto &each) { return each.second.id == id; });
}

EventTimers::ByDue::iterator EventTimers::firstDue(Clock::time_point now)
{
    for (auto timer = m_timers.begin(); timer != m_timers.end() && timer->first <= now; ++timer) {
        if (!timer->second.isFiring)
            return timer;
    }
    return m_timers.end();
}

} // namespace kite::net
