#include "kitecore/tunnel/kitetable.h"

#include <array>
#include <span>

namespace kite::tunnel {

namespace {

/// What a kite for visitors of `protocol` may be named after.
std::span<const QByteArray> protocolsFor(const QByteArray &protocol)
{
    static const std::array<QByteArray, 4> web {"websocket", "http", "http2", "http3"};
    if (protocol == web[0])
        return web;
    if (protocol == web[1])
        return std::span(web).subspan(1);
    return {&protocol, 1};
}

} // namespace

void KiteTable::set(const KiteId &id, const std::shared_ptr<net::Target> &target)
{
    m_targets.insert(id, target);
    m_hasWildcards |= id.domain.startsWith("*.");
}

std::shared_ptr<net::Target> KiteTable::find(const net::Visitor &visitor) const
{
    const auto spoken = visitor.protocol.toLower();
    const auto host = visitor.host.toLower();
    for (const auto &protocol : protocolsFor(spoken)) {
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
    if (!m_hasWildcards)
        return nullptr;
    for (const auto &wildcard : wildcardsFor(host)) {
        if (auto target = m_targets.value({protocol, port, wildcard}))
            return target;
    }
    return nullptr;
}

} // namespace kite::tunnel
