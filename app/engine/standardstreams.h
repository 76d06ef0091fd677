#pragma once

namespace kite::app {

/// Opens nothing in the place of standard input, output and error where they are closed: else the
/// first sockets would get their numbers, and what is said to people would go there. Call it first.
void holdStandardStreams();

} // namespace kite::app
