#include "tests/support/loopback.h"

#ifdef Q_OS_WIN
#include <winsock2.h>
#else
#include <sys/socket.h>
#endif

namespace kite::test {

void resetOnClose(net::SocketHandle socket)
{
    const linger now {.l_onoff = 1, .l_linger = 0};
#ifdef Q_OS_WIN
    ::setsockopt(SOCKET(socket), SOL_SOCKET, SO_LINGER, reinterpret_cast<const char *>(&now),
                 sizeof now);
#else
    ::setsockopt(int(socket), SOL_SOCKET, SO_LINGER, &now, sizeof now);
#endif
}

} // namespace kite::test
