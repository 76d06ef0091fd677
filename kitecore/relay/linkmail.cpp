#include "kitecore/relay/linkmail.h"

namespace kite::relay {

std::shared_ptr<Permit> Permit::take(const Count &taken, int places)
{
    if (taken->fetch_add(1, std::memory_order_relaxed) < places)
        return std::shared_ptr<Permit>(new Permit(taken));
    taken->fetch_sub(1, std::memory_order_relaxed);
    return nullptr;
}

std::shared_ptr<stats::Meter> Permit::asMeter(const std::shared_ptr<Permit> &permit,
                                              const std::shared_ptr<stats::Meter> &meter)
{
    permit->m_meter = meter;
    return {permit, meter.get()};
}

} // namespace kite::relay
