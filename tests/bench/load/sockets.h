#pragma once

#include <cstdint>
#include <span>
#include <utility>

#include <sys/epoll.h>

/// Loopback sockets for the load tool. What cannot go wrong on a sane machine ends the program
/// with a message: a measurement that half works is worth nothing.
namespace kite::bench {

/// Owns a file descriptor.
class Descriptor
{
public:
    Descriptor() = default;
    explicit Descriptor(int fd) : m_fd(fd) {}
    Descriptor(Descriptor &&other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}
    Descriptor &operator=(Descriptor &&other) noexcept;
    ~Descriptor() { close(); }

    int get() const { return m_fd; }
    bool isOpen() const { return m_fd >= 0; }
    void close();

private:
    int m_fd = -1;
};

/// Which sockets are ready; each is told by the pointer that it was added with.
class Epoll
{
public:
    Epoll();
    void add(const Descriptor &socket, std::uint32_t events, void *whose);
    void change(const Descriptor &socket, std::uint32_t events, void *whose);
    /// Waits that long at most (seconds). Valid until the next call.
    std::span<const epoll_event> wait(double seconds);

private:
    Descriptor m_epoll;
    epoll_event m_events[256] = {};
};

/// How sockets behave that have nothing to give or take.
enum class Mode { Blocking, NonBlocking };

/// Seconds of the monotonic clock.
double now();

/// To that port of this computer, without Nagle. Not open where that is refused at once; a
/// non-blocking one may still be on its way.
Descriptor dial(std::uint16_t port, Mode mode);
Descriptor listenOn(std::uint16_t port);
/// The next visitor, non-blocking, without Nagle; not open where there is none.
Descriptor accept(const Descriptor &listener);

class HeadReader;

/// How far the head of a message has come.
enum class Arrival { UnderWay, Whole, Broken };
/// Reads what has come of it. Broken: larger than we want to read, or the other end is gone.
Arrival receiveHead(const Descriptor &socket, HeadReader &reader);

/// In memory, with bytes that do not compress; rounded up to whole MiB.
Descriptor randomFile(std::int64_t bytes);

/// As many open files as the machine allows to this program.
void raiseOpenFiles();

[[noreturn]] void fail(const char *what);

} // namespace kite::bench
