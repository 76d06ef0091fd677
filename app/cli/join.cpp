#include "app/cli/join.h"

#include <algorithm>

#include "kitecore/settings/rcdocument.h"

namespace kite::cli {

namespace {

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

Result<QByteArray, UsageError> keepInvitation(const settings::Invitation &invitation,
                                              const QByteArray &before)
{
    settings::RcDocument document(before);
    for (const auto &setting : settingsOf(invitation)) {
        const QString name = QLatin1String(setting.option->name);
        const QString value = setting.option->takes == Takes::Nothing ? QString() : setting.value;
        const auto lines = document.options();
        const auto known = std::ranges::find_if(lines, [&](const settings::RcLine &line) {
            return findOption(line.name) == setting.option;
        });
        if (known == lines.end())
            document.append(settings::RcDocument::line(name, value));
        else if (known->value != value)
            return Err {UsageError {
                QStringLiteral("The configuration file has another %1; kite join LINK ORIGIN "
                               "flies without keeping it.")
                    .arg(name)}};
    }
    return document.toByteArray();
}

} // namespace kite::cli
