#include "kitecore/relay/routinghost.h"

#include <algorithm>

#include <QHostAddress>

#include "kitecore/base/kiteid.h"

namespace kite::relay {

namespace {

bool isLowerHex(QByteArrayView text)
{
    return std::ranges::all_of(
        text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

} // namespace

bool isAddress(QByteArrayView host)
{
    return !QHostAddress(QString::fromLatin1(host)).isNull();
}

QByteArrayView withoutEmbeddedAddress(QByteArrayView host)
{
    if (!host.startsWith("0x"))
        return host;
    const auto end = host.indexOf("--");
    const auto digits = host.sliced(2, std::max<qsizetype>(end - 2, 0));
    if ((digits.size() != 8 && digits.size() != 32) || !isLowerHex(digits))
        return host;
    return host.sliced(end + 2);
}

std::optional<QByteArray> routingHost(QByteArrayView host)
{
    const auto lower = host.toByteArray().toLower();
    auto name = withoutEmbeddedAddress(lower);
    if (name.endsWith('.'))
        name.chop(1);
    const bool named = isDomain(name) && !name.startsWith("*.");
    if (!named && (name.contains('%') || !isAddress(name)))
        return std::nullopt;
    return name.size() == lower.size() ? lower : name.toByteArray();
}

} // namespace kite::relay
