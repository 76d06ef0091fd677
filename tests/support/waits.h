#pragma once

#include <QAbstractEventDispatcher>
#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QTimer>

namespace kite::test {

/// Runs the event loop until `condition` holds. Never sleeps past it.
/// @return false after a minute: then it will not.
template <typename Condition>
bool eventually(Condition condition)
{
    const QDeadlineTimer late(60'000);
    QTimer alarm; // ends a wait in which nothing happens
    alarm.start(100);
    while (!condition()) {
        if (late.hasExpired())
            return false;
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
    return true;
}

/// Runs the event loop until nothing is left to do now.
/// @return false if there is always more: something spins.
inline bool settles()
{
    for (int i = 0; i < 1'000; ++i) {
        if (!QAbstractEventDispatcher::instance()->processEvents(QEventLoop::AllEvents))
            return true;
    }
    return false;
}

} // namespace kite::test
