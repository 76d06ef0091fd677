#include "kitecore/base/endpoint.h"

#include <algorithm>

namespace kite {

namespace {

/// Decimal digits only: toUShort() alone would take signs and blanks.
std::optional<quint16> readPort(QStringView text)
{
    const bool digits = !text.isEmpty() && std::ranges::all_of(text, [](QChar c) {
        return c >= QLatin1Char('0') && c <= QLatin1Char('9');
    });
    bool fits = false;
    const auto port = text.toUShort(&fits);
    if (!digits || !fits || port == 0)
        return std::nullopt;
    return port;
}

/// What may have colons: hex digits, colons, dots of a mapped address, and a zone behind `%`.
bool isIpv6(QStringView text)
{
    const auto zone = text.indexOf(QLatin1Char('%'));
    return std::ranges::all_of(zone < 0 ? text : text.first(zone), [](QChar c) {
        const char16_t lower = c.toLower().unicode();
        return (lower >= u'0' && lower <= u'9') || (lower >= u'a' && lower <= u'f') || lower == u':'
            || lower == u'.';
    });
}

bool isHost(QStringView text)
{
    return !text.isEmpty() && (!text.contains(QLatin1Char(':')) || isIpv6(text))
        && std::ranges::none_of(text, [](QChar c) {
               return c.isSpace() || !c.isPrint() || c == QLatin1Char('/') || c == QLatin1Char('@');
           });
}

} // namespace

std::optional<Endpoint> Endpoint::parse(QStringView text, quint16 defaultPort)
{
    QStringView host = text;
    QStringView port;
    if (text.startsWith(QLatin1Char('['))) {
        const auto close = text.indexOf(QLatin1Char(']'));
        if (close < 0)
            return std::nullopt;
        host = text.sliced(1, close - 1);
        const auto rest = text.sliced(close + 1);
        if (!rest.isEmpty() && !rest.startsWith(QLatin1Char(':')))
            return std::nullopt;
        port = rest.isEmpty() ? QStringView {} : rest.sliced(1);
        if (!rest.isEmpty() && port.isEmpty())
            return std::nullopt;
    } else if (text.count(QLatin1Char(':')) == 1) { // more than one: a bare IPv6 address
        const auto colon = text.indexOf(QLatin1Char(':'));
        host = text.first(colon);
        port = text.sliced(colon + 1);
        if (port.isEmpty())
            return std::nullopt;
    }
    if (!isHost(host))
        return std::nullopt;
    if (port.isEmpty())
        return Endpoint {host.toString().toLower(), defaultPort};
    const auto number = readPort(port);
    if (!number)
        return std::nullopt;
    return Endpoint {host.toString().toLower(), *number};
}

QString Endpoint::toString() const
{
    const bool v6 = host.contains(QLatin1Char(':'));
    return (v6 ? QLatin1Char('[') + host + QLatin1Char(']') : host) + QLatin1Char(':')
        + QString::number(port);
}

} // namespace kite
