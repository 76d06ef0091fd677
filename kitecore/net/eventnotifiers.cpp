#include "kitecore/net/eventnotifiers.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>

#include <QCoreApplication>

#include <sys/epoll.h>

#include "kitecore/base/logging.h"

namespace kite::net {

namespace {

constexpr int maxEvents = 32; ///< a turn; more wait for the next

quint32 eventOf(const QSocketNotifier *notifier)
{
    switch (notifier->type()) {
    case QSocketNotifier::Read:
        return EPOLLIN;
    case QSocketNotifier::Write:
        return EPOLLOUT;
    case QSocketNotifier::Exception:
        break;
    }
    return EPOLLPRI;
}

quint32 eventsOf(std::span<QSocketNotifier *const> notifiers)
{
    quint32 events = 0;
    for (const auto *notifier : notifiers)
        events |= eventOf(notifier);
    return events;
}

} // namespace

EventNotifiers::EventNotifiers() : m_epoll(epoll_create1(EPOLL_CLOEXEC)) {}

void EventNotifiers::add(QSocketNotifier *notifier)
{
    const auto socket = SocketHandle(notifier->socket());
    auto &notifiers = m_sockets[socket];
    const auto known = eventsOf(notifiers);
    notifiers.push_back(notifier);
    if (watch(socket, known, eventsOf(notifiers)))
        return;
    if (errno == EPERM)
        m_always.push_back(notifier);
    else
        qCWarning(lcNet) << "Cannot watch descriptor" << socket << qt_error_string(errno);
}

void EventNotifiers::remove(QSocketNotifier *notifier)
{
    std::erase(m_pending, notifier);
    std::erase(m_always, notifier);
    const auto socket = SocketHandle(notifier->socket());
    const auto found = m_sockets.find(socket);
    if (found == m_sockets.end())
        return;
    auto &notifiers = found->second;
    const auto known = eventsOf(notifiers);
    std::erase(notifiers, notifier);
    watch(socket, known, eventsOf(notifiers)); // fails where it was closed first
    if (notifiers.empty())
        m_sockets.erase(found);
}

bool EventNotifiers::watch(SocketHandle socket, quint32 known, quint32 wanted) const
{
    epoll_event event {};
    event.events = wanted;
    event.data.fd = int(socket);
    const auto control = [this, &event](int operation) {
        return epoll_ctl(int(m_epoll.handle()), operation, event.data.fd, &event) == 0;
    };
    if (wanted == 0)
        return control(EPOLL_CTL_DEL);
    // Closed while it was watched, the number re-used: the kernel knows less than we, or more.
    return control(known == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD)
        || (errno == ENOENT && control(EPOLL_CTL_ADD))
        || (errno == EEXIST && control(EPOLL_CTL_MOD));
}

bool EventNotifiers::tell()
{
    collect();
    bool any = false;
    while (!m_pending.empty()) {
        auto *const notifier = m_pending.back();
        m_pending.pop_back();
        QEvent event(QEvent::SockAct);
        QCoreApplication::sendEvent(notifier, &event);
        any = true;
    }
    return any;
}

void EventNotifiers::collect()
{
    m_pending.insert(m_pending.end(), m_always.begin(), m_always.end());
    std::array<epoll_event, maxEvents> events; // NOLINT(cppcoreguidelines-pro-type-member-init)
    const int count = epoll_wait(int(m_epoll.handle()), events.data(), maxEvents, 0);
    for (const auto &event : std::span(events).first(std::size_t(std::max(count, 0)))) {
        const auto found = m_sockets.find(event.data.fd);
        if (found == m_sockets.end())
            continue;
        const bool over = (event.events & (EPOLLERR | EPOLLHUP)) != 0;
        for (auto *notifier : found->second) {
            if (over || (event.events & eventOf(notifier)) != 0)
                m_pending.push_back(notifier);
        }
    }
}

} // namespace kite::net
