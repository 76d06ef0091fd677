#include "app/cli/screenwrite.h"

#include <algorithm>
#include <cerrno>
#include <climits>

#include <poll.h>
#include <unistd.h>

namespace kite::cli {

std::optional<qsizetype> writeWithoutWaiting(std::FILE *to, QByteArrayView bytes,
                                             std::chrono::milliseconds patience)
{
    // A pipe that is ready takes so much at once (pipe(7)). Not O_NONBLOCK: the terminal or pipe
    // behind it may be others', too.
    constexpr qsizetype most = PIPE_BUF;
    pollfd ready {::fileno(to), POLLOUT, 0};
    if (::poll(&ready, 1, int(patience.count())) <= 0)
        return 0;
    const auto written = ::write(ready.fd, bytes.data(), size_t(std::min(bytes.size(), most)));
    if (written >= 0)
        return written;
    return errno == EINTR || errno == EAGAIN ? std::optional<qsizetype>(0) : std::nullopt;
}

bool isTerminal(std::FILE *file)
{
    return ::isatty(::fileno(file)) == 1;
}

} // namespace kite::cli
