#include "kitecore/link/streamtable.h"

namespace kite::link {

wire::StreamId StreamTable::freeId()
{
    // Ends: Link::maxStreams and RecentIds::most together are far fewer than there are ids.
    while (m_flows.contains(m_next) || m_closed.contains(m_next))
        m_next = m_next == lastId ? 0 : m_next + 1;
    const wire::StreamId id {m_next};
    m_next = m_next == lastId ? 0 : m_next + 1;
    return id;
}

Flow &StreamTable::add(wire::StreamId id, Dialect dialect)
{
    const auto [at, isNew] = m_flows.emplace(quint32(id), std::make_unique<Flow>(id, dialect));
    Q_ASSERT(isNew);
    m_closed.remove(quint32(id));
    return *at->second;
}

Flow *StreamTable::find(wire::StreamId id) const
{
    const auto at = m_flows.find(quint32(id));
    return at == m_flows.end() ? nullptr : at->second.get();
}

void StreamTable::remove(Flow &flow)
{
    const auto id = quint32(flow.sid);
    if (!flow.heard.read)
        m_closed.add(id);
    m_flows.erase(id);
}

} // namespace kite::link
