#pragma once

#include <span>

#include <QByteArrayView>
#include <QHostAddress>

#include "kitecore/base/result.h"
#include "kitecore/net/bytestream.h"
#include "kitecore/net/descriptor.h"

/// The operating system's socket calls behind one face: socketcalls_posix.cpp,
/// socketcalls_winsock.cpp. Every socket made here is non-blocking, not inherited by children, and
/// has TCP_NODELAY.
namespace kite::net::calls {

/// Whether an accepted connection begins with the options of the socket that took it: a call for
/// each option and visitor less.
#ifdef Q_OS_LINUX
inline constexpr bool acceptedInherit = true;
/// Whether a connection to this computer is there as soon as it is begun, or will never be.
inline constexpr bool loopbackConnectsAtOnce = true;
#else
inline constexpr bool acceptedInherit = false;
inline constexpr bool loopbackConnectsAtOnce = false;
#endif

struct Accepted
{
    enum class Status : quint8 {
        Taken,
        NoneWaiting,
        Gone,    ///< That visitor has left already; others may wait.
        TooMany, ///< No descriptor or memory is left: it still waits, come back later.
        Failed,  ///< The listening socket is broken.
    };
    Status status = Status::NoneWaiting;
    Descriptor socket;
    Peer peer;
    int error = 0;
};

/// Takes one waiting connection. @param listener with TCP_NODELAY.
Accepted accept(SocketHandle listener);
/// Begins to connect; writability tells the end. An error number: refused at once (no route, no
/// memory, no such family).
Result<Descriptor, int> beginConnect(const QHostAddress &address, quint16 port);
/// Whether it is already: connections to this computer may be at once.
bool isConnected(SocketHandle socket);
/// After writability: 0 for connected, else the system's error number.
int connectError(SocketHandle socket);
/// Whether the peer has ended or reset it; nothing is read for that.
bool hasHungUp(SocketHandle socket);
QString errorText(int error);

Io receive(SocketHandle socket, std::span<char> into);
/// Gathers; never raises SIGPIPE. Ended: the peer has gone, what it sent may still be read.
Io send(SocketHandle socket, std::span<const QByteArrayView> parts);
/// The same for bytes that others follow at once: the system may wait for those.
Io sendAhead(SocketHandle socket, QByteArrayView bytes);
void shutdownWrite(SocketHandle socket);
/// Also keeps children from inheriting it.
void makeNonBlocking(SocketHandle socket);
void setNoDelay(SocketHandle socket);
/// TCP keepalive and, where there is one, a limit for unacknowledged data: a dead peer fails the
/// socket after about `seconds`.
void setDeadPeerTimeout(SocketHandle socket, int seconds);
Descriptor duplicate(SocketHandle socket);
/// Raises the limit of open descriptors to what the system allows. Once, at start.
void raiseDescriptorLimit();
/// How many this process may have open. 0: as many as there is memory for.
int descriptorLimit();

} // namespace kite::net::calls
