#include "kitecore/stats/snapshot.h"

namespace kite::stats {

bool mayPass(DownReason reason)
{
    return reason != DownReason::BadSecret && reason != DownReason::NoSecret;
}

const char *downWord(DownReason reason)
{
    switch (reason) {
    case DownReason::None:
        return "none";
    case DownReason::Unreachable:
        return "unreachable";
    case DownReason::LinkLost:
        return "link-lost";
    case DownReason::BadSecret:
        return "bad-secret";
    case DownReason::UnknownKite:
        return "unknown-kite";
    case DownReason::NameTaken:
        return "name-taken";
    case DownReason::NotServed:
        return "not-served";
    case DownReason::Quota:
        return "quota";
    case DownReason::Untrusted:
        return "untrusted";
    case DownReason::NotARelay:
        return "not-a-relay";
    case DownReason::PortTaken:
        return "port-taken";
    case DownReason::NothingThere:
        return "nothing-there";
    case DownReason::NoSecret:
        return "no-secret";
    }
    Q_UNREACHABLE();
    return "none";
}

} // namespace kite::stats
