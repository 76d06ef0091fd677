#include "kitecore/share/directsend.h"

#include <cerrno>

#include <sys/sendfile.h>

#include "kitecore/net/brokenpipes.h"

namespace kite::share {

DirectSend sendDirectly(net::SocketHandle socket, const OpenFile &file, quint64 offset,
                        quint64 bytes)
{
    thread_local const bool isReady = (net::ignoreBrokenPipes(), true);
    Q_UNUSED(isReady)

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
