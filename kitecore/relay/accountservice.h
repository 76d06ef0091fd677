#pragma once

#include <functional>

#include "kitecore/relay/accountanswer.h"
#include "kitecore/wire/greeting.h"

namespace kite::relay {

/// Somebody who knows accounts and takes a while to tell. One thread.
class AccountService
{
public:
    using Answered = std::function<void(AccountAnswer)>;

    virtual ~AccountService() = default;

    /// Whether ask() may be called now. Becomes true again before some answer is told.
    virtual bool hasRoom() const = 0;
    /// Only while there is room. @param answered called once, by the event loop, within the
    /// service's own time limit; not any more once the service is gone.
    virtual void ask(const wire::KiteRequest &request, Answered answered) = 0;
};

} // namespace kite::relay
