#pragma once

#include <QString>

/// Whose an address is, where addresses are counted.
namespace kite::net {

/// What addresses of one owner have in common: IPv4 itself, the /64 of IPv6 (RFC 6177). Anything
/// that is no address stays what it is.
QString neighbourhood(const QString &address);

/// Whether it is a loopback address: a program of this computer, perhaps a proxy for others.
bool isThisComputer(const QString &address);

} // namespace kite::net
