#pragma once

#include <chrono>

#include <QtGlobal>

/// Caps that two or more modules share. A cap of one module stands in that module.
namespace kite::limits {

/// Request and greeting heads (PROTOCOL.md 10).
inline constexpr qsizetype maxHeadBytes = qsizetype {64} * 1024;
/// How long a visitor or a link may take to send a complete head (PROTOCOL.md 10).
inline constexpr std::chrono::seconds headTimeout {20};
/// How long a connection may send nothing at all at first (PageKite relays: 5 s).
inline constexpr std::chrono::seconds firstByteTimeout {10};
/// One read from a socket, and the largest chunk between two ends of ours.
inline constexpr qsizetype readBytes = qsizetype {64} * 1024;
/// Largest data of a chunk towards PageKite peers: below a TLS record (PROTOCOL.md 7, 12.2).
inline constexpr qsizetype pagekiteChunkBytes = 16'000;

} // namespace kite::limits
