#pragma once

#include <csignal>

namespace kite::net {

/// For sendfile() and splice(), which raise SIGPIPE where the other end has left, and have no flag
/// against it: they fail with EPIPE then, on this thread. What the process does with the signal
/// otherwise stays its own business; programs that this thread starts need allowBrokenPipes().
/// POSIX only.
inline void ignoreBrokenPipes()
{
    sigset_t brokenPipe;
    sigemptyset(&brokenPipe);
    sigaddset(&brokenPipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &brokenPipe, nullptr);
}

/// The opposite. In a child between fork() and exec(), too.
inline void allowBrokenPipes()
{
    sigset_t brokenPipe;
    sigemptyset(&brokenPipe);
    sigaddset(&brokenPipe, SIGPIPE);
    ::pthread_sigmask(SIG_UNBLOCK, &brokenPipe, nullptr);
}

} // namespace kite::net
