#pragma once

#include <QtGlobal>

namespace kite::relay {

/// What a visitor came for; decides which kites may serve it.
enum class Asking : quint8 {
    Http,      ///< http, http2, http3
    WebSocket, ///< websocket, then as Http
    Https,
    Raw,
    Irc,
    Xmpp,
    Minecraft,
};

} // namespace kite::relay
