#include "kitecore/net/pipe.h"

namespace kite::net {

Pipe::Pipe(Loop &) {}

qsizetype Pipe::fill(SocketHandle, qsizetype)
{
    return 0;
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
