#include "kitecore/net/socketcalls.h"

#include <algorithm>
#include <array>

#include <winsock2.h>
// after winsock2.h
#include <mstcpip.h>
#include <ws2tcpip.h>

namespace kite::net {

void Descriptor::reset()
{
    if (isOpen())
        ::closesocket(SOCKET(release()));
}

namespace calls {

namespace {

constexpr std::size_t maxParts = 64; ///< of one gathered write

SOCKET native(SocketHandle socket)
{
    return SOCKET(socket);
}

Descriptor owned(SOCKET socket)
{
    return socket == INVALID_SOCKET ? Descriptor() : Descriptor(SocketHandle(socket));
}

void setOption(SocketHandle socket, int level, int name, DWORD value)
{
    // Comfort only: a socket works without.
    ::setsockopt(native(socket), level, name, reinterpret_cast<const char *>(&value), sizeof value);
}

void prepare(SocketHandle socket)
{
    makeNonBlocking(socket);
    setNoDelay(socket);
}

QString text(int family, const void *address)
{
    std::array<char, INET6_ADDRSTRLEN> buffer {};
    ::inet_ntop(family, address, buffer.data(), buffer.size());
    return QString::fromLatin1(buffer.data());
}

Peer readPeer(const sockaddr_storage &from)
{
    if (from.ss_family == AF_INET) {
        const auto &v4 = reinterpret_cast<const sockaddr_in &>(from);
        return {text(AF_INET, &v4.sin_addr), ntohs(v4.sin_port)};
    }
    if (from.ss_family != AF_INET6)
        return {};
    const auto &v6 = reinterpret_cast<const sockaddr_in6 &>(from);
    const auto *bytes = reinterpret_cast<const char *>(&v6.sin6_addr);
    const bool mapped = IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr);
    return {mapped ? text(AF_INET, bytes + 12) : text(AF_INET6, bytes), ntohs(v6.sin6_port)};
}

int writeAddress(const QHostAddress &address, quint16 port, sockaddr_storage *into)
{
    if (address.protocol() == QAbstractSocket::IPv4Protocol) {
        sockaddr_in v4 {};
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        v4.sin_addr.s_addr = htonl(address.toIPv4Address());
        std::memcpy(into, &v4, sizeof v4);
        return sizeof v4;
    }
    sockaddr_in6 v6 {};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    const Q_IPV6ADDR bytes = address.toIPv6Address();
    std::memcpy(&v6.sin6_addr, &bytes, sizeof bytes);
    v6.sin6_scope_id = address.scopeId().toUInt(); // Windows writes scopes as numbers
    std::memcpy(into, &v6, sizeof v6);
    return sizeof v6;
}

Accepted::Status acceptFailure(int error)
{
    switch (error) {
    case WSAEWOULDBLOCK:
        return Accepted::Status::NoneWaiting;
    case WSAEMFILE:
    case WSAENOBUFS:
        return Accepted::Status::TooMany;
    case WSAENOTSOCK:
    case WSAEINVAL:
    case WSAEOPNOTSUPP:
    case WSANOTINITIALISED:
        return Accepted::Status::Failed;
    default: // WSAECONNRESET: it left before it was taken
        return Accepted::Status::Gone;
    }
}

bool isBlocked(int error)
{
    // WSAENOBUFS: the system is out of room for a moment.
    return error == WSAEWOULDBLOCK || error == WSAENOBUFS;
}

} // namespace

Accepted accept(SocketHandle listener)
{
    sockaddr_storage from {};
    int size = sizeof from;
    const SOCKET socket = ::accept(native(listener), reinterpret_cast<sockaddr *>(&from), &size);
    if (socket == INVALID_SOCKET) {
        const int error = ::WSAGetLastError();
        return {.status = acceptFailure(error), .socket = {}, .peer = {}, .error = error};
    }
    auto taken = owned(socket);
    prepare(taken.handle());
    return {Accepted::Status::Taken, std::move(taken), readPeer(from), 0};
}

Result<Descriptor, int> beginConnect(const QHostAddress &address, quint16 port)
{
    sockaddr_storage to {};
    const int size = writeAddress(address, port, &to);
    auto socket = owned(::WSASocketW(to.ss_family, SOCK_STREAM, IPPROTO_TCP, nullptr, 0,
                                     WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT));
    if (!socket.isOpen())
        return Err {::WSAGetLastError()};
    prepare(socket.handle());
    const int begun
        = ::connect(native(socket.handle()), reinterpret_cast<const sockaddr *>(&to), size);
    if (begun != 0 && ::WSAGetLastError() != WSAEWOULDBLOCK)
        return Err {::WSAGetLastError()};
    return socket;
}

bool isConnected(SocketHandle)
{
    return false; // writability tells
}

int connectError(SocketHandle socket)
{
    int error = 0;
    int size = sizeof error;
    const int asked = ::getsockopt(native(socket), SOL_SOCKET, SO_ERROR,
                                   reinterpret_cast<char *>(&error), &size);
    return asked == 0 ? error : ::WSAGetLastError();
}

bool hasHungUp(SocketHandle socket)
{
    WSAPOLLFD asked {native(socket), 0, 0};
    return ::WSAPoll(&asked, 1, 0) == 1;
}

QString errorText(int error)
{
    return qt_error_string(error);
}

Io receive(SocketHandle socket, std::span<char> into)
{
    const int bytes = ::recv(native(socket), into.data(), int(into.size()), 0);
    if (bytes > 0)
        return Io::moved(bytes);
    if (bytes == 0)
        return Io::ended();
    return isBlocked(::WSAGetLastError()) ? Io::blocked() : Io::failed();
}

Io send(SocketHandle socket, std::span<const QByteArrayView> parts)
{
    std::array<WSABUF, maxParts> buffers;
    DWORD count = 0;
    for (const auto part : parts.first(std::min(parts.size(), maxParts))) {
        if (!part.isEmpty()) // WSASend only reads what the pointer leads to
            buffers[count++] = {ULONG(part.size()), const_cast<char *>(part.data())};
    }
    if (count == 0)
        return Io::moved(0);
    DWORD bytes = 0;
    if (::WSASend(native(socket), buffers.data(), count, &bytes, 0, nullptr, nullptr) == 0)
        return Io::moved(bytes);
    const int error = ::WSAGetLastError();
    if (isBlocked(error))
        return Io::blocked();
    return error == WSAESHUTDOWN ? Io::ended() : Io::failed();
}

Io sendAhead(SocketHandle socket, QByteArrayView bytes)
{
    return send(socket, {&bytes, 1});
}

void shutdownWrite(SocketHandle socket)
{
    ::shutdown(native(socket), SD_SEND); // fails only where there is no peer any more
}

void makeNonBlocking(SocketHandle socket)
{
    u_long on = 1;
    ::ioctlsocket(native(socket), long(FIONBIO), &on);
    ::SetHandleInformation(reinterpret_cast<HANDLE>(socket), HANDLE_FLAG_INHERIT, 0);
}

void setNoDelay(SocketHandle socket)
{
    setOption(socket, IPPROTO_TCP, TCP_NODELAY, 1);
}

void setDeadPeerTimeout(SocketHandle socket, int seconds)
{
    const int interval = std::max(seconds / 4, 1);
    tcp_keepalive alive {};
    alive.onoff = 1;
    alive.keepalivetime = ULONG(std::max(seconds - 3 * interval, 1)) * 1000;
    alive.keepaliveinterval = ULONG(interval) * 1000;
    DWORD returned = 0;
    ::WSAIoctl(native(socket), SIO_KEEPALIVE_VALS, &alive, sizeof alive, nullptr, 0, &returned,
               nullptr, nullptr);
    setOption(socket, IPPROTO_TCP, TCP_MAXRT, DWORD(seconds));
}

Descriptor duplicate(SocketHandle socket)
{
    WSAPROTOCOL_INFOW description {};
    if (::WSADuplicateSocketW(native(socket), ::GetCurrentProcessId(), &description) != 0)
        return {};
    return owned(::WSASocketW(FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO,
                              &description, 0, WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT));
}

void raiseDescriptorLimit() {} // Windows has none for sockets

int descriptorLimit()
{
    return 0;
}

} // namespace calls

} // namespace kite::net
