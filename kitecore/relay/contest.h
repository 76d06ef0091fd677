#pragma once

#include <vector>

#include "kitecore/relay/linkdesk.h"

namespace kite::relay {

/// An answer that waits for other links: its link proved kites that they hold. Each of them was
/// asked for a sign of life. Who gives one keeps its kites; who does not is a connector that slept,
/// roamed or was cut off, and makes room at once (PROTOCOL.md, duplicates). So of two living
/// connectors with one secret the older always stays, and they never throw each other out in turn.
class Contest
{
public:
    /// @param answer with rivals.
    explicit Contest(LinkAnswer answer);

    void heard(quint64 holder, SignOfLife sign);
    bool isDecided() const { return m_open.empty(); }
    /// Of the holders that gave no sign. Those who have not been heard of count as alive.
    QByteArrayList silentSessions() const { return m_silent; }
    LinkAnswer take() { return std::move(m_answer); }

private:
    LinkAnswer m_answer;
    std::vector<LinkPtr> m_open; ///< not heard of yet, each once
    QByteArrayList m_silent;
};

} // namespace kite::relay
