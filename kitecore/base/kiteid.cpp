#include "kitecore/base/kiteid.h"

#include <algorithm>

namespace kite {

namespace {

bool isLabelChar(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'
        || c == '_';
}

bool isProtocol(QByteArrayView name)
{
    return !name.isEmpty() && name.size() <= KiteId::maxProtocolBytes
        && std::ranges::all_of(name, [](char c) { return isLabelChar(c) && c != '-'; });
}

std::optional<quint16> readPort(QByteArrayView digits)
{
    quint32 port = 0;
    if (digits.isEmpty() || digits.size() > 5)
        return std::nullopt;
    for (const char c : digits) {
        if (c < '0' || c > '9')
            return std::nullopt;
        port = port * 10 + quint32(c - '0');
    }
    if (port == 0 || port > 65535)
        return std::nullopt;
    return quint16(port);
}

} // namespace

bool isDomain(QByteArrayView name)
{
    if (name.startsWith("*."))
        name = name.sliced(2);
    if (name.isEmpty() || name.size() > KiteId::maxDomainBytes)
        return false;
    char before = '.';
    for (const char c : name) {
        if (c == '.' ? before == '.' : !isLabelChar(c))
            return false;
        before = c;
    }
    return before != '.';
}

std::optional<KiteId> KiteId::parse(QByteArrayView text)
{
    const auto colon = text.indexOf(':');
    if (colon < 0 || !isDomain(text.sliced(colon + 1)))
        return std::nullopt;
    QByteArrayView protocol = text.first(colon);
    quint16 port = 0;
    if (const auto dash = protocol.indexOf('-'); dash >= 0) {
        const auto number = readPort(protocol.sliced(dash + 1));
        if (!number)
            return std::nullopt;
        port = *number;
        protocol = protocol.first(dash);
    }
    if (!isProtocol(protocol))
        return std::nullopt;
    return KiteId {protocol.toByteArray().toLower(), port,
                   text.sliced(colon + 1).toByteArray().toLower()};
}

QByteArray KiteId::protoport() const
{
    return port == 0 ? protocol : protocol + '-' + QByteArray::number(port);
}

QByteArrayList wildcardsFor(const QByteArray &domain)
{
    QByteArrayList wildcards;
    for (auto dot = domain.indexOf('.'); dot >= 0; dot = domain.indexOf('.', dot + 1))
        wildcards.append('*' + domain.sliced(dot));
    return wildcards;
}

} // namespace kite
