#include "kitecore/link/visitorhead.h"

#include <algorithm>

#include <QHostAddress>

#include "kitecore/base/kiteid.h"

namespace kite::link {

namespace {

bool isProtocol(QByteArrayView name)
{
    const auto fits
        = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.'; };
    return !name.isEmpty() && name.size() <= KiteId::maxProtocolBytes
        && std::all_of(name.begin(), name.end(), fits);
}

/// Neither control characters nor what some line splitters take for one (PROTOCOL.md, traps).
bool isPlain(QByteArrayView text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

/// Dotted as everybody writes it, without leading zeros.
bool isPlainIpv4(QByteArrayView text)
{
    int dots = 0;
    int number = -1; // no digit yet
    for (const char c : text) {
        if (c == '.' && number >= 0) {
            ++dots;
            number = -1;
        } else if (c < '0' || c > '9' || number == 0) {
            return false;
        } else {
            number = std::max(number, 0) * 10 + (c - '0');
        }
        if (number > 255)
            return false;
    }
    return dots == 3 && number >= 0;
}

QString addressFrom(QByteArrayView text)
{
    if (isPlainIpv4(text)) // most are: parsing and writing it again would say the same
        return QString::fromLatin1(text);
    constexpr qsizetype longest = 64; // IPv6 with a zone
    QHostAddress address;
    if (text.size() > longest || !address.setAddress(QString::fromLatin1(text)))
        return {};
    bool mapped = false;
    const QHostAddress v4(address.toIPv4Address(&mapped));
    return mapped ? v4.toString() : address.toString();
}

} // namespace

std::optional<net::Visitor> visitorFrom(const wire::ChunkHead &head)
{
    net::Visitor visitor;
    visitor.protocol = head.protocol.toByteArray().toLower();
    visitor.host = head.host.toByteArray().toLower();
    if (!isProtocol(visitor.protocol) || !isDomain(visitor.host))
        return std::nullopt;
    visitor.port = head.port;
    visitor.peer = {addressFrom(head.visitorAddress), head.visitorPort};
    visitor.tls = head.visitorTls;
    return visitor;
}

std::optional<wire::StreamOpening> openingFor(const net::Visitor &visitor)
{
    wire::StreamOpening opening {visitor.protocol,  visitor.host,
                                 visitor.port,      visitor.peer.address.toLatin1(),
                                 visitor.peer.port, visitor.tls};
    if (!isProtocol(opening.protocol) || opening.host.isEmpty() || !isPlain(opening.host)
        || !isPlain(opening.visitorAddress))
        return std::nullopt;
    return opening;
}

} // namespace kite::link
