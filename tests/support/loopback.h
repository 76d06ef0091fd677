#pragma once

#include <memory>
#include <utility>

#include <QTcpServer>

#include "kitecore/net/socketcalls.h"
#include "kitecore/net/streams.h"
#include "tests/support/waits.h"

namespace kite::test {

struct SocketPair
{
    net::Descriptor connected;
    net::Descriptor accepted;
    net::Peer acceptedPeer;
};

/// Two ends of one TCP connection on loopback.
inline SocketPair socketPair(const QHostAddress &address = QHostAddress::LocalHost)
{
    QTcpServer server;
    server.listen(address);
    server.pauseAccepting();
    net::calls::setNoDelay(server.socketDescriptor());
    auto connected = net::calls::beginConnect(address, server.serverPort());
    net::calls::Accepted accepted;
    eventually([&] {
        accepted = net::calls::accept(server.socketDescriptor());
        return accepted.socket.isOpen();
    });
    return {std::move(connected).value(), std::move(accepted.socket), accepted.peer};
}

using StreamPair = std::pair<std::unique_ptr<net::ByteStream>, std::unique_ptr<net::ByteStream>>;

inline StreamPair socketStreams(net::Loop &loop)
{
    auto pair = socketPair();
    return {net::descriptorStream(loop, std::move(pair.connected), {}),
            net::descriptorStream(loop, std::move(pair.accepted), pair.acceptedPeer)};
}

/// Makes closing send a reset, as a crashed or impatient peer does.
void resetOnClose(net::SocketHandle socket);

/// Bytes that differ by place, so that a lost, doubled or moved part shows.
inline QByteArray pattern(qsizetype bytes, quint32 seed = 1)
{
    QByteArray made(bytes, Qt::Uninitialized);
    for (char &c : made) {
        seed = seed * 1'664'525U + 1'013'904'223U; // Numerical Recipes, ranqd1
        c = char(seed >> 24);
    }
    return made;
}

} // namespace kite::test
