#include "kitecore/net/selector.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include <QSocketNotifier>

#include <fcntl.h>
#include <sys/event.h>
#include <sys/time.h>

#include "kitecore/base/logging.h"

namespace kite::net {

namespace {

Selector::Event unpack(const struct kevent &event)
{
    const bool reads = event.filter == EVFILT_READ;
    const auto generation = quint32(reinterpret_cast<std::uintptr_t>(event.udata));
    return {SocketHandle(event.ident), generation, {reads, !reads}};
}

} // namespace

class Selector::Private
{
public:
    explicit Private(std::function<void()> activated)
        : queue(kqueue())
        , notifier(queue.handle(), QSocketNotifier::Read)
    {
        if (!queue.isOpen())
            qFatal("No kqueue descriptor: %s", std::strerror(errno)); // no program without one
        fcntl(int(queue.handle()), F_SETFD, FD_CLOEXEC);
        QObject::connect(&notifier, &QSocketNotifier::activated, &notifier, std::move(activated));
    }

    bool apply(SocketHandle socket, quint32 generation, int filter, unsigned flags) const
    {
        struct kevent change;
        EV_SET(&change, std::uintptr_t(socket), std::int16_t(filter), std::uint16_t(flags), 0, 0,
               reinterpret_cast<void *>(std::uintptr_t(generation)));
        return kevent(int(queue.handle()), &change, 1, nullptr, 0, nullptr) == 0;
    }

    void set(SocketHandle socket, quint32 generation, int filter, bool wanted)
    {
        // A filter that is not there cannot be taken away: the socket was closed before.
        if (!apply(socket, generation, filter, wanted ? EV_ADD : EV_DELETE) && wanted)
            qCWarning(lcNet) << "Cannot watch socket" << socket << std::strerror(errno);
    }

    Descriptor queue;
    QSocketNotifier notifier;
    std::array<struct kevent, maxEvents> raw;
    std::array<Event, maxEvents> events;
};

Selector::Selector(std::function<void()> activated)
    : d(std::make_unique<Private>(std::move(activated)))
{
}

Selector::~Selector() = default;

void Selector::change(SocketHandle socket, quint32 generation, Readiness before, Readiness now)
{
    if (before.read != now.read)
        d->set(socket, generation, EVFILT_READ, now.read);
    if (before.write != now.write)
        d->set(socket, generation, EVFILT_WRITE, now.write);
}

bool Selector::forgetsClosed()
{
    return true;
}

std::span<const Selector::Event> Selector::collect()
{
    constexpr timespec noWait {};
    const int count = kevent(int(d->queue.handle()), nullptr, 0, d->raw.data(), maxEvents, &noWait);
    for (int i = 0; i < count; ++i)
        d->events[std::size_t(i)] = unpack(d->raw[std::size_t(i)]);
    return std::span(d->events).first(std::size_t(std::max(count, 0)));
}

bool Selector::isOfEventLoop() const
{
    return false;
}

void Selector::callSoon() {}

} // namespace kite::net
