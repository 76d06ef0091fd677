#include "app/engine/standardstreams.h"

namespace kite::app {

/// Windows gives sockets and streams numbers of different kinds.
void holdStandardStreams() {}

} // namespace kite::app
