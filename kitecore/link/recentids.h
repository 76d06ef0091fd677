#pragma once

#include <deque>
#include <unordered_set>

#include <QtGlobal>

namespace kite::link {

/// The stream ids that were closed last: what still arrives for them was sent before the peer knew.
class RecentIds
{
public:
    static constexpr size_t most = 1024;

    void add(quint32 id);
    void remove(quint32 id) { m_ids.erase(id); }
    bool contains(quint32 id) const { return m_ids.contains(id); }

private:
    std::unordered_set<quint32> m_ids;
    std::deque<quint32> m_order;
};

} // namespace kite::link
