#pragma once

#include <chrono>
#include <cstdio>
#include <optional>

#include <QByteArray>

namespace kite::cli {

/// Writes some of `bytes`, as much as fits without waiting for a reader longer than `patience`.
/// @return how many; 0: nothing fits now; std::nullopt: nobody will read any more.
std::optional<qsizetype> writeWithoutWaiting(std::FILE *to, QByteArrayView bytes,
                                             std::chrono::milliseconds patience);

/// Whether a person sees it.
bool isTerminal(std::FILE *file);

} // namespace kite::cli
