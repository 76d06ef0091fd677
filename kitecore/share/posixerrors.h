#pragma once

#include "kitecore/share/openfile.h"

namespace kite::share {

/// What an errno of opening or looking at a file means for a visitor.
OpenError toOpenError(int error);

} // namespace kite::share
