#include "kitecore/settings/kitename.h"

#include <QFileInfo>
#include <QUuid>

namespace kite::settings {

namespace {

constexpr qsizetype maxChosenChars = 40; ///< of a label of 63; room for `-2` and for reading

/// Accents go, all else that a host name cannot hold becomes a hyphen.
QString hostLabel(const QString &text)
{
    QString label;
    for (const QChar c : text.normalized(QString::NormalizationForm_KD).toLower()) {
        const bool plain = (c >= u'a' && c <= u'z') || (c >= u'0' && c <= u'9');
        if (plain)
            label += c;
        else if (!c.isMark() && !label.isEmpty() && !label.endsWith(QLatin1Char('-')))
            label += QLatin1Char('-');
    }
    label.truncate(maxChosenChars);
    while (label.endsWith(QLatin1Char('-')))
        label.chop(1);
    return label;
}

QString sourceName(const QString &path)
{
    const QFileInfo info(path);
    return info.isDir() ? info.fileName() : info.completeBaseName();
}

} // namespace

QString newId()
{
    return QUuid::createUuid().toString(QUuid::Id128).first(16);
}

QString labelFor(const Target &target)
{
    if (target.kind == Target::Kind::Port)
        return QStringLiteral("port-%1").arg(target.endpoint.port);
    const QString label
        = target.paths.isEmpty() ? QString() : hostLabel(sourceName(target.paths.constFirst()));
    return label.isEmpty() ? QStringLiteral("share") : label;
}

QString freeName(const QString &label, const QStringList &taken)
{
    QString name = label;
    for (int next = 2; taken.contains(name, Qt::CaseInsensitive); ++next)
        name = label + QStringLiteral("-%1").arg(next);
    return name;
}

QString proposedName(const Target &target, const Relay *relay, const Settings &settings)
{
    const QString domain = relay == nullptr ? QString() : relay->domain;
    const bool wildcard = domain.startsWith(QLatin1String("*."));
    if (!domain.isEmpty() && !wildcard)
        return domain;
    const QString suffix = wildcard ? domain.sliced(1) : QString();
    const QString relayId = relay == nullptr ? QString() : relay->id;
    QStringList taken;
    for (const Kite &kite : settings.kites) {
        if (kite.relayId == relayId)
            taken << kite.name.chopped(kite.name.endsWith(suffix) ? suffix.size() : 0);
    }
    return freeName(labelFor(target), taken) + suffix;
}

} // namespace kite::settings
