#include "kitecore/net/selector.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include <QPointer>
#include <QSocketNotifier>

#include <sys/epoll.h>

#include "kitecore/base/logging.h"
#include "kitecore/net/eventdispatcher_epoll.h"

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

/// The event loop sleeps in its epoll descriptor where it is of our making; Qt's own watches it by
/// a notifier.
class Selector::Private final : public EventDispatcher::Guest
{
public:
    // The events stay unset.  NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init)
    explicit Private(std::function<void()> told)
        : activated(std::move(told))
        , epoll(epoll_create1(EPOLL_CLOEXEC))
    {
        if (!epoll.isOpen())
            qFatal("No epoll descriptor: %s",
                   qPrintable(qt_error_string(errno))); // no program without one
        auto *ours = EventDispatcher::ofThisThread();
        if (ours != nullptr && ours->invite(*this, epoll.handle())) {
            dispatcher = ours;
            return;
        }
        notifier.emplace(epoll.handle(), QSocketNotifier::Read);
        QObject::connect(&*notifier, &QSocketNotifier::activated, &*notifier, activated);
    }
    ~Private()
    {
        if (dispatcher)
            dispatcher->leave(*this);
    }

    bool control(int operation, SocketHandle socket, epoll_event event) const
    {
        return epoll_ctl(int(epoll.handle()), operation, int(socket), &event) == 0;
    }

    void eventsArrived(std::span<const epoll_event> all) override
    {
        arrived = all;
        activated();
        arrived = {};
    }

    std::span<const epoll_event> take()
    {
        if (!notifier)
            return std::exchange(arrived, {});
        const int count = epoll_wait(int(epoll.handle()), raw.data(), maxEvents, 0);
        return std::span(raw).first(std::size_t(std::max(count, 0)));
    }

    const std::function<void()> activated;
    const Descriptor epoll;
    QPointer<EventDispatcher> dispatcher;
    std::optional<QSocketNotifier> notifier;
    std::span<const epoll_event> arrived; ///< while they are told
    std::array<epoll_event, maxEvents> raw;
    std::array<Event, maxEvents> events;
};
static_assert(EventDispatcher::maxEvents <= Selector::maxEvents);

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
    const auto raw = d->take();
    std::ranges::transform(raw, d->events.begin(), unpack);
    return std::span(d->events).first(raw.size());
}

bool Selector::isOfEventLoop() const
{
    return !d->notifier;
}

void Selector::callSoon()
{
    if (d->dispatcher)
        d->dispatcher->callGuest();
}

} // namespace kite::net
