#include "kitecore/relay/doors.h"

#include <algorithm>

namespace kite::relay {

namespace {

using Sockets = QList<std::shared_ptr<net::ListeningSocket>>;

/// Port 0 may be free on one address and taken on the next: how often to look for another.
constexpr int freePortTries = 5;

/// One port on all addresses. An address that this computer does not have is passed over if there
/// is another one.
Result<Sockets, net::ListenFailure> listenOn(const QList<QHostAddress> &addresses, quint16 port)
{
    Sockets sockets;
    net::ListenFailure failure {net::ListenError::NoAddress, QStringLiteral("no address given")};
    for (const auto &address : addresses) {
        const auto bound = sockets.isEmpty() ? port : sockets.first()->port();
        auto socket = net::ListeningSocket::open(address, bound);
        if (socket) {
            sockets.append(*socket);
            continue;
        }
        failure = socket.error();
        failure.detail = QStringLiteral("%1 port %2: %3")
                             .arg(address.toString())
                             .arg(bound)
                             .arg(socket.error().detail);
        if (failure.error != net::ListenError::NoAddress)
            return Err {failure};
    }
    if (sockets.isEmpty())
        return Err {failure};
    return sockets;
}

Result<Sockets, net::ListenFailure> listenOnSome(const QList<QHostAddress> &addresses, quint16 port)
{
    auto sockets = listenOn(addresses, port);
    for (int tries = 1; port == 0 && !sockets && tries < freePortTries; ++tries)
        sockets = listenOn(addresses, port);
    return sockets;
}

/// What was opened for us on this port.
Sockets inheritedFor(const RelayOptions &options, quint16 port)
{
    Sockets sockets;
    for (const auto &socket : options.inherited) {
        if (port != 0 && socket->port() == port)
            sockets.append(socket);
    }
    return sockets;
}

/// Takes the sockets of a port out of those that are open.
Sockets takeOpen(Doors &open, const QList<QHostAddress> &addresses, quint16 wanted)
{
    const auto found = std::ranges::find(open.all, wanted, &Door::wanted);
    if (open.addresses != addresses || found == open.all.end())
        return {};
    const auto sockets = found->sockets;
    open.all.erase(found);
    return sockets;
}

} // namespace

QList<quint16> Doors::ports() const
{
    QList<quint16> ports;
    for (const auto &door : all) {
        if (!door.isRaw)
            ports.append(door.port());
    }
    return ports;
}

Result<Doors, RelayFailure> openDoors(const RelayOptions &options, const Doors &open)
{
    Doors left = open;
    Doors doors {options.addresses, {}};
    for (const auto port : options.ports) {
        auto sockets = inheritedFor(options, port);
        if (sockets.isEmpty())
            sockets = takeOpen(left, options.addresses, port);
        if (sockets.isEmpty()) {
            const auto opened = listenOnSome(options.addresses, port);
            if (!opened)
                return Err {RelayFailure {RelayError::Listen, opened.error().detail}};
            sockets = *opened;
        }
        doors.all.append({port, false, sockets});
    }
    // But not on those among the other ports: there silence tells a raw visitor.
    auto taken = doors.ports();
    for (const auto &text : options.rawPorts) {
        const auto port = text.toUShort();
        if (port == 0 || taken.contains(port))
            continue;
        taken.append(port);
        auto sockets = inheritedFor(options, port);
        if (sockets.isEmpty())
            sockets = takeOpen(left, options.addresses, port);
        if (sockets.isEmpty()) {
            const auto opened = listenOn(options.addresses, port);
            if (!opened) {
                const auto detail
                    = QStringLiteral("raw port: %1 (`virtual` in its place opens no port and "
                                     "allows any in CONNECT)")
                          .arg(opened.error().detail);
                return Err {RelayFailure {RelayError::Listen, detail}};
            }
            sockets = *opened;
        }
        doors.all.append({port, true, sockets});
    }
    return doors;
}

} // namespace kite::relay
