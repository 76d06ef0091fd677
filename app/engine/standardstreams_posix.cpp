#include "app/engine/standardstreams.h"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace kite::app {

void holdStandardStreams()
{
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; ++stream) {
        if (::fcntl(stream, F_GETFD) < 0 && errno == EBADF)
            ::open("/dev/null", O_RDWR); // the lowest free number: this one
    }
}

} // namespace kite::app
