#pragma once

#include "app/cli/commandline.h"

namespace kite::cli {

/// Whether nothing is left of what the earlier one says, as in `--proxy=... --noproxy`, `--all
/// --noall`, `--errorurl=URL --errorurl=`, or of a part of it (`--defaults --dyndns=...`).
bool takesBack(const Setting &later, const Setting &earlier);

} // namespace kite::cli
