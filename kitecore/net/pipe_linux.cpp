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

Io failure(int error)
{
    if (error == EAGAIN || error == EWOULDBLOCK)
        return Io::blocked();
    return error == EPIPE ? Io::ended() : Io::failed();
}

} // namespace

Pipe::Pipe(Loop &)
{
    ignoreBrokenPipes();
    open();
}

void Pipe::open()
{
    std::array<int, 2> ends {-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
        qCWarning(lcNet) << "No pipe:" << qt_error_string(errno);
        return;
    }
    m_out = Descriptor(ends[0]);
    m_in = Descriptor(ends[1]);
    ::fcntl(ends[1], F_SETPIPE_SZ, pipeBytes); // a smaller one does, with more calls
}

Io Pipe::fill(SocketHandle from, qsizetype most)
{
    Q_ASSERT(m_bytes == 0);
    const auto bytes = uninterrupted([&] {
        return ::splice(int(from), nullptr, int(m_in.handle()), nullptr, size_t(most), spliceFlags);
    });
    if (bytes < 0)
        return failure(errno);
    m_bytes = bytes;
    return bytes > 0 ? Io::moved(bytes) : Io::ended();
}

Io Pipe::drain(SocketHandle to)
{
    qsizetype total = 0;
    while (m_bytes > 0) {
        const auto bytes = uninterrupted([&] {
            return ::splice(int(m_out.handle()), nullptr, int(to), nullptr, size_t(m_bytes),
                            spliceFlags);
        });
        if (bytes <= 0)
            return total > 0 ? Io::moved(total) : failure(errno);
        m_bytes -= bytes;
        total += bytes;
    }
    return Io::moved(total);
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
