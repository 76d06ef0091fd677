#include "kitecore/share/directsend.h"

namespace kite::share {

DirectSend sendDirectly(net::SocketHandle, const OpenFile &, quint64, quint64)
{
    return {net::Io::blocked(), false};
}

} // namespace kite::share
