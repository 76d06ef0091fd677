#include "kitecore/tunnel/kitetable.h"

#include <QByteArrayList>

namespace kite::tunnel {

namespace {

QByteArrayList protocolsFor(const QByteArray &protocol)
{
    if (protocol == "http")
        return {protocol, "http2", "http3"};
    if (protocol == "websocket")
        return {protocol, "http", "http2", "http3"};
    return {protocol};
}

} // namespace

void KiteTable::set(const KiteId &id, const std::shared_ptr<net::Target> &target)
{
    m_targets.insert(id, target);
}

std::shared_ptr<net::Target> KiteTable::find(const net::Visitor &visitor) const
{
    const QByteArray host = visitor.host.toLower();
    for (const auto &protocol : protocolsFor(visitor.protocol.toLower())) {
        for (const quint16 port : {visitor.port, quint16(0)}) {
            if (auto target = lookUp(protocol, port, host))
                return target;
        }
        if (auto target = m_targets.value({protocol, 0, "unknown"}))
            return target;
    }
    return nullptr;
}

std::shared_ptr<net::Target> KiteTable::lookUp(const QByteArray &protocol, quint16 port,
                                               const QByteArray &host) const
{
    if (auto target = m_targets.value({protocol, port, host}))
        return target;
    // `*.rest`, one label less at a time, while more than one label remains
    for (auto dot = host.indexOf('.'); dot >= 0 && host.indexOf('.', dot + 1) >= 0;
         dot = host.indexOf('.', dot + 1)) {
        if (auto target = m_targets.value({protocol, port, '*' + host.sliced(dot)}))
            return target;
    }
    return nullptr;
}

} // namespace kite::tunnel
