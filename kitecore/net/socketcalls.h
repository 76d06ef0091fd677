#pragma once

#include <span>

#include <QByteArrayView>
#include <QHostAddress>

#include "kitecore/net/bytestream.h"
#include "kitecore/net/descriptor.h"

/// The operating system's socket calls behind one face: socketcalls_posix.cpp,
/// socketcalls_winsock.cpp. Every socket made here is non-blocking, not inherited by children, and
/// has TCP_NODELAY.
namespace kite::net::calls {

/// Accepts one connection. Closed descriptor: none waiting, or the visitor is gone already.
Descriptor accept(SocketHandle listener, Peer *peer);
/// Begins to connect. Closed descriptor: refused at once (no route, no memory, no such family).
Descriptor beginConnect(const QHostAddress &address, quint16 port);
/// After writability: 0 for connected, else the system's error number.
int connectError(SocketHandle socket);
QString errorText(int error);

Io receive(SocketHandle socket, std::span<char> into);
/// Gathers; never raises SIGPIPE.
Io send(SocketHandle socket, std::span<const QByteArrayView> parts);
void shutdownWrite(SocketHandle socket);
void makeNonBlocking(SocketHandle socket);
void setNoDelay(SocketHandle socket);
/// TCP keepalive and, where there is one, a limit for unacknowledged data: a dead peer fails the
/// socket after about `seconds`.
void setDeadPeerTimeout(SocketHandle socket, int seconds);
SocketHandle duplicate(SocketHandle socket);
/// Raises the limit of open descriptors to what the system allows. Once, at start.
void raiseDescriptorLimit();

} // namespace kite::net::calls
