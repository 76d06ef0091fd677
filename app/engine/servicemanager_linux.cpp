#include "app/engine/servicemanager.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <ctime>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace kite::app {

namespace {

constexpr int firstSocket = 3;  ///< sd_listen_fds(3)
constexpr int mostSockets = 64; ///< more is a mistake

QByteArray take(const char *name)
{
    const QByteArray value = qgetenv(name);
    qunsetenv(name);
    return value;
}

/// Whether a variable names this process; without it everybody is meant.
bool isForUs(const QByteArray &pid, bool isNeeded)
{
    return pid.isEmpty() ? !isNeeded : pid.toLongLong() == ::getpid();
}

bool isListening(int descriptor)
{
    int listening = 0;
    socklen_t bytes = sizeof(listening);
    return ::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listening, &bytes) == 0
        && listening;
}

} // namespace

ServiceManager::ServiceManager(QObject *parent) : QObject(parent), m_address(take("NOTIFY_SOCKET"))
{
    const auto watchdogPid = take("WATCHDOG_PID");
    const std::chrono::microseconds watchdog(take("WATCHDOG_USEC").toLongLong());
    if (watchdog.count() > 0 && isForUs(watchdogPid, false)) {
        m_watchdog.setInterval(std::chrono::duration_cast<std::chrono::milliseconds>(watchdog / 2));
        connect(&m_watchdog, &QTimer::timeout, this, [this] { say("WATCHDOG=1"); });
    }
    const auto listenPid = take("LISTEN_PID");
    const int sockets = take("LISTEN_FDS").toInt();
    take("LISTEN_FDNAMES");
    if (!isForUs(listenPid, true))
        return;
    for (int i = 0; i < std::min(sockets, mostSockets); ++i) {
        const int descriptor = firstSocket + i;
        ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
        if (isListening(descriptor))
            m_sockets.emplace_back(descriptor);
    }
}

ServiceManager::~ServiceManager() = default;

std::vector<net::Descriptor> ServiceManager::takeSockets()
{
    return std::exchange(m_sockets, {});
}

void ServiceManager::ready()
{
    say("READY=1");
    if (m_watchdog.interval() > 0)
        m_watchdog.start();
}

void ServiceManager::reloading()
{
    timespec now {};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    const auto since = std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
    const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(since);
    say("RELOADING=1\nMONOTONIC_USEC=" + QByteArray::number(qint64(microseconds.count())));
}

void ServiceManager::stopping()
{
    say("STOPPING=1");
}

/// An address that begins with `@` stands in Linux's own namespace (unix(7)).
void ServiceManager::say(const QByteArray &state) const
{
    sockaddr_un to {};
    if (m_address.isEmpty() || m_address.size() >= qsizetype(sizeof(to.sun_path)))
        return;
    to.sun_family = AF_UNIX;
    std::memcpy(to.sun_path, m_address.constData(), size_t(m_address.size()));
    if (to.sun_path[0] == '@')
        to.sun_path[0] = '\0';
    const net::Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!socket.isOpen())
        return;
    const auto bytes = socklen_t(offsetof(sockaddr_un, sun_path) + size_t(m_address.size()));
    // Who does not take it does not want it.
    [[maybe_unused]] const auto sent
        = ::sendto(int(socket.handle()), state.constData(), size_t(state.size()), MSG_NOSIGNAL,
                   reinterpret_cast<const sockaddr *>(&to), bytes);
}

} // namespace kite::app
