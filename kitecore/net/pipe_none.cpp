#include "kitecore/net/pipe.h"

namespace kite::net {

Pipe::Pipe(Loop &) {}

Io Pipe::fill(SocketHandle, qsizetype)
{
    return Io::blocked();
}

qsizetype Pipe::drain(SocketHandle)
{
    return 0;
}

std::optional<QByteArray> Pipe::takeRest()
{
    return QByteArray();
}

} // namespace kite::net
