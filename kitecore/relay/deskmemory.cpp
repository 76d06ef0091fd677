#include "kitecore/relay/deskmemory.h"

#include "kitecore/wire/signature.h"

namespace kite::relay {

DeskMemory::DeskMemory(const Clock &clock)
    : challenges(clock, wire::randomHex(32))
    , penalties(clock)
    , m_clock(clock)
{
}

QByteArrayList DeskMemory::lineage(const QByteArray &session) const
{
    if (session.isEmpty())
        return {};
    const std::lock_guard guard(m_lock);
    QByteArrayList sessions {session};
    if (const auto older = m_predecessors.value(session); !older.isEmpty())
        sessions.append(older);
    return sessions;
}

void DeskMemory::inherit(const QByteArray &session, const QByteArray &from)
{
    const std::lock_guard guard(m_lock);
    const auto now = m_clock.now();
    while (!m_inheritances.empty()
           && (m_inheritances.size() >= maxInheritances
               || now - m_inheritances.front().since > inheritFor)) {
        m_predecessors.remove(m_inheritances.front().session);
        m_inheritances.pop_front();
    }
    if (!m_predecessors.contains(session))
        m_inheritances.push_back({now, session});
    m_predecessors.insert(session, from);
}

} // namespace kite::relay
