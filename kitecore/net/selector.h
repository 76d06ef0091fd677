#pragma once

#include <functional>
#include <memory>
#include <span>

#include "kitecore/net/poller.h"

namespace kite::net {

/// The operating system's way to wait for many sockets, below Poller: poller_epoll.cpp,
/// poller_kqueue.cpp, poller_notifier.cpp. Level-triggered.
class Selector
{
    Q_DISABLE_COPY_MOVE(Selector)

public:
    /// Something a socket has to tell. Ends and errors stand as both kinds of readiness.
    struct Event
    {
        SocketHandle socket = noSocket;
        quint32 generation = 0; ///< as last given to change(): which of the number's users is meant
        Readiness readiness;
    };
    static constexpr int maxEvents = 128; ///< a round; more wait for the next

    /// @param activated called from the Qt event loop when collect() has something to give.
    explicit Selector(std::function<void()> activated);
    ~Selector();

    /// @param before what this user of the socket wanted so far; nothing if it is new. With nothing
    /// wanted `now`, not even errors are told.
    void change(SocketHandle socket, quint32 generation, Readiness before, Readiness now);
    /// Whether the system stops watching a socket by itself when it is closed.
    static bool forgetsClosed();
    /// What is ready now, without waiting. Valid until the next call.
    std::span<const Event> collect();

    /// Whether the event loop itself sleeps in it: activated() comes whenever there may be
    /// something, with all there is or a turn's worth of it, so that it is not worth to look twice;
    /// and callSoon() works.
    bool isOfEventLoop() const;
    /// Makes activated() happen soon.
    void callSoon();

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace kite::net
