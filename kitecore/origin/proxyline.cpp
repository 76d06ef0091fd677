#include "kitecore/origin/proxyline.h"

#include <QHostAddress>

namespace kite::origin {

QByteArray proxyLine(const net::Visitor &visitor)
{
    QHostAddress address;
    if (!address.setAddress(visitor.peer.address))
        return "PROXY UNKNOWN\r\n";
    bool isV4 = false;
    const QHostAddress v4(address.toIPv4Address(&isV4)); // also from the mapped form
    if (isV4)
        address = v4;
    address.setScopeId({});
    return QByteArray("PROXY ") + (isV4 ? "TCP4 " : "TCP6 ") + address.toString().toLatin1()
        + (isV4 ? " 0.0.0.0 " : " :: ") + QByteArray::number(visitor.peer.port) + ' '
        + QByteArray::number(visitor.port) + "\r\n";
}

} // namespace kite::origin
