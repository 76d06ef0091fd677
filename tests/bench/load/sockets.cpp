#include "tests/bench/load/sockets.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/load/messages.h"

namespace kite::bench {

namespace {

sockaddr_in loopback(std::uint16_t port)
{
    sockaddr_in address {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

Descriptor newSocket(Mode mode)
{
    const int flags = SOCK_CLOEXEC | (mode == Mode::NonBlocking ? SOCK_NONBLOCK : 0);
    Descriptor made(::socket(AF_INET, SOCK_STREAM | flags, 0));
    if (!made.isOpen())
        fail("socket");
    return made;
}

void withoutNagle(const Descriptor &socket)
{
    const int on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

} // namespace

Descriptor &Descriptor::operator=(Descriptor &&other) noexcept
{
    if (this != &other) {
        close();
        m_fd = std::exchange(other.m_fd, -1);
    }
    return *this;
}

void Descriptor::close()
{
    if (m_fd >= 0)
        ::close(std::exchange(m_fd, -1));
}

Epoll::Epoll() : m_epoll(::epoll_create1(EPOLL_CLOEXEC))
{
    if (!m_epoll.isOpen())
        fail("epoll_create1");
}

void Epoll::add(const Descriptor &socket, std::uint32_t events, void *whose)
{
    epoll_event event {events, {whose}};
    if (::epoll_ctl(m_epoll.get(), EPOLL_CTL_ADD, socket.get(), &event) < 0)
        fail("epoll_ctl");
}

void Epoll::change(const Descriptor &socket, std::uint32_t events, void *whose)
{
    epoll_event event {events, {whose}};
    if (::epoll_ctl(m_epoll.get(), EPOLL_CTL_MOD, socket.get(), &event) < 0)
        fail("epoll_ctl");
}

std::span<const epoll_event> Epoll::wait(double seconds)
{
    const auto whole = static_cast<std::time_t>(seconds);
    const timespec most {whole, static_cast<long>((seconds - static_cast<double>(whole)) * 1e9)};
    const int ready
        = ::epoll_pwait2(m_epoll.get(), m_events, int(std::size(m_events)), &most, nullptr);
    if (ready < 0 && errno != EINTR)
        fail("epoll_pwait2");
    return {m_events, static_cast<std::size_t>(ready < 0 ? 0 : ready)};
}

double now()
{
    timespec time {};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

Descriptor dial(std::uint16_t port, Mode mode)
{
    Descriptor made = newSocket(mode);
    withoutNagle(made);
    const sockaddr_in to = loopback(port);
    if (::connect(made.get(), reinterpret_cast<const sockaddr *>(&to), sizeof to) < 0
        && errno != EINPROGRESS)
        made.close();
    return made;
}

Descriptor listenOn(std::uint16_t port)
{
    constexpr int backlog = 4096;
    Descriptor made = newSocket(Mode::NonBlocking);
    const int on = 1;
    ::setsockopt(made.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const sockaddr_in at = loopback(port);
    if (::bind(made.get(), reinterpret_cast<const sockaddr *>(&at), sizeof at) < 0
        || ::listen(made.get(), backlog) < 0)
        fail("listen");
    return made;
}

Descriptor accept(const Descriptor &listener)
{
    Descriptor made(::accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (made.isOpen())
        withoutNagle(made);
    return made;
}

Arrival receiveHead(const Descriptor &socket, HeadReader &reader)
{
    char part[8192];
    const auto got = ::recv(socket.get(), part, sizeof part, 0);
    if (got <= 0)
        return got < 0 && errno == EAGAIN ? Arrival::UnderWay : Arrival::Broken;
    if (reader.take({part, static_cast<std::size_t>(got)}))
        return Arrival::Whole;
    return reader.isTooLarge() ? Arrival::Broken : Arrival::UnderWay;
}

Descriptor randomFile(std::int64_t bytes)
{
    constexpr std::int64_t mebibyte = 1 << 20;
    Descriptor file(::memfd_create("bench_load", MFD_CLOEXEC));
    std::vector<std::uint64_t> block(mebibyte / sizeof(std::uint64_t));
    std::uint64_t state = 88172645463325252U; // xorshift64, its author's seed
    for (std::int64_t done = 0; done < bytes; done += mebibyte) {
        for (std::uint64_t &word : block) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            word = state;
        }
        if (::write(file.get(), block.data(), mebibyte) != mebibyte)
            fail("memfd");
    }
    return file;
}

void raiseOpenFiles()
{
    rlimit limit {};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

void fail(const char *what)
{
    std::perror(what);
    std::exit(1);
}

} // namespace kite::bench
