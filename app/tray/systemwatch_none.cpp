#include "app/tray/systemwatch.h"

namespace kite::app {

/// Clocks tell.
void SystemWatch::watchSleep() {}

} // namespace kite::app
