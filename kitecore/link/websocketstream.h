#pragma once

#include <memory>

#include "kitecore/net/bytestream.h"
#include "kitecore/wire/websocketframe.h"

namespace kite::link {

/// A link's bytes inside WebSocket frames (PROTOCOL.md, WebSocket links): whoever uses it writes
/// and reads chunks with their size lines, and below each chunk is one binary message without.
///
/// What is written has to be plain chunks: links inside WebSockets do not compress. Small chunks
/// are gathered and handed on at the end of the round. Pings are answered; a close frame is the
/// end, and is answered. Costs one copy a way.
/// @param lower behind the handshake of the WebSocket.
std::unique_ptr<net::ByteStream>
webSocketStream(net::Loop &loop, std::unique_ptr<net::ByteStream> lower, wire::WebSocketSide side);

} // namespace kite::link
