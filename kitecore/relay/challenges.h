#pragma once

#include <array>
#include <chrono>
#include <mutex>

#include <QByteArray>
#include <QSet>

#include "kitecore/base/clock.h"
#include "kitecore/wire/greeting.h"

namespace kite::relay {

/// Challenges of this process (PROTOCOL.md, signatures): each is bound to a kite and the
/// connector's salt, lives 10 to 20 minutes, and is good for one use. It is not bound to a
/// connection, since older connectors sign on a second one. Thread-safe.
class Challenges
{
public:
    /// Proofs remembered per window; more within one are refused, so that memory stays bounded.
    static constexpr qsizetype maxUsesPerWindow = 200'000;

    /// @param processSecret unpredictable; new for each process.
    Challenges(const Clock &clock, QByteArray processSecret);

    QByteArray issue(const wire::KiteRequest &request) const;
    /// Whether this process issued the request's challenge for this kite and salt lately.
    bool isGenuine(const wire::KiteRequest &request) const;
    /// @return false if it was used before.
    bool use(const wire::KiteRequest &request);

private:
    static constexpr std::chrono::seconds window {600};

    const Clock &m_clock;
    const QByteArray m_secret;
    std::mutex m_lock;
    /// Digests of used challenges, of this window and the one before: a challenge is not genuine
    /// for longer than the window after its own.
    std::array<QSet<QByteArray>, 2> m_used;
    std::chrono::seconds m_windowBegan {0};
};

} // namespace kite::relay
