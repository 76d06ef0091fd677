#include "kitecore/net/neighbourhood.h"

#include <QHostAddress>

namespace kite::net {

QString neighbourhood(const QString &address)
{
    if (!address.contains(QLatin1Char(':')))
        return address;
    const QHostAddress host(address);
    if (host.protocol() != QAbstractSocket::IPv6Protocol)
        return address;
    bool isMapped = false;
    const QHostAddress v4(host.toIPv4Address(&isMapped));
    if (isMapped)
        return v4.toString();
    const auto bytes = host.toIPv6Address();
    const auto *begin = reinterpret_cast<const char *>(&bytes);
    return QString::fromLatin1(QByteArray(begin, 8).toHex());
}

bool isThisComputer(const QString &address)
{
    return QHostAddress(address).isLoopback();
}

} // namespace kite::net
