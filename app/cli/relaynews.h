#pragma once

#include <array>
#include <optional>
#include <vector>

#include <QHash>

#include "app/cli/events.h"
#include "kitecore/base/clock.h"

namespace kite::cli {

/// Which of what relays say is worth a line: a message and an offer that are new, a quota when it
/// is first told and when it has fallen below one more mark. Nobody can fill the screen: of each
/// kind a relay gets a line in `rest`. Pure.
class RelayNews
{
public:
    static constexpr std::chrono::minutes rest {1};
    static constexpr std::array<qint64, 4> marksKb {1024 * 1024, 100 * 1024, 10 * 1024, 1024};
    static constexpr std::array<qint64, 2> marksDays {7, 1};

    explicit RelayNews(const Clock &clock = Clock::system()) : m_clock(clock) {}

    std::vector<Event> take(const QString &relay, const tunnel::RelayWords &words);
    /// A relay that was left.
    void remove(const QString &relay) { m_relays.remove(relay); }
    /// What it said last.
    tunnel::Quota quota(const QString &relay) const { return m_relays.value(relay).quota; }

private:
    using Moment = std::optional<Clock::Steady>;

    struct Told
    {
        QString motd;
        Moment motdAt;
        tunnel::Upgrade upgrade;
        Moment upgradeAt;
        tunnel::Quota quota; ///< said, perhaps not told
        int passed = -1;     ///< marks; -1: nothing is known
        Moment quotaAt;
    };

    /// @return whether it may be told now, which is then kept in `last`.
    bool isDue(Moment &last) const;
    bool isQuotaNews(Told &told) const;

    const Clock &m_clock;
    QHash<QString, Told> m_relays;
};

} // namespace kite::cli
