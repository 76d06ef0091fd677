#pragma once

#include "kitecore/net/bytestream.h"
#include "kitecore/share/openfile.h"

namespace kite::share {

/// From a file to a socket without a copy in between, where the system has such a call.
struct DirectSend
{
    net::Io io;
    bool isSupported = true; ///< false: copy instead, now and for the rest of this connection
};

/// Sends up to `bytes` from `offset`. Moved with fewer bytes than asked for: the socket is full, or
/// the file has become shorter.
DirectSend sendDirectly(net::SocketHandle socket, const OpenFile &file, quint64 offset,
                        quint64 bytes);

} // namespace kite::share
