#include "kitecore/net/neighbourhood.h"

#include <algorithm>

#include <QHostAddress>

namespace kite::net {

namespace {

/// `1.2.3.4`, as addresses of visitors are written.
bool isDotted(QStringView address)
{
    const auto belongs = [](QChar c) { return c == u'.' || (c >= u'0' && c <= u'9'); };
    return address.count(u'.') == 3 && std::ranges::all_of(address, belongs);
}

} // namespace

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
    if (isDotted(address)) // RFC 1122, 3.2.1.3; asked for each visitor, and parsing takes long
        return address.startsWith(QLatin1String("127."));
    return QHostAddress(address).isLoopback();
}

} // namespace kite::net
