#include "kitecore/tunnel/relaywords.h"

#include <algorithm>

#include "kitecore/base/harmless.h"

namespace kite::tunnel {

namespace {

QString readMotd(const QByteArray &motd)
{
    QStringList lines;
    for (const QString &line : QString::fromUtf8(motd).split(QLatin1Char('\n'))) {
        const QString safe = harmless(line, RelayWords::maxLineCharacters).trimmed();
        if (!safe.isEmpty() && lines.size() < RelayWords::maxLines)
            lines.append(safe);
    }
    return lines.join(QLatin1Char('\n'));
}

/// `version;tag;md5;human-url;file-url`
Upgrade readUpgrade(const QByteArray &text)
{
    const auto fields = text.split(';');
    const auto word = [&fields](qsizetype n) {
        return harmless(QString::fromUtf8(fields.value(n)), RelayWords::maxWordCharacters);
    };
    Upgrade upgrade {word(0), word(1), word(3)};
    if (!upgrade.url.startsWith(u"http://") && !upgrade.url.startsWith(u"https://"))
        upgrade.url.clear();
    return upgrade;
}

/// Nothing is said by 0.
void update(qint64 &known, qint64 said)
{
    if (said > 0)
        known = std::min(said, Quota::most);
}

} // namespace

void RelayWords::take(const wire::GreetingReply &reply)
{
    if (motd.isEmpty())
        motd = readMotd(reply.motd);
    for (const auto &text : reply.upgrades) {
        if (upgrade.version.isEmpty())
            upgrade = readUpgrade(text);
    }
    update(quota.kb, reply.quotaKb);
    update(quota.days, reply.quotaDays);
    update(quota.connections, reply.quotaConns);
    update(quota.visitors, reply.visitors);
    update(quota.seconds, reply.visitorSeconds);
}

} // namespace kite::tunnel
