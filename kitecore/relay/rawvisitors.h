#pragma once

#include <chrono>
#include <mutex>
#include <optional>

#include <QHash>
#include <QSet>

#include "kitecore/base/clock.h"
#include "kitecore/relay/kiteregistry.h"

namespace kite::relay {

/// Who comes to a raw port does not say for whom (PROTOCOL.md, raw ports): it is the name that the
/// same address asked for by HTTP last, or the port's only raw kite. Thread-safe; remembers
/// maxAddresses.
class RawVisitors
{
public:
    static constexpr std::chrono::seconds rememberFor {132}; ///< as PageKite's relays
    static constexpr qsizetype maxAddresses = 20'000;

    /// @param rawPorts RelayOptions::rawPorts; `virtual` is nobody's port.
    RawVisitors(const QByteArrayList &rawPorts, const KiteRegistry &registry, const Clock &clock);

    /// Whether it is a raw port.
    bool comeTo(quint16 port) const;
    QSet<quint16> ports() const;
    void setPorts(const QByteArrayList &rawPorts);

    /// A visitor asked for `host` by HTTP. Kept if that name has a kite on a raw port.
    void asked(const QString &address, const QByteArray &host);

    struct Found
    {
        QByteArray host;
        Route route;
    };
    std::optional<Found> find(quint16 port, const QString &address) const;

private:
    struct Wish
    {
        QByteArray host;
        Clock::Steady at;
    };
    using Wishes = QHash<QString, Wish>;

    QByteArray lastWish(const QString &address) const;

    const KiteRegistry &m_registry;
    const Clock &m_clock;
    mutable std::mutex m_lock;
    QSet<quint16> m_ports;
    Wishes m_wishes;
    Wishes m_olderWishes; ///< full once; goes when m_wishes is
};

} // namespace kite::relay
