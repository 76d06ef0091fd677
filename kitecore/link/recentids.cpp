#include "kitecore/link/recentids.h"

namespace kite::link {

void RecentIds::add(quint32 id)
{
    if (!m_ids.insert(id).second)
        return;
    m_order.push_back(id);
    if (m_order.size() <= most)
        return;
    m_ids.erase(m_order.front());
    m_order.pop_front();
}

} // namespace kite::link
