#pragma once

#include <array>
#include <chrono>
#include <mutex>

#include <QByteArray>
#include <QHash>
#include <QSet>
#include <QString>

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
    /// Nobody uses more than there are places left: whoever proves too much does so at his own
    /// expense, and the more there are of them the less each of them gets.
    static constexpr qsizetype maxUsesPerWindow = 200'000;

    /// @param processSecret unpredictable; new for each process.
    Challenges(const Clock &clock, QByteArray processSecret);

    QByteArray issue(const wire::KiteRequest &request) const;
    /// Whether this process issued the request's challenge for this kite and salt lately.
    bool isGenuine(const wire::KiteRequest &request) const;
    /// @param address of who proves: a neighbourhood shares its places.
    /// @return false if it was used before, or the places are used up.
    bool use(const wire::KiteRequest &request, const QString &address);

private:
    static constexpr std::chrono::seconds window {600};

    const Clock &m_clock;
    const QByteArray m_secret;
    std::mutex m_lock;
    /// Digests of used challenges, of this window and the one before: a challenge is not genuine
    /// for longer than the window after its own.
    std::array<QSet<QByteArray>, 2> m_used;
    QHash<QString, qsizetype> m_usesOf; ///< by neighbourhood, of this window
    std::chrono::seconds m_windowBegan {0};
};

} // namespace kite::relay
