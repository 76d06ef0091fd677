#include "kitecore/relay/linkmail.h"

#include "kitecore/relay/visitrecord.h"

namespace kite::relay {

std::shared_ptr<Permit> Permit::take(const Count &taken, int places)
{
    if (taken->fetch_add(1, std::memory_order_relaxed) < places)
        return std::shared_ptr<Permit>(new Permit(taken));
    taken->fetch_sub(1, std::memory_order_relaxed);
    return nullptr;
}

Permit::Permit(Count taken) : m_taken(std::move(taken)) {}

Permit::~Permit()
{
    m_taken->fetch_sub(1, std::memory_order_relaxed);
}

void Permit::setRecord(std::unique_ptr<VisitRecord> record)
{
    m_record = std::move(record);
}

std::unique_ptr<VisitRecord> Permit::takeRecord()
{
    return std::move(m_record);
}

std::shared_ptr<stats::Meter> Permit::asMeter(const std::shared_ptr<Permit> &permit,
                                              const std::shared_ptr<stats::Meter> &meter)
{
    permit->m_meter = meter;
    return {permit, meter.get()};
}

} // namespace kite::relay
