#include "app/engine/neighbours.h"

#include <algorithm>

#include <QFile>
#include <QHostAddress>
#include <QHostInfo>
#include <QNetworkInterface>

namespace kite::app {

namespace {

bool answersForLocalNames()
{
#ifdef Q_OS_LINUX
    return QFile::exists(QStringLiteral("/run/avahi-daemon/socket"));
#else
    return true; // part of the system
#endif
}

QString firstAddress()
{
    const auto interfaces = QNetworkInterface::allInterfaces();
    for (const auto &interface : interfaces) {
        const auto flags = interface.flags();
        if (!flags.testFlag(QNetworkInterface::IsRunning)
            || flags.testFlag(QNetworkInterface::IsLoopBack)
            || flags.testFlag(QNetworkInterface::IsPointToPoint))
            continue;
        const auto entries = interface.addressEntries();
        for (const auto &entry : entries) {
            if (entry.ip().protocol() == QAbstractSocket::IPv4Protocol && !entry.ip().isLinkLocal())
                return entry.ip().toString();
        }
    }
    return {};
}

} // namespace

QString neighbourlyHost()
{
    const QString name = QHostInfo::localHostName().section(QLatin1Char('.'), 0, 0).toLower();
    if (!name.isEmpty() && name != u"localhost" && answersForLocalNames())
        return name + QStringLiteral(".local");
    const QString address = firstAddress();
    return address.isEmpty() ? QStringLiteral("localhost") : address;
}

bool isNeighbourly(QByteArrayView host)
{
    // reserved for such use, or handed out by home routers
    static constexpr QByteArrayView localDomains[] = {
        ".local",     // RFC 6762
        ".localhost", // RFC 6761
        ".home.arpa", // RFC 8375
        ".internal",  ".lan", ".home", ".localdomain", ".fritz.box", ".test",
    };
    const QString name = QString::fromLatin1(host);
    if (!QHostAddress(name).isNull() || !name.contains(QLatin1Char('.')))
        return true;
    const QString own
        = QHostInfo::localHostName() + QLatin1Char('.') + QHostInfo::localDomainName();
    if (name.compare(own, Qt::CaseInsensitive) == 0
        || name.compare(QHostInfo::localHostName(), Qt::CaseInsensitive) == 0)
        return true;
    return std::ranges::any_of(localDomains,
                               [host](QByteArrayView domain) { return host.endsWith(domain); });
}

} // namespace kite::app
