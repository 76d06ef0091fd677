#pragma once

namespace kite::cli {

/// What the process ends with.
enum class ExitCode {
    Ended = 0, ///< by the user
    Other = 1,
    Usage = 2,
    Refused = 3,     ///< by the relay
    Unreachable = 4, ///< nothing could be reached, or listened on
};

} // namespace kite::cli
