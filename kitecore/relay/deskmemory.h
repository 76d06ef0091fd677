#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <mutex>

#include <QByteArrayList>
#include <QHash>

#include "kitecore/relay/challenges.h"
#include "kitecore/relay/kiterefusals.h"
#include "kitecore/relay/penalties.h"

namespace kite::relay {

/// What a desk must not forget when the relay's settings change. Thread-safe.
class DeskMemory
{
public:
    explicit DeskMemory(const Clock &clock);

    Challenges challenges;
    Penalties penalties;
    KiteRefusals refusals;

    /// A session that was only challenged wanted to replace another: connectors that sign on a
    /// second connection name the first one there (PROTOCOL.md, handshake style A).
    void inherit(const QByteArray &session, const QByteArray &from);
    /// A session and the one that it wanted to replace.
    QByteArrayList lineage(const QByteArray &session) const;

private:
    struct Inheritance
    {
        Clock::Steady since;
        QByteArray session;
    };
    static constexpr std::chrono::minutes inheritFor {20}; ///< as long as a challenge lives
    static constexpr size_t maxInheritances = 4096;

    const Clock &m_clock;
    mutable std::mutex m_lock;
    QHash<QByteArray, QByteArray> m_predecessors;
    std::deque<Inheritance> m_inheritances; ///< oldest first
};

} // namespace kite::relay
