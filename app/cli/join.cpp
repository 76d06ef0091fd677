#include "app/cli/join.h"

#include <algorithm>
#include <iterator>

namespace kite::cli {

namespace {

using enum Act;

/// The options of the invitation, in the order in which they are written.
QList<Setting> settingsOf(const settings::Invitation &invitation)
{
    const auto make = [](QStringView name, const QString &value) {
        return Setting {findOption(name), value, {}};
    };
    QList<Setting> all {make(u"frontend", invitation.relay.toString())};
    if (invitation.fingerprint.isEmpty())
        all.append(make(u"tls", {}));
    else
        all.append(make(u"pin", QString::fromUtf8(invitation.fingerprint)));
    all.append(make(u"kitename", QString::fromUtf8(invitation.name)));
    all.append(make(u"kitesecret", QString::fromUtf8(invitation.secret)));
    return all;
}

bool saysTheSame(const settings::RcLine &line, const Setting &setting)
{
    return findOption(line.name) == setting.option && line.value == setting.value;
}

/// What leads links elsewhere than the invitation, or protects them otherwise; empty: nothing.
QString otherIn(const settings::RcLine &line, const QList<Setting> &wanted)
{
    const Option *const option = findOption(line.name);
    if (!option)
        return {};
    const QString name = QLatin1String(option->name);
    if (std::ranges::find(wanted, option, &Setting::option) != wanted.end()) {
        const bool same = std::ranges::any_of(
            wanted, [&](const Setting &setting) { return saysTheSame(line, setting); });
        return same ? QString() : name;
    }
    switch (option->act) {
    case Frontends:
    case Defaults:
    case WhiteLabel:
    case WhiteLabelTls:
        return QStringLiteral("frontend (%1)").arg(name);
    case CertName:
    case NoCertCheck:
    case Pin:
        return name;
    default:
        return {};
    }
}

} // namespace

Result<settings::Invitation, UsageError> acceptInvitation(CommandLine &line)
{
    const auto invitation = settings::Invitation::parse(line.words.value(0));
    if (!invitation)
        return Err {UsageError {
            QStringLiteral("kite join needs an invitation: kite://RELAY/NAME#SECRET.")}};
    line.words.removeFirst();
    line.verb = Verb::Fly;
    line.settings = settingsOf(*invitation) + line.settings;
    if (!line.words.isEmpty() && !invitation->name.startsWith('*'))
        line.words.append(QString::fromUtf8(invitation->name));
    return *invitation;
}

void leaveOutOthers(QList<Setting> &settings)
{
    static constexpr Act others[]
        = {KiteName,  KiteSecret, SecretFile,  ServiceOn, ServiceOff, Frontend,
           Frontends, NoFrontend, New,         Defaults,  WhiteLabel, WhiteLabelTls,
           CertName,  CaCerts,    NoCertCheck, Tls,       Pin,        DynDns};
    settings.removeIf([](const Setting &setting) {
        return !setting.place.isEmpty() && std::ranges::count(others, setting.option->act) > 0;
    });
}

Missing missingIn(const QList<settings::RcLine> &lines, const settings::Invitation &invitation)
{
    const auto wanted = settingsOf(invitation);
    QList<Setting> missing;
    std::ranges::copy_if(wanted, std::back_inserter(missing), [&](const Setting &setting) {
        return std::ranges::none_of(
            lines, [&](const settings::RcLine &line) { return saysTheSame(line, setting); });
    });
    if (missing.isEmpty())
        return missing;
    for (const auto &line : lines) {
        const QString other = otherIn(line, wanted);
        if (!other.isEmpty())
            return Err {UsageError {
                QStringLiteral("The configuration file has another %1; kite join LINK ORIGIN "
                               "flies without keeping it.")
                    .arg(other)}};
    }
    return missing;
}

Result<QByteArray, UsageError> keepInvitation(const settings::Invitation &invitation,
                                              settings::RcTexts &texts, const QString &path)
{
    auto &document = texts.document(path);
    const auto lines = settings::loadRc(texts, path);
    if (!lines)
        return Err {UsageError {QStringLiteral("%1 cannot be read.").arg(lines.error().file)}};
    const auto missing = missingIn(*lines, invitation);
    if (!missing)
        return Err {missing.error()};
    for (const Setting &setting : *missing) {
        const bool isFlag = setting.option->takes == Takes::Nothing;
        document.append(settings::RcDocument::line(QLatin1String(setting.option->name),
                                                   isFlag ? QString() : setting.value));
    }
    return document.toByteArray();
}

} // namespace kite::cli
