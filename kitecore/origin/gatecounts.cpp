#include "kitecore/origin/gatecounts.h"

namespace kite::origin {

const char *refusalWord(Refusal why)
{
    static constexpr std::array<const char *, refusalCount> words {
        "malformed", "too-long", "late",    "no-tunnels", "other-host",
        "password",  "kept-out", "blocked", "address"};
    return words[size_t(why)];
}

} // namespace kite::origin
