#pragma once

#include <memory>
#include <vector>

#include "kitecore/net/descriptor.h"

namespace kite::net {

/// What a watcher wants to hear of, and what it is told.
struct Readiness
{
    bool read = false;
    bool write = false;
    bool operator==(const Readiness &) const = default;
};

/// Told when a descriptor can move bytes. May delete itself, or any other watcher, from inside: a
/// poller never calls a watcher that was forgotten.
class Watcher
{
public:
    virtual void ready(Readiness readiness) = 0;

protected:
    ~Watcher() = default;

private:
    friend class Poller;
    Readiness m_woken;   ///< by Poller::wake(), until it is told
    quint32 m_place = 0; ///< in the poller's line of the woken; 0: not in it
};

/// Called once after a round of events: whoever gathers small writes sends them then.
class RoundEnd
{
public:
    virtual void roundEnded() = 0;

protected:
    ~RoundEnd() = default;

private:
    friend class Poller;
    quint32 m_place = 0; ///< in the poller's line; 0: not in it
};

/// Watches the sockets of one thread inside its Qt event loop.
///
/// One epoll (Linux) or kqueue (macOS) descriptor behind one QSocketNotifier: 2,000 idle sockets
/// cost nothing at a wake-up, where a QSocketNotifier each costs 0.5 ms. On Windows: a notifier
/// each. With coreDispatcher() (eventdispatcher.h) the event loop itself sleeps in that epoll.
/// Level-triggered. Not thread-safe: one thread makes, uses and destroys it.
class Poller
{
    Q_DISABLE_COPY_MOVE(Poller)

public:
    Poller();
    ~Poller();

    /// Begins, changes or (with nothing wanted) pauses watching. A paused socket stays known, and
    /// its errors and hang-ups are told only once somebody wants something of it again. The system
    /// hears of changes at the end of a round.
    void watch(SocketHandle socket, Readiness wanted, Watcher *watcher);
    /// What becomes of a socket that is not watched any more.
    enum class Fate {
        Leaves, ///< It goes to another thread, or stays open elsewhere.
        Closes, ///< Next it is closed, and with it all there is of it.
    };
    /// Before the socket is closed or moved to another thread.
    void forget(SocketHandle socket, Fate fate = Fate::Leaves);

    /// Makes `watcher->ready(readiness)` happen in a later round, for bytes that no socket
    /// announces: read ahead by TLS, pushed back, or in memory. Several calls add up to one. Rounds
    /// with wakes look at the sockets too, so that neither starves the other.
    void wake(Watcher *watcher, Readiness readiness);
    void cancelWake(Watcher *watcher);

    /// Asks for one call at the end of this round of events (or soon, outside of one). What is
    /// asked for while a round ends still belongs to that end.
    void atRoundEnd(RoundEnd *listener);
    void cancelRoundEnd(RoundEnd *listener);

    /// Destroys an object once the running round is over: for objects that may be on the call
    /// stack.
    template <typename T>
    void retire(std::unique_ptr<T> object)
    {
        retireAny(std::shared_ptr<void>(std::move(object)));
    }

private:
    void retireAny(std::shared_ptr<void> object);

    class Private;
    std::unique_ptr<Private> d;
};

} // namespace kite::net
