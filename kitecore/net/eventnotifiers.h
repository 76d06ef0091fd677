#pragma once

#include <map>
#include <vector>

#include <QSocketNotifier>

#include "kitecore/net/descriptor.h"

namespace kite::net {

/// The QSocketNotifiers of an event dispatcher: few, for what is not moved by the core. They have
/// an epoll descriptor of their own, which becomes readable when one of them has something to tell:
/// so whoever watches the same descriptor otherwise is no matter.
class EventNotifiers
{
    Q_DISABLE_COPY_MOVE(EventNotifiers)

public:
    EventNotifiers();

    SocketHandle descriptor() const { return m_epoll.handle(); }
    void add(QSocketNotifier *notifier);
    void remove(QSocketNotifier *notifier);
    /// Some are always ready: plain files, which no epoll watches.
    bool isReady() const { return !m_always.empty(); }
    /// Tells all that are ready; they may do anything. @return whether any was.
    bool tell();

private:
    using OfOneSocket = std::vector<QSocketNotifier *>; ///< of different types

    bool watch(SocketHandle socket, quint32 known, quint32 wanted) const;
    void collect();

    Descriptor m_epoll;
    std::map<SocketHandle, OfOneSocket> m_sockets;
    std::vector<QSocketNotifier *> m_always;
    std::vector<QSocketNotifier *> m_pending; ///< to be told, last first
};

} // namespace kite::net
