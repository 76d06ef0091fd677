#include "app/cli/events.h"

#include <QLocale>

#include "app/cli/sentences.h"
#include "kitecore/base/harmless.h"

namespace kite::cli {

namespace {

/// Of what visitors say.
constexpr qsizetype longestWord = 32;
constexpr qsizetype longestPath = 2000;

QString size(qint64 bytes)
{
    return QLocale::c().formattedDataSize(bytes, 1, QLocale::DataSizeTraditionalFormat);
}

struct Text
{
    QString operator()(const Listening &event) const
    {
        if (event.role == Listening::Role::Share)
            return {}; // the address says it
        return QStringLiteral("The relay listens on port %1 of %2.")
            .arg(QString::number(event.port),
                 event.host == u"*" ? QStringLiteral("every address") : event.host);
    }
    QString operator()(const Flying &event) const
    {
        QString how;
        if (!event.connector.isEmpty())
            how = QStringLiteral(", flown by %1").arg(event.connector);
        else if (event.tls && !event.relay.isEmpty())
            how = QStringLiteral(" at the relay %1, %2")
                      .arg(event.relay,
                           *event.tls ? QStringLiteral("TLS") : QStringLiteral("not encrypted"));
        return QStringLiteral("%1 flies%2.\n%3").arg(nameOf(event.kite), how, event.url);
    }
    QString operator()(const Down &event) const { return sentenceFor(event); }
    QString operator()(const RelayMessage &event) const
    {
        QString text = event.text;
        if (text.contains(QLatin1Char('\n')))
            text.replace(QLatin1Char('\n'), QLatin1String("\n  ")).prepend(QLatin1String("\n  "));
        else
            text.prepend(QLatin1Char(' '));
        return QStringLiteral("The relay %1 says:").arg(event.relay) + text;
    }
    QString operator()(const QuotaLeft &event) const
    {
        return QStringLiteral("Quota at the relay %1: %2.").arg(event.relay, wordsFor(event.quota));
    }
    QString operator()(const UpgradeOffer &event) const
    {
        QString text = QStringLiteral("The relay %1 tells of version %2")
                           .arg(event.relay, event.upgrade.version);
        return event.upgrade.url.isEmpty() ? text + QLatin1Char('.')
                                           : text + QLatin1String(":\n") + event.upgrade.url;
    }
    QString operator()(const Traffic &event) const
    {
        return QStringLiteral("%1: %2 in, %3 out, %4 open, %5 visitors")
            .arg(nameOf(event.kite), size(event.in), size(event.out),
                 QString::number(event.streams), QString::number(event.visitors));
    }
    QString operator()(const Visited &event) const
    {
        const auto &visit = event.visit;
        return QStringLiteral("%1: %2 %3 %4, %5, %6 ms (%7)")
            .arg(nameOf(event.kite), harmless(QString::fromUtf8(visit.method), longestWord),
                 harmless(QString::fromUtf8(visit.path), longestPath),
                 QString::number(visit.status), size(visit.bytes),
                 QString::number(visit.milliseconds), visit.visitor);
    }
    QString operator()(const Failure &event) const { return event.detail; }
};

} // namespace

QString toText(const Event &event)
{
    return std::visit(Text {}, event);
}

} // namespace kite::cli
