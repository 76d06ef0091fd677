#pragma once

#include <cstdlib>

/// Ends the program where a promise is broken: libFuzzer keeps the input, the replay fails.
inline void require(bool holds)
{
    if (!holds)
        std::abort();
}
