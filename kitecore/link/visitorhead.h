#pragma once

#include <optional>

#include "kitecore/net/target.h"
#include "kitecore/wire/chunkwriter.h"

/// A visitor as the head of a stream's first chunk describes it, both ways.
namespace kite::link {

/// @return std::nullopt if the head names no protocol and host that could be a kite's. An address
/// that is none is left empty; `::ffff:` is stripped (PROTOCOL.md, traps).
std::optional<net::Visitor> visitorFrom(const wire::ChunkHead &head);

/// @return std::nullopt if something of it could break a chunk's head apart.
std::optional<wire::StreamOpening> openingFor(const net::Visitor &visitor);

} // namespace kite::link
