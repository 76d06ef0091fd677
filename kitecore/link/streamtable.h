#pragma once

#include <memory>
#include <optional>
#include <unordered_map>

#include "kitecore/link/flow.h"
#include "kitecore/link/recentids.h"

namespace kite::link {

/// The flows of a link by stream id, and which ids are free.
class StreamTable
{
public:
    static constexpr quint32 lastId
        = 131'071; ///< where pagekite.py's counter wraps (PROTOCOL.md, 6.1)

    /// The next id that is neither in use nor was closed a moment ago. Relay only.
    wire::StreamId freeId();

    Flow &add(wire::StreamId id, Dialect dialect); ///< `id` must not be in use
    Flow *find(wire::StreamId id) const;
    void remove(Flow &flow); ///< destroys it
    void clear() { m_flows.clear(); }
    qsizetype count() const { return qsizetype(m_flows.size()); }

    /// Calls `visit` with each flow; it must not add or remove any.
    template <typename Visit>
    void forEach(Visit visit) const
    {
        for (const auto &[id, flow] : m_flows)
            visit(*flow);
    }

    /// Ids whose late data is no news: closed by us before the peer had ended its half.
    RecentIds &closed() { return m_closed; }

private:
    std::unordered_map<quint32, std::unique_ptr<Flow>> m_flows;
    RecentIds m_closed;
    quint32 m_next = 0;
};

} // namespace kite::link
