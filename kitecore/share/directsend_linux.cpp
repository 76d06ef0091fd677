#include "kitecore/share/directsend.h"

#include <cerrno>
#include <csignal>

#include <sys/sendfile.h>

namespace kite::share {

namespace {

/// sendfile() to a visitor who has left raises SIGPIPE, and no flag prevents it. Whoever has set a
/// handler of its own keeps it.
bool ignoreBrokenPipes()
{
    struct sigaction now
    {
    };
    if (::sigaction(SIGPIPE, nullptr, &now) == 0 && now.sa_handler == SIG_DFL)
        std::signal(SIGPIPE, SIG_IGN);
    return true;
}

} // namespace

DirectSend sendDirectly(net::SocketHandle socket, const OpenFile &file, quint64 offset,
                        quint64 bytes)
{
    static const bool brokenPipesAreIgnored = ignoreBrokenPipes();
    Q_UNUSED(brokenPipesAreIgnored)

    auto position = off_t(offset);
    ssize_t sent = -1;
    do
        sent = ::sendfile(int(socket), int(file.handle().value()), &position, bytes);
    while (sent < 0 && errno == EINTR);
    if (sent > 0)
        return {net::Io::moved(sent)};
    if (sent == 0) // the file ends here now
        return {net::Io::failed()};
    switch (errno) {
    case EAGAIN:
        return {net::Io::blocked()};
    case EINVAL: // a file system that cannot
    case ENOSYS:
    case EOVERFLOW:
        return {net::Io::blocked(), false};
    case EPIPE:
    case ECONNRESET:
        return {net::Io::ended()};
    default:
        return {net::Io::failed()};
    }
}

} // namespace kite::share
