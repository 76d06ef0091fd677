#include "app/cli/sentences.h"

#include <QLocale>

#include "app/cli/daemon.h"
#include "kitecore/base/harmless.h"

namespace kite::cli {

QString sentenceFor(const settings::SpecFailure &failure)
{
    using settings::SpecError;
    const auto &text = failure.text;
    switch (failure.error) {
    case SpecError::Empty:
        return QStringLiteral("the kite needs a name.");
    case SpecError::TooManyFields:
        return QStringLiteral("'%1' has more than PROTOCOL:NAME:HOST:PORT:SECRET.").arg(text);
    case SpecError::TooManyWords:
        return QStringLiteral("'%1' is more than one origin for a kite; write AND between kites.")
            .arg(text);
    case SpecError::BadName:
        return QStringLiteral("'%1' is no name for a kite.").arg(text);
    case SpecError::BadProtocol:
        return QStringLiteral("'%1' is no protocol.").arg(text);
    case SpecError::BadPort:
        return QStringLiteral("a port of '%1' is not a number from 1 to 65535.").arg(text);
    case SpecError::BadOrigin:
        return QStringLiteral("'%1' does not say which host to connect to.").arg(text);
    case SpecError::BuiltIn:
        return QStringLiteral("a built-in server names no folder here; say: kite FOLDER NAME.");
    case SpecError::BadFlag:
        return QStringLiteral("'%1' is no flag.").arg(text);
    case SpecError::StrayFlag:
        return QStringLiteral("'%1' stands before the kite it is for.").arg(text);
    }
    Q_UNREACHABLE();
}

namespace {

QString withoutDetail(const Down &down)
{
    using enum stats::DownReason;
    const QString kite = nameOf(down.kite);
    const QString &relay = down.relay;
    switch (down.reason) {
    case None:
        return QStringLiteral("%1 is down.").arg(kite);
    case Unreachable:
        return QStringLiteral("%1 is down: the relay %2 cannot be reached.").arg(kite, relay);
    case LinkLost:
        return QStringLiteral("%1 is down: the link to the relay %2 was lost.").arg(kite, relay);
    case BadSecret:
        return QStringLiteral("The relay %2 did not accept the secret for %1.").arg(kite, relay);
    case UnknownKite:
        return QStringLiteral("The relay %2 does not know %1, or not with this secret.")
            .arg(kite, relay);
    case NameTaken:
        return QStringLiteral("%1 is taken: another connector flies it at the relay %2.")
            .arg(kite, relay);
    case NotServed:
        return QStringLiteral("The relay %2 does not serve the protocol or port of %1.")
            .arg(kite, relay);
    case Quota:
        return QStringLiteral("%1 is down: its quota at the relay %2 is used up.").arg(kite, relay);
    case Untrusted:
        return QStringLiteral(
                   "%1 is down: the certificate of the relay %2 cannot be trusted. --pin "
                   "or --ca_certs can say whom to trust.")
            .arg(kite, relay);
    case NotARelay:
        return QStringLiteral("%1 is down: what answers at %2 is no relay.").arg(kite, relay);
    case PortTaken:
        return QStringLiteral("%1 is down: no port to listen on. --port=N can name another.")
            .arg(kite);
    case NothingThere:
        return sentenceFor(share::ShareFailure {share::ShareError::Missing, down.detail});
    case NoSecret:
        return QStringLiteral("%1 is down: there is no secret for the relay %2.").arg(kite, relay);
    }
    Q_UNREACHABLE();
}

constexpr qsizetype longestDetail = 500; // characters; a certificate's names may be in it

bool detailHelps(stats::DownReason reason)
{
    using enum stats::DownReason;
    return reason == Unreachable || reason == NotServed || reason == Untrusted
        || reason == NotARelay || reason == PortTaken;
}

} // namespace

QString nameOf(const KiteId &kite)
{
    const bool plain = kite.protocol == "http" && kite.port == 0;
    return QString::fromUtf8(plain ? kite.domain : kite.toByteArray());
}

QString sentenceFor(const Down &down)
{
    if (!down.connector.isEmpty())
        return QStringLiteral("%1 is gone (%2).").arg(nameOf(down.kite), down.connector);
    QString sentence = withoutDetail(down);
    if (detailHelps(down.reason) && !down.detail.isEmpty())
        sentence += QStringLiteral(" (%1)").arg(harmless(down.detail, longestDetail).simplified());
    return sentence;
}

QString wordsFor(const tunnel::Quota &quota)
{
    static constexpr qint64 unit = 1024;
    QStringList words;
    const auto add = [&words](qint64 number, const QString &one, const QString &several) {
        if (number > 0)
            words.append(number == 1 ? one : several.arg(number));
    };
    if (quota.kb > 0)
        words.append(QStringLiteral("%1 left").arg(QLocale::c().formattedDataSize(
            quota.kb * unit, 1, QLocale::DataSizeTraditionalFormat)));
    add(quota.days, QStringLiteral("1 day left"), QStringLiteral("%1 days left"));
    add(quota.connections, QStringLiteral("1 connection"), QStringLiteral("%1 connections"));
    if (quota.visitors > 0)
        words.append(
            QStringLiteral("%1 different visitors in %2 s").arg(quota.visitors).arg(quota.seconds));
    return words.join(QLatin1String(", "));
}

QString sentenceFor(const share::ShareFailure &failure)
{
    switch (failure.error) {
    case share::ShareError::Missing:
        return QStringLiteral("'%1' is not there, or cannot be read.").arg(failure.path);
    case share::ShareError::NotAFile:
        return QStringLiteral("'%1' is neither a folder nor a file.").arg(failure.path);
    case share::ShareError::Clash:
        return QStringLiteral("'%1': another one of the same name is shared beside it.")
            .arg(failure.path);
    }
    Q_UNREACHABLE();
}

QString saidBeforeStays(const QString &fault)
{
    return QStringLiteral("%1 (read as %2); what it said before stays.").arg(fault, userName());
}

QString saidNowStays(const QString &fault)
{
    return QStringLiteral("%1 (read as %2); what it says now stays.").arg(fault, userName());
}

} // namespace kite::cli
