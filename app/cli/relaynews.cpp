#include "app/cli/relaynews.h"

#include <algorithm>
#include <utility>

namespace kite::cli {

namespace {

/// How many marks the quota has fallen to or below.
int marksPassed(const tunnel::Quota &quota)
{
    const auto passed = [](const auto &marks, qint64 left) {
        return left > 0 ? std::ranges::count_if(marks, [left](qint64 mark) { return left <= mark; })
                        : 0;
    };
    return int(passed(RelayNews::marksKb, quota.kb) + passed(RelayNews::marksDays, quota.days));
}

} // namespace

std::vector<Event> RelayNews::take(const QString &relay, const tunnel::RelayWords &words)
{
    std::vector<Event> news;
    Told &told = m_relays[relay];
    if (!words.motd.isEmpty() && words.motd != told.motd && isDue(told.motdAt)) {
        told.motd = words.motd;
        news.emplace_back(RelayMessage {relay, words.motd});
    }
    if (!words.upgrade.version.isEmpty() && words.upgrade != told.upgrade
        && isDue(told.upgradeAt)) {
        told.upgrade = words.upgrade;
        news.emplace_back(UpgradeOffer {relay, words.upgrade});
    }
    told.quota = words.quota;
    if (words.quota.isSaid() && isQuotaNews(told))
        news.emplace_back(QuotaLeft {relay, words.quota});
    return news;
}

/// One that has grown makes no line, and lets the next fall make one.
bool RelayNews::isQuotaNews(Told &told) const
{
    const int passed = marksPassed(told.quota);
    if (passed > told.passed && !isDue(told.quotaAt))
        return false;
    return std::exchange(told.passed, passed) < passed;
}

bool RelayNews::isDue(Moment &last) const
{
    const auto now = m_clock.now();
    if (last && now - *last < rest)
        return false;
    last = now;
    return true;
}

} // namespace kite::cli
