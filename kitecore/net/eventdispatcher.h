#pragma once

#include <memory>

#include <QAbstractEventDispatcher>

namespace kite::net {

/// What the Qt event loop of a thread waits with, where that thread mostly moves bytes: the sockets
/// of its Poller, Qt's notifiers, timers and calls from other threads by one system call. Qt's own
/// dispatcher needs three for each sleep: its poll, the poller's look at the sockets that is told
/// by it, and another to learn that there are no more.
///
/// Hand it to QCoreApplication::setEventDispatcher() before there is an application, or to
/// QThread::setEventDispatcher() before the thread starts; a Poller made on that thread finds it.
/// Not for threads with windows: their dispatcher is their platform's.
///
/// @return null where Qt's own is as good: on systems without epoll.
std::unique_ptr<QAbstractEventDispatcher> coreDispatcher();

} // namespace kite::net
