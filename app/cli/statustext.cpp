#include <algorithm>

#include <QDateTime>
#include <QJsonArray>

#include "app/cli/events.h"
#include "app/cli/screenwrite.h"
#include "app/cli/sentences.h"
#include "app/cli/statusboard.h"
#include "kitecore/base/harmless.h"

namespace kite::cli {

namespace {

/// Without anything that a terminal would obey: root may ask other users' processes.
QString textOf(const QJsonObject &object, const char *key)
{
    static constexpr qsizetype most = 4096;
    return harmless(object.value(QLatin1String(key)).toString(), most);
}

qint64 numberOf(const QJsonObject &object, const char *key)
{
    return object.value(QLatin1String(key)).toInteger();
}

QString counted(qint64 number, const char *one, const char *several)
{
    return QStringLiteral("%1 %2").arg(number).arg(QLatin1String(number == 1 ? one : several));
}

QString bytes(qint64 number)
{
    static constexpr const char *units[] = {"kB", "MB", "GB", "TB"};
    if (number < 1000)
        return QStringLiteral("%1 bytes").arg(number);
    double value = double(number) / 1000;
    size_t unit = 0;
    for (; value >= 1000 && unit + 1 < std::size(units); ++unit)
        value /= 1000;
    return QString::number(value, 'f', value < 10 ? 1 : 0) + QLatin1Char(' ')
        + QLatin1String(units[unit]);
}

/// Today the time alone.
QString since(const QJsonObject &object)
{
    const auto then = QDateTime::fromString(textOf(object, "since"), Qt::ISODate).toLocalTime();
    if (!then.isValid())
        return {};
    const bool isToday = then.date() == QDate::currentDate();
    return QStringLiteral(" since ")
        + then.toString(isToday ? QStringLiteral("HH:mm:ss") : QStringLiteral("yyyy-MM-dd HH:mm"));
}

QString lamp(const QString &state, Lamps lamps)
{
    if (lamps == Lamps::Words)
        return QStringLiteral("  ");
    const char *const colour = state == u"connected" ? "32" : state == u"connecting" ? "33" : "31";
    const QString sign(state == u"connected" ? QChar(0x25cf) : QChar(0x25cb)); // full, hollow
    return QStringLiteral("  \x1b[%1m%2\x1b[0m ").arg(QLatin1String(colour), sign);
}

QString kiteLine(const QJsonObject &kite)
{
    QString text = QStringLiteral("  %1 -> %2").arg(textOf(kite, "kite"), textOf(kite, "target"));
    const QString state = textOf(kite, "state");
    if (!state.isEmpty())
        text += QStringLiteral("  ") + state;
    for (const char *key : {"reason", "url"}) {
        if (const QString more = textOf(kite, key); !more.isEmpty())
            text += QLatin1Char(' ') + more;
    }
    return text
        + QStringLiteral("\n      %1 now, %2 since the start, %3 in, %4 out\n")
              .arg(counted(numberOf(kite, "visitors"), "visitor", "visitors"))
              .arg(numberOf(kite, "visits"))
              .arg(bytes(numberOf(kite, "in")), bytes(numberOf(kite, "out")));
}

QString quotaLine(const QJsonObject &said)
{
    const auto number = [&said](const char *key) {
        return std::clamp<qint64>(numberOf(said, key), 0, tunnel::Quota::most);
    };
    const auto words = wordsFor(tunnel::Quota {number("kb"), number("days"), number("connections"),
                                               number("visitors"), number("seconds")});
    return words.isEmpty() ? QString() : QStringLiteral("      quota: %1\n").arg(words);
}

QString relayLines(const QJsonObject &relay, Lamps lamps)
{
    const QString state = textOf(relay, "state");
    const QString reason = textOf(relay, "reason");
    QString text
        = lamp(state, lamps) + textOf(relay, "relay") + QLatin1String("  ") + state + since(relay);
    if (!reason.isEmpty())
        text += QLatin1String(", ") + reason;
    text += QLatin1Char('\n') + quotaLine(relay.value(QLatin1String("quota")).toObject());
    const auto kites = relay.value(QLatin1String("kites")).toArray();
    for (const auto &each : kites) {
        const auto kite = each.toObject();
        QStringList words {textOf(kite, "url")};
        if (words.first().isEmpty())
            words = {textOf(kite, "kite"), textOf(kite, "state"), textOf(kite, "reason")};
        text += QStringLiteral("      %1\n").arg(words.join(QLatin1Char(' ')).trimmed());
    }
    return text;
}

QString ownRelayLines(const QJsonObject &relay, Lamps lamps)
{
    QStringList ports;
    for (const auto &port : relay.value(QLatin1String("ports")).toArray())
        ports.append(QString::number(port.toInt()));
    QString text
        = QStringLiteral("  a relay on port %1: %2 of %3, %4 now, %5 in, %6 out\n")
              .arg(ports.join(QLatin1Char(',')), counted(numberOf(relay, "kites"), "kite", "kites"),
                   counted(numberOf(relay, "links"), "connector", "connectors"),
                   counted(numberOf(relay, "visitors"), "visitor", "visitors"),
                   bytes(numberOf(relay, "in")), bytes(numberOf(relay, "out")));
    for (const auto &each : relay.value(QLatin1String("flying")).toArray()) {
        const auto kite = each.toObject();
        text += lamp(QStringLiteral("connected"), lamps) + textOf(kite, "kite")
            + QLatin1String("  from ") + textOf(kite, "connector") + since(kite)
            + QLatin1Char('\n');
    }
    return text;
}

} // namespace

QString statusText(const QList<AskedStatus> &asked, Lamps lamps)
{
    if (asked.isEmpty())
        return QStringLiteral("No kite of yours runs on this computer.\n");
    QString text;
    for (const auto &[pid, status] : asked) {
        text += QStringLiteral("kite, process %1").arg(pid);
        text += status.isEmpty() ? QStringLiteral(": does not answer\n")
                                 : since(status) + QLatin1Char('\n');
        for (const auto &kite : status.value(QLatin1String("kites")).toArray())
            text += kiteLine(kite.toObject());
        for (const auto &relay : status.value(QLatin1String("relays")).toArray())
            text += relayLines(relay.toObject(), lamps);
        if (const auto relay = status.value(QLatin1String("relay")); relay.isObject())
            text += ownRelayLines(relay.toObject(), lamps);
    }
    return text;
}

QString statusJson(const QList<AskedStatus> &asked)
{
    QString text;
    for (const auto &[pid, status] : asked) {
        QJsonObject object = status;
        object.insert(QStringLiteral("pid"), pid);
        text += QString::fromUtf8(jsonLine(object)) + QLatin1Char('\n');
    }
    return text;
}

QString tellStatus(bool json)
{
    const auto asked = askStatus(statusFolders());
    const bool colours = isTerminal(stdout) && qEnvironmentVariableIsEmpty("NO_COLOR");
    return json ? statusJson(asked) : statusText(asked, colours ? Lamps::Colours : Lamps::Words);
}

} // namespace kite::cli
