#include "ui/text/kitetext.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QStringList>

#include "ui/text/units.h"

namespace kite::ui {

namespace {

struct Kites
{
    Q_DECLARE_TR_FUNCTIONS(Kites)
};

bool isHere(const QString &host)
{
    return host == QLatin1String("localhost") || host == QLatin1String("127.0.0.1")
        || host == QLatin1String("::1");
}

QString shortName(const QString &path)
{
    const QString name = QFileInfo(QDir::cleanPath(path)).fileName();
    return name.isEmpty() ? QDir::toNativeSeparators(path) : name;
}

QString stateLine(const Activity &activity)
{
    if (activity.flying > 0)
        return Kites::tr("%n kite(s) flying", "", int(activity.flying));
    if (activity.connecting > 0)
        return Kites::tr("%n kite(s) connecting", "", int(activity.connecting));
    if (activity.down > 0)
        return Kites::tr("%n kite(s) down", "", int(activity.down));
    if (activity.paused > 0)
        return Kites::tr("%n kite(s) paused", "", int(activity.paused));
    return Kites::tr("No kites yet");
}

} // namespace

QString targetText(const settings::Target &target)
{
    if (target.kind == settings::Target::Kind::Port) {
        if (isHere(target.endpoint.host))
            return Kites::tr("Port %1").arg(target.endpoint.port);
        return Kites::tr("Port %1 of %2").arg(target.endpoint.port).arg(target.endpoint.host);
    }
    if (target.paths.isEmpty())
        return Kites::tr("Nothing");
    const QString first = shortName(target.paths.constFirst());
    if (target.paths.size() == 1)
        return first;
    //: %1: a folder's or file's name, %n: how many others are shared with it
    return Kites::tr("%1 and %n more", "", int(target.paths.size() - 1)).arg(first);
}

QString targetDetail(const settings::Target &target)
{
    if (target.kind == settings::Target::Kind::Port)
        return target.endpoint.toString();
    QStringList lines;
    for (const QString &path : target.paths)
        lines << QDir::toNativeSeparators(path);
    return lines.join(QLatin1Char('\n'));
}

QString hereText(const settings::Preferences &preferences)
{
    return preferences.lan ? Kites::tr("This computer and its network")
                           : Kites::tr("This computer");
}

QString relayText(const settings::Relay &relay)
{
    return relay.name.isEmpty() ? relay.endpoint.host : relay.name;
}

QString activityText(const Activity &activity)
{
    QStringList parts {stateLine(activity)};
    if (activity.visitors > 0)
        parts << visitorsText(activity.visitors);
    if (const qint64 rate = activity.rate.in + activity.rate.out; rate > 0)
        parts << rateText(rate);
    return parts.join(QStringLiteral(" · "));
}

} // namespace kite::ui
