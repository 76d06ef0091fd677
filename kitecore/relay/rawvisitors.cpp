#include "kitecore/relay/rawvisitors.h"

#include <algorithm>

namespace kite::relay {

RawVisitors::RawVisitors(const QByteArrayList &rawPorts, const KiteRegistry &registry,
                         const Clock &clock)
    : m_registry(registry)
    , m_clock(clock)
{
    setPorts(rawPorts);
}

bool RawVisitors::comeTo(quint16 port) const
{
    const std::lock_guard guard(m_lock);
    return m_ports.contains(port);
}

QSet<quint16> RawVisitors::ports() const
{
    const std::lock_guard guard(m_lock);
    return m_ports;
}

void RawVisitors::setPorts(const QByteArrayList &rawPorts)
{
    QSet<quint16> ports;
    for (const auto &port : rawPorts) {
        if (const auto number = port.toUShort(); number != 0)
            ports.insert(number);
    }
    const std::lock_guard guard(m_lock);
    m_ports = ports;
}

void RawVisitors::asked(const QString &address, const QByteArray &host)
{
    const auto rawPorts = ports();
    const bool hasRawKite = std::ranges::any_of(rawPorts, [&](quint16 port) {
        const auto route = m_registry.find(Asking::Raw, port, host);
        return route && route->kite.domain != "unknown";
    });
    if (!hasRawKite)
        return;
    const std::lock_guard guard(m_lock);
    if (m_wishes.size() >= maxAddresses / 2 && !m_wishes.contains(address))
        m_olderWishes = std::exchange(m_wishes, {});
    m_wishes.insert(address, {host, m_clock.now()});
}

std::optional<RawVisitors::Found> RawVisitors::find(quint16 port, const QString &address) const
{
    if (const auto host = lastWish(address); !host.isEmpty()) {
        if (auto route = m_registry.find(Asking::Raw, port, host))
            return Found {host, *std::move(route)};
    }
    if (auto only = m_registry.onlyRawKite(port))
        return Found {only->kite.domain, *std::move(only)};
    return std::nullopt;
}

/// Empty: it has none.
QByteArray RawVisitors::lastWish(const QString &address) const
{
    const std::lock_guard guard(m_lock);
    for (const auto *wishes : {&m_wishes, &m_olderWishes}) {
        const auto found = wishes->constFind(address);
        if (found != wishes->cend())
            return m_clock.now() - found->at <= rememberFor ? found->host : QByteArray();
    }
    return {};
}

} // namespace kite::relay
