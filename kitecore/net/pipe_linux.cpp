#include "kitecore/net/pipe.h"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "kitecore/base/logging.h"
#include "kitecore/net/brokenpipes.h"

namespace kite::net {

namespace {

/// A place in it holds a page or a packet's bytes: enough for a chunk of small packets.
constexpr int pipeBytes = 512 * 1024;
/// Less, as users with many pipes get it, is slower than copying.
constexpr int leastPipeBytes = 64 * 1024;
constexpr unsigned spliceFlags = SPLICE_F_MOVE | SPLICE_F_NONBLOCK;

template <typename Call>
ssize_t uninterrupted(Call call)
{
    ssize_t bytes = 0;
    do {
        bytes = call();
    } while (bytes < 0 && errno == EINTR);
    return bytes;
}

} // namespace

Pipe::Pipe(Loop &)
{
    ignoreBrokenPipes();
    open();
}

void Pipe::open()
{
    m_in = {};
    m_out = {};
    std::array<int, 2> ends {-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
        qCWarning(lcNet) << "No pipe:" << qt_error_string(errno);
        return;
    }
    Descriptor out(ends[0]);
    Descriptor in(ends[1]);
    ::fcntl(ends[1], F_SETPIPE_SZ, pipeBytes);
    if (::fcntl(ends[1], F_GETPIPE_SZ) < leastPipeBytes)
        return;
    m_out = std::move(out);
    m_in = std::move(in);
}

/// By a sandbox, or a system that only looks like Linux: for good. What is in it can still be taken
/// out.
bool Pipe::closeIfRefused(int error)
{
    const bool isRefused = error == EINVAL || error == ENOSYS || error == EPERM || error == EACCES;
    if (isRefused)
        m_in = {};
    return isRefused;
}

Io Pipe::fill(SocketHandle from, qsizetype most)
{
    Q_ASSERT(m_bytes == 0);
    const auto bytes = uninterrupted([&] {
        return ::splice(int(from), nullptr, int(m_in.handle()), nullptr, size_t(most), spliceFlags);
    });
    if (bytes < 0) {
        const int error = errno;
        const bool isNotNow = error == EAGAIN || error == ENOMEM || closeIfRefused(error);
        return isNotNow ? Io::blocked() : Io::failed();
    }
    m_bytes = bytes;
    return bytes > 0 ? Io::moved(bytes) : Io::blocked();
}

qsizetype Pipe::drain(SocketHandle to)
{
    qsizetype total = 0;
    while (m_bytes > 0) {
        const auto bytes = uninterrupted([&] {
            return ::splice(int(m_out.handle()), nullptr, int(to), nullptr, size_t(m_bytes),
                            spliceFlags);
        });
        if (bytes < 0)
            closeIfRefused(errno);
        if (bytes <= 0)
            return total;
        m_bytes -= bytes;
        total += bytes;
    }
    return total;
}

std::optional<QByteArray> Pipe::takeRest()
{
    QByteArray rest(m_bytes, Qt::Uninitialized);
    while (m_bytes > 0) {
        char *const place = rest.data() + rest.size() - m_bytes;
        const auto bytes
            = uninterrupted([&] { return ::read(int(m_out.handle()), place, size_t(m_bytes)); });
        if (bytes <= 0) {
            m_bytes = 0;
            open(); // whatever is left in the old one
            return std::nullopt;
        }
        m_bytes -= bytes;
    }
    return rest;
}

} // namespace kite::net
