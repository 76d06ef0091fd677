#pragma once

#include "kitecore/http/ownpages.h"

namespace kite::tunnel {

/// What a connector says to visitors that none of its kites is for, and to a relay's probes.
struct Answers
{
    http::OwnPages awayPages; ///< around the away page
    bool probes = true;       ///< false: they hear what a relay says that knows no such kite
};

} // namespace kite::tunnel
