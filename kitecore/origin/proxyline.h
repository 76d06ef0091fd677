#pragma once

#include "kitecore/net/target.h"

namespace kite::origin {

/// The line of HAProxy's PROXY protocol, version 1, as PageKite writes it: the visitor's address,
/// no address of our own (`0.0.0.0`, `::`), both ports. `PROXY UNKNOWN` without an address.
QByteArray proxyLine(const net::Visitor &visitor);

} // namespace kite::origin
