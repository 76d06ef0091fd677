#pragma once

#include <chrono>
#include <cstdio>

#include <QByteArray>

/// Standard output and error, for whole lines. Nobody is ever waited for: a reader may be slow, may
/// have stopped reading, or be gone, and the program flies on.
namespace kite::cli {

/// What may wait for each of the two; lines beyond are lost.
inline constexpr qsizetype maxWaitingBytes = qsizetype {1024} * 1024;

/// A whole line at once, from any thread; into other files at once, whatever that takes.
void writeLine(std::FILE *to, const QByteArray &line);

/// Whether lines wait for their reader: then sendWaitingLines() is to be called soon.
bool linesWait();
void sendWaitingLines();
/// How many lines were lost since the last time.
qsizetype takeLostLines();

/// Before the program ends: waits for readers, but not longer than so.
void finishLines(std::chrono::milliseconds atMost);

} // namespace kite::cli
