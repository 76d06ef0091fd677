#include "kitecore/settings/settingsjson.h"

#include <QSet>

#include "kitecore/settings/jsonmembers.h"

namespace kite::settings {

namespace {

constexpr std::array tlsWords {
    std::pair {Relay::Tls::Checked, "checked"},
    std::pair {Relay::Tls::Unchecked, "unchecked"},
    std::pair {Relay::Tls::Off, "off"},
};
constexpr std::array kindWords {
    std::pair {Target::Kind::Port, "port"},
    std::pair {Target::Kind::Share, "share"},
};

template <typename Words, typename Enum>
QString wordOf(const Words &words, Enum value)
{
    const auto found = std::ranges::find(words, value, [](const auto &row) { return row.first; });
    Q_ASSERT(found != std::end(words));
    return QLatin1String(found->second);
}

Relay readRelay(JsonMembers &from)
{
    Relay relay;
    from.read("id", relay.id);
    from.read("name", relay.name);
    from.read("host", relay.endpoint.host);
    from.read("port", relay.endpoint.port);
    from.readWord("tls", tlsWords, relay.tls);
    from.read("certificateName", relay.certificateName);
    from.read("authorityFile", relay.authorityFile);
    from.read("fingerprint", relay.fingerprint);
    from.read("domain", relay.domain);
    from.read("secretStored", relay.secretStored);
    return relay;
}

QJsonObject write(QJsonObject into, const Relay &relay)
{
    into.insert(QLatin1String("id"), relay.id);
    into.insert(QLatin1String("name"), relay.name);
    into.insert(QLatin1String("host"), relay.endpoint.host);
    into.insert(QLatin1String("port"), relay.endpoint.port);
    into.insert(QLatin1String("tls"), wordOf(tlsWords, relay.tls));
    into.insert(QLatin1String("certificateName"), relay.certificateName);
    into.insert(QLatin1String("authorityFile"), relay.authorityFile);
    into.insert(QLatin1String("fingerprint"), relay.fingerprint);
    into.insert(QLatin1String("domain"), relay.domain);
    into.insert(QLatin1String("secretStored"), relay.secretStored);
    return into;
}

void readTarget(JsonMembers &from, Target &target)
{
    from.readWord("kind", kindWords, target.kind);
    from.read("host", target.endpoint.host);
    from.read("port", target.endpoint.port);
    from.read("paths", target.paths);
    from.read("hiddenFiles", target.hiddenFiles);
    from.read("listing", target.listing);
}

QJsonObject write(QJsonObject into, const Target &target)
{
    into.insert(QLatin1String("kind"), wordOf(kindWords, target.kind));
    into.insert(QLatin1String("host"), target.endpoint.host);
    into.insert(QLatin1String("port"), target.endpoint.port);
    into.insert(QLatin1String("paths"), QJsonArray::fromStringList(target.paths));
    into.insert(QLatin1String("hiddenFiles"), target.hiddenFiles);
    into.insert(QLatin1String("listing"), target.listing);
    return into;
}

Kite readKite(JsonMembers &from)
{
    Kite kite;
    from.read("id", kite.id);
    from.read("name", kite.name);
    from.read("relay", kite.relayId);
    from.read("protocol", kite.protocol);
    from.read("publicPort", kite.publicPort);
    from.read("paused", kite.paused);
    JsonMembers target = from.object("target");
    readTarget(target, kite.target);
    from.include(target);
    return kite;
}

QJsonObject write(QJsonObject into, const Kite &kite)
{
    into.insert(QLatin1String("id"), kite.id);
    into.insert(QLatin1String("name"), kite.name);
    into.insert(QLatin1String("relay"), kite.relayId);
    into.insert(QLatin1String("protocol"), kite.protocol);
    into.insert(QLatin1String("publicPort"), kite.publicPort);
    into.insert(QLatin1String("paused"), kite.paused);
    into.insert(QLatin1String("target"),
                write(into.value(QLatin1String("target")).toObject(), kite.target));
    return into;
}

void readPreferences(JsonMembers &from, Preferences &preferences)
{
    from.read("lan", preferences.lan);
    from.read("port", preferences.port);
    from.read("notices", preferences.notices);
    from.read("startAtLogin", preferences.startAtLogin);
}

QJsonObject write(QJsonObject into, const Preferences &preferences)
{
    into.insert(QLatin1String("lan"), preferences.lan);
    into.insert(QLatin1String("port"), preferences.port);
    into.insert(QLatin1String("notices"), preferences.notices);
    into.insert(QLatin1String("startAtLogin"), preferences.startAtLogin);
    return into;
}

/// Each object of a list by `readOne`. An object without an id, or with one that was there before,
/// is wrong: nothing could be told apart by it.
template <typename Item, typename ReadOne>
QList<Item> readList(JsonMembers &root, const char *name, ReadOne readOne, QString &wrong)
{
    QList<Item> items;
    QSet<QString> ids;
    const QJsonArray array = root.array(name);
    for (qsizetype at = 0; at < array.size(); ++at) {
        const QString path = root.path(name) + QStringLiteral("[%1]").arg(at);
        JsonMembers members(array[at].toObject(), path);
        const Item item = readOne(members);
        if (wrong.isEmpty())
            wrong = members.wrong();
        if (wrong.isEmpty() && (item.id.isEmpty() || ids.contains(item.id)))
            wrong = members.path("id");
        ids.insert(item.id);
        if (!members.unknown())
            items << item;
    }
    return items;
}

/// The elements of `before` that readOne() does not understand, and the items.
template <typename Item, typename ReadOne>
QJsonArray mergedList(const QJsonArray &before, const QList<Item> &items, ReadOne readOne)
{
    QHash<QString, QJsonObject> known;
    QJsonArray merged;
    for (const auto value : before) {
        const QJsonObject object = value.toObject();
        JsonMembers members(object, {});
        const QString id = readOne(members).id;
        if (members.unknown())
            merged << object;
        else
            known.insert(id, object);
    }
    for (const Item &item : items)
        merged << write(known.value(item.id), item);
    return merged;
}

} // namespace

Result<Settings, QString> settingsFromJson(const QJsonObject &root)
{
    Settings settings;
    JsonMembers members(root, {});
    JsonMembers preferences = members.object("preferences");
    readPreferences(preferences, settings.preferences);
    members.include(preferences);
    QString wrongItem;
    settings.relays = readList<Relay>(members, "relays", readRelay, wrongItem);
    settings.kites = readList<Kite>(members, "kites", readKite, wrongItem);
    if (!members.wrong().isEmpty())
        return Err {members.wrong()};
    if (!wrongItem.isEmpty())
        return Err {wrongItem};
    return settings;
}

QJsonObject withSettings(QJsonObject before, const Settings &settings)
{
    const QLatin1String preferences("preferences");
    const QLatin1String relays("relays");
    const QLatin1String kites("kites");
    before.insert(preferences, write(before.value(preferences).toObject(), settings.preferences));
    before.insert(relays, mergedList(before.value(relays).toArray(), settings.relays, readRelay));
    before.insert(kites, mergedList(before.value(kites).toArray(), settings.kites, readKite));
    return before;
}

} // namespace kite::settings
