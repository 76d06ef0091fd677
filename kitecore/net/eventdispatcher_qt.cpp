#include "kitecore/net/eventdispatcher.h"

namespace kite::net {

std::unique_ptr<QAbstractEventDispatcher> coreDispatcher()
{
    return nullptr;
}

} // namespace kite::net
