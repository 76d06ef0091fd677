#pragma once

#include <csignal>

namespace kite::net {

/// For sendfile() and splice(), which raise SIGPIPE where the other end has left, and have no flag
/// against it. Whoever has set a handler of its own keeps it. From any thread, any number of times.
/// POSIX only.
inline void ignoreBrokenPipes()
{
    struct sigaction now
    {
    };
    if (::sigaction(SIGPIPE, nullptr, &now) == 0 && now.sa_handler == SIG_DFL)
        std::signal(SIGPIPE, SIG_IGN);
}

} // namespace kite::net
