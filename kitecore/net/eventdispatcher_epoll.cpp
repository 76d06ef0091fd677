#include "kitecore/net/eventdispatcher_epoll.h"

#include <algorithm>
#include <cerrno>
#include <limits>

#include <QCoreApplication>
#include <QThread>

#include <poll.h>
#include <sys/eventfd.h>

namespace kite::net {

namespace {

using std::chrono::milliseconds;

// Of our own descriptors: no number of a socket is so high.
constexpr quint64 bellData = std::numeric_limits<quint64>::max();
constexpr quint64 notifiersData = bellData - 1;

constexpr int forever = -1;

void watch(SocketHandle epoll, SocketHandle descriptor, quint32 events, quint64 data)
{
    epoll_event event {};
    event.events = events;
    event.data.u64 = data;
    if (epoll_ctl(int(epoll), EPOLL_CTL_ADD, int(descriptor), &event) != 0)
        qFatal("No event loop: %s", qPrintable(qt_error_string(errno))); // no program without one
}

} // namespace

EventDispatcher::EventDispatcher()
    : m_home(epoll_create1(EPOLL_CLOEXEC))
    , m_bell(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
    moveInto(m_home.handle());
    m_bed = m_home.handle();
}

/// The thread that called it to its end may still be in the call.
EventDispatcher::~EventDispatcher()
{
    while (m_callers.load(std::memory_order_acquire) != 0)
        QThread::yieldCurrentThread();
}

EventDispatcher *EventDispatcher::ofThisThread()
{
    return qobject_cast<EventDispatcher *>(QThread::currentThread()->eventDispatcher());
}

bool EventDispatcher::invite(Guest &guest, SocketHandle epoll)
{
    if (m_guest != nullptr)
        return false;
    m_guest = &guest;
    m_bed = epoll;
    moveInto(epoll);
    return true;
}

void EventDispatcher::leave(const Guest &guest)
{
    if (m_guest != &guest)
        return;
    m_guest = nullptr;
    m_guestWaits = false;
    m_bed = m_home.handle();
}

/// Edges of the bell are enough: so nobody has to read it.
void EventDispatcher::moveInto(SocketHandle epoll) const
{
    watch(epoll, m_bell.handle(), EPOLLIN | EPOLLET, bellData);
    watch(epoll, m_notifiers.descriptor(), EPOLLIN, notifiersData);
}

bool EventDispatcher::processEvents(QEventLoop::ProcessEventsFlags flags)
{
    m_interrupted.store(false, std::memory_order_relaxed);
    if (m_sleep.exchange(Sleep::Awake) == Sleep::Called) // for what is served now
        flags.setFlag(QEventLoop::WaitForMoreEvents, false);
    Q_EMIT awake();
    QCoreApplication::sendPostedEvents();
    if (m_interrupted.load(std::memory_order_relaxed))
        return false;

    Events events; // NOLINT(cppcoreguidelines-pro-type-member-init): the kernel fills it
    const int count = wait(events, flags);
    bool any = give(std::span(events).first(std::size_t(std::max(count, 0))), flags);
    if (!flags.testFlag(QEventLoop::X11ExcludeTimers))
        any |= m_timers.fire();
    return any;
}

bool EventDispatcher::hasWork(QEventLoop::ProcessEventsFlags flags) const
{
    const bool notifies = !flags.testFlag(QEventLoop::ExcludeSocketNotifiers);
    return m_guestWaits || (notifies && m_notifiers.isReady())
        || m_interrupted.load(std::memory_order_relaxed);
}

/// In milliseconds, as epoll counts them.
int EventDispatcher::patience(QEventLoop::ProcessEventsFlags flags) const
{
    if (!flags.testFlag(QEventLoop::WaitForMoreEvents) || hasWork(flags))
        return 0;
    const auto due
        = flags.testFlag(QEventLoop::X11ExcludeTimers) ? std::nullopt : m_timers.nextDue();
    if (!due)
        return forever;
    const auto left = std::chrono::ceil<milliseconds>(*due - EventTimers::Clock::now()).count();
    return int(std::clamp<qint64>(left, 0, std::numeric_limits<int>::max()));
}

int EventDispatcher::wait(Events &events, QEventLoop::ProcessEventsFlags flags)
{
    int patience = this->patience(flags);
    if (patience != 0) {
        Q_EMIT aboutToBlock();
        patience = this->patience(flags); // for timers that were set just now
        auto expected = Sleep::Awake;
        if (!m_sleep.compare_exchange_strong(expected, Sleep::Asleep) || hasWork(flags))
            patience = 0; // called meanwhile
    }
    const int count = flags.testFlag(QEventLoop::ExcludeSocketNotifiers)
        ? waitForCalls(patience)
        : epoll_wait(int(m_bed), events.data(), maxEvents, patience);
    auto expected = Sleep::Asleep;
    m_sleep.compare_exchange_strong(expected, Sleep::Awake); // who was called stays so
    return count;
}

/// For those who want to hear of no socket, however much they have to tell.
int EventDispatcher::waitForCalls(int milliseconds) const
{
    pollfd bell {int(m_bell.handle()), POLLIN, 0};
    poll(&bell, 1, milliseconds);
    eventfd_t rings = 0;
    eventfd_read(int(m_bell.handle()), &rings); // fails where nobody has rung
    return 0;
}

/// @return whether there was anything to do.
bool EventDispatcher::give(std::span<epoll_event> events, QEventLoop::ProcessEventsFlags flags)
{
    bool notified = !flags.testFlag(QEventLoop::ExcludeSocketNotifiers) && m_notifiers.isReady();
    std::size_t ofGuest = 0;
    for (const auto &event : events) {
        if (event.data.u64 < notifiersData)
            events[ofGuest++] = event;
        else
            notified |= event.data.u64 == notifiersData;
    }
    bool any = false;
    if (m_guest != nullptr && (std::exchange(m_guestWaits, false) || ofGuest > 0)) {
        m_guest->eventsArrived(events.first(ofGuest));
        any = true;
    }
    if (notified)
        any |= m_notifiers.tell();
    return any;
}

void EventDispatcher::registerSocketNotifier(QSocketNotifier *notifier)
{
    m_notifiers.add(notifier);
}

void EventDispatcher::unregisterSocketNotifier(QSocketNotifier *notifier)
{
    m_notifiers.remove(notifier);
}

void EventDispatcher::registerTimer(int id, qint64 interval, Qt::TimerType type, QObject *object)
{
    m_timers.add(id, milliseconds(interval), type, object);
}

bool EventDispatcher::unregisterTimer(int id)
{
    return m_timers.remove(id);
}

bool EventDispatcher::unregisterTimers(QObject *object)
{
    return m_timers.removeAll(object);
}

QList<QAbstractEventDispatcher::TimerInfo> EventDispatcher::registeredTimers(QObject *object) const
{
    return m_timers.of(object);
}

int EventDispatcher::remainingTime(int id)
{
    const auto due = m_timers.dueOf(id);
    if (!due)
        return -1;
    const auto left = std::chrono::ceil<milliseconds>(*due - EventTimers::Clock::now()).count();
    return int(std::max<qint64>(left, 0));
}

/// From any thread. A system call only for one that sleeps.
void EventDispatcher::wakeUp()
{
    m_callers.fetch_add(1, std::memory_order_relaxed);
    if (m_sleep.exchange(Sleep::Called) == Sleep::Asleep)
        eventfd_write(int(m_bell.handle()), 1); // fails only where it has been rung 2^64 times
    m_callers.fetch_sub(1, std::memory_order_release);
}

void EventDispatcher::interrupt()
{
    m_interrupted.store(true, std::memory_order_relaxed);
    wakeUp();
}

std::unique_ptr<QAbstractEventDispatcher> coreDispatcher()
{
    return std::make_unique<EventDispatcher>();
}

} // namespace kite::net
