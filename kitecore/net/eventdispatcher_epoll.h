#pragma once

#include <array>
#include <atomic>
#include <span>

#include <sys/epoll.h>

#include "kitecore/net/descriptor.h"
#include "kitecore/net/eventdispatcher.h"
#include "kitecore/net/eventnotifiers.h"
#include "kitecore/net/eventtimers.h"

namespace kite::net {

/// coreDispatcher() on Linux. It sleeps in the epoll descriptor of the thread's poller, where it
/// puts descriptors of its own besides: one that other threads wake it by, one for Qt's notifiers.
class EventDispatcher final : public QAbstractEventDispatcher
{
    Q_OBJECT

public:
    /// The poller's side of it.
    class Guest
    {
    public:
        /// Called once a turn, if there are any events or it was asked for.
        virtual void eventsArrived(std::span<const epoll_event> events) = 0;

    protected:
        ~Guest() = default;
    };
    static constexpr int maxEvents = 128; ///< a turn; more wait for the next

    EventDispatcher();
    ~EventDispatcher() override;

    /// Null: this thread has another.
    static EventDispatcher *ofThisThread();
    /// Sleeps in this epoll descriptor from now on; `data.u64` of its events is less than
    /// the two largest numbers.
    /// @return false: somebody else's stays.
    bool invite(Guest &guest, SocketHandle epoll);
    void leave(const Guest &guest);
    /// Makes Guest::eventsArrived() happen soon. On this thread.
    void callGuest() { m_guestWaits = true; }

    bool processEvents(QEventLoop::ProcessEventsFlags flags) override;
    void registerSocketNotifier(QSocketNotifier *notifier) override;
    void unregisterSocketNotifier(QSocketNotifier *notifier) override;
    void registerTimer(int id, qint64 interval, Qt::TimerType type, QObject *object) override;
    bool unregisterTimer(int id) override;
    bool unregisterTimers(QObject *object) override;
    QList<TimerInfo> registeredTimers(QObject *object) const override;
    int remainingTime(int id) override;
    void wakeUp() override;
    void interrupt() override;

private:
    enum class Sleep : quint8 {
        Awake,
        Asleep, ///< or about to be
        Called, ///< Somebody wants that it does not sleep.
    };
    using Events = std::array<epoll_event, maxEvents>;

    bool hasWork(QEventLoop::ProcessEventsFlags flags) const;
    int patience(QEventLoop::ProcessEventsFlags flags) const;
    int wait(Events &events, QEventLoop::ProcessEventsFlags flags);
    int waitForCalls(int milliseconds) const;
    bool give(std::span<epoll_event> events, QEventLoop::ProcessEventsFlags flags);
    void moveInto(SocketHandle epoll) const;

    const Descriptor m_home; ///< to sleep in without a guest
    const Descriptor m_bell; ///< rung by other threads while it sleeps
    EventNotifiers m_notifiers;
    EventTimers m_timers;
    Guest *m_guest = nullptr;
    SocketHandle m_bed = noSocket; ///< what it sleeps in
    bool m_guestWaits = false;
    std::atomic<Sleep> m_sleep = Sleep::Awake;
    std::atomic<bool> m_interrupted = false;
    std::atomic<int> m_callers = 0; ///< in wakeUp() now
};

} // namespace kite::net
