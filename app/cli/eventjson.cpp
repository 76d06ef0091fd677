#include "app/cli/events.h"

#include <QJsonDocument>

#include "kitecore/base/harmless.h"

namespace kite::cli {

namespace {

QString text(const KiteId &kite)
{
    return QString::fromUtf8(kite.toByteArray());
}

QJsonObject made(QLatin1StringView name, std::initializer_list<std::pair<QString, QJsonValue>> rest)
{
    QJsonObject object(rest);
    object.insert(QLatin1String("event"), name);
    return object;
}

struct Json
{
    QJsonObject operator()(const Listening &event) const
    {
        const bool relay = event.role == Listening::Role::Relay;
        return made(QLatin1String("listening"),
                    {{QStringLiteral("role"), QLatin1String(relay ? "relay" : "share")},
                     {QStringLiteral("host"), event.host},
                     {QStringLiteral("port"), event.port}});
    }
    QJsonObject operator()(const Flying &event) const
    {
        auto object = made(QLatin1String("flying"),
                           {{QStringLiteral("kite"), text(event.kite)},
                            {QStringLiteral("url"), event.url},
                            {QStringLiteral("relay"), event.relay}});
        if (event.tls)
            object.insert(QLatin1String("tls"), *event.tls);
        return object;
    }
    QJsonObject operator()(const Down &event) const
    {
        return made(QLatin1String("down"),
                    {{QStringLiteral("kite"), text(event.kite)},
                     {QStringLiteral("reason"), QLatin1String(stats::downWord(event.reason))},
                     {QStringLiteral("detail"), event.detail},
                     {QStringLiteral("relay"), event.relay}});
    }
    QJsonObject operator()(const RelayMessage &event) const
    {
        return made(QLatin1String("motd"),
                    {{QStringLiteral("relay"), event.relay}, {QStringLiteral("text"), event.text}});
    }
    QJsonObject operator()(const QuotaLeft &event) const
    {
        auto object = toJson(event.quota);
        object.insert(QLatin1String("event"), QLatin1String("quota"));
        object.insert(QLatin1String("relay"), event.relay);
        return object;
    }
    QJsonObject operator()(const UpgradeOffer &event) const
    {
        return made(QLatin1String("upgrade"),
                    {{QStringLiteral("relay"), event.relay},
                     {QStringLiteral("version"), event.upgrade.version},
                     {QStringLiteral("tag"), event.upgrade.tag},
                     {QStringLiteral("url"), event.upgrade.url}});
    }
    QJsonObject operator()(const Traffic &event) const
    {
        return made(QLatin1String("traffic"),
                    {{QStringLiteral("kite"), text(event.kite)},
                     {QStringLiteral("in"), event.in},
                     {QStringLiteral("out"), event.out},
                     {QStringLiteral("streams"), event.streams},
                     {QStringLiteral("visitors"), event.visitors}});
    }
    QJsonObject operator()(const Visited &event) const
    {
        const auto &visit = event.visit;
        return made(QLatin1String("visit"),
                    {{QStringLiteral("kite"), text(event.kite)},
                     {QStringLiteral("visitor"), visit.visitor},
                     {QStringLiteral("method"), QString::fromUtf8(visit.method)},
                     {QStringLiteral("path"), QString::fromUtf8(visit.path)},
                     {QStringLiteral("status"), visit.status},
                     {QStringLiteral("bytes"), visit.bytes},
                     {QStringLiteral("ms"), visit.milliseconds}});
    }
    QJsonObject operator()(const Failure &event) const
    {
        return made(
            QLatin1String("error"),
            {{QStringLiteral("reason"), event.reason}, {QStringLiteral("detail"), event.detail}});
    }
};

} // namespace

QJsonObject toJson(const tunnel::Quota &quota)
{
    QJsonObject object;
    const auto add = [&object](QLatin1StringView name, qint64 number) {
        if (number > 0)
            object.insert(name, number);
    };
    add(QLatin1StringView("kb"), quota.kb);
    add(QLatin1StringView("days"), quota.days);
    add(QLatin1StringView("connections"), quota.connections);
    add(QLatin1StringView("visitors"), quota.visitors);
    add(QLatin1StringView("seconds"), quota.seconds);
    return object;
}

QJsonObject toJson(const Event &event)
{
    return std::visit(Json {}, event);
}

QByteArray jsonLine(const QJsonObject &object)
{
    const auto text = QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
    QString line;
    for (const char32_t c : text.toUcs4()) {
        const QString units = QStringView(QChar::fromUcs4(c)).toString();
        if (!isTreacherous(c)) {
            line += units;
            continue;
        }
        for (const QChar unit : units)
            line += QStringLiteral("\\u%1").arg(int(unit.unicode()), 4, 16, QLatin1Char('0'));
    }
    return line.toUtf8();
}

} // namespace kite::cli
