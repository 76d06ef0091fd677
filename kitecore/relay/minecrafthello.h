#pragma once

#include <QByteArrayView>

#include "kitecore/relay/finding.h"

namespace kite::relay {

/// Whether a connection begins as Minecraft clients do: a packet of a length that a handshake can
/// have, with number 0. TLS also begins with a byte of such a length (0x16), but not with a 0
/// behind it.
Likeness likensMinecraft(QByteArrayView bytes);

/// Reads the server's address from the handshake packet (PROTOCOL.md, visitors). What mods append
/// to it behind a NUL is not looked at, nor is the port: who maps ports would never match. Passes
/// everything on as it came.
Finding lookForMinecraft(QByteArrayView bytes);

} // namespace kite::relay
