#include "kitecore/net/selector.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <QSocketNotifier>

#include <sys/epoll.h>

#include "kitecore/base/logging.h"

namespace kite::net {

namespace {

quint64 pack(SocketHandle socket, quint32 generation)
{
    return quint64(generation) << 32 | quint32(socket);
}

Selector::Event unpack(const epoll_event &event)
{
    const bool over = (event.events & (EPOLLERR | EPOLLHUP)) != 0;
    return {SocketHandle(quint32(event.data.u64)),
            quint32(event.data.u64 >> 32),
            {over || (event.events & EPOLLIN) != 0, over || (event.events & EPOLLOUT) != 0}};
}

} // namespace

class Selector::Private
{
public:
    // The events stay unset.  NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init)
    explicit Private(std::function<void()> activated)
        : epoll(epoll_create1(EPOLL_CLOEXEC))
        , notifier(epoll.handle(), QSocketNotifier::Read)
    {
        if (!epoll.isOpen())
            qFatal("No epoll descriptor: %s",
                   qPrintable(qt_error_string(errno))); // no program without one
        QObject::connect(&notifier, &QSocketNotifier::activated, &notifier, std::move(activated));
    }

    bool control(int operation, SocketHandle socket, epoll_event event) const
    {
        return epoll_ctl(int(epoll.handle()), operation, int(socket), &event) == 0;
    }

    Descriptor epoll;
    QSocketNotifier notifier;
    std::array<epoll_event, maxEvents> raw;
    std::array<Event, maxEvents> events;
};

Selector::Selector(std::function<void()> activated)
    : d(std::make_unique<Private>(std::move(activated)))
{
}

Selector::~Selector() = default;

void Selector::change(SocketHandle socket, quint32 generation, Readiness before, Readiness now)
{
    epoll_event event {};
    event.events = (now.read ? EPOLLIN : 0U) | (now.write ? EPOLLOUT : 0U);
    event.data.u64 = pack(socket, generation);
    if (event.events == 0) {
        // epoll tells hang-ups and errors even to those who want nothing: take it out altogether.
        d->control(EPOLL_CTL_DEL, socket, event);
        return;
    }
    const bool isNew = before == Readiness {};
    if (d->control(isNew ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, event))
        return;
    // Closed without forget(), the number re-used: the kernel knows less than the slot, or more.
    const int other = errno == ENOENT ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    if ((errno != ENOENT && errno != EEXIST) || !d->control(other, socket, event))
        qCWarning(lcNet) << "Cannot watch socket" << socket << qt_error_string(errno);
}

bool Selector::forgetsClosed()
{
    return true;
}

std::span<const Selector::Event> Selector::collect()
{
    const int count = epoll_wait(int(d->epoll.handle()), d->raw.data(), maxEvents, 0);
    for (int i = 0; i < count; ++i)
        d->events[std::size_t(i)] = unpack(d->raw[std::size_t(i)]);
    return std::span(d->events).first(std::size_t(std::max(count, 0)));
}

} // namespace kite::net
