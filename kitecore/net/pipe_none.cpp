#include "kitecore/net/pipe.h"

namespace kite::net {

Pipe::Pipe(Loop &) {}

Io Pipe::fill(SocketHandle, qsizetype)
{
    return Io::failed();
}

Io Pipe::drain(SocketHandle)
{
    return Io::failed();
}

std::optional<QByteArray> Pipe::takeRest()
{
    return QByteArray();
}

} // namespace kite::net
