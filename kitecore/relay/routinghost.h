#pragma once

#include <optional>

#include <QByteArray>

namespace kite::relay {

/// The name to route by: lower case, without final dot and embedded address.
/// @return std::nullopt for what may not stand in a chunk header or a page.
std::optional<QByteArray> routingHost(QByteArrayView host);

/// Without `0x` + 8 or 32 hex digits + `--` in front (PROTOCOL.md, visitors: some clients put the
/// address they resolved there).
QByteArrayView withoutEmbeddedAddress(QByteArrayView host);

/// Whether it is an IPv4 or IPv6 address.
bool isAddress(QByteArrayView host);

} // namespace kite::relay
