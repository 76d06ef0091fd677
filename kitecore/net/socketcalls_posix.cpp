#include "kitecore/net/socketcalls.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <limits>

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace kite::net {

void Descriptor::reset()
{
    if (isOpen())
        ::close(int(release()));
}

namespace calls {

namespace {

constexpr std::size_t maxParts = 64; ///< of one gathered write; IOV_MAX is 1024

#ifdef MSG_NOSIGNAL
constexpr int sendFlags = MSG_NOSIGNAL;
#else
constexpr int sendFlags = 0; // SO_NOSIGPIPE instead
#endif
#ifdef MSG_MORE
constexpr int moreFollows = MSG_MORE;
#else
constexpr int moreFollows = 0;
#endif

void setOption(SocketHandle socket, int level, int name, int value)
{
    // Comfort only: a socket works without.
    ::setsockopt(int(socket), level, name, &value, sizeof value);
}

void prepare(SocketHandle socket)
{
    setNoDelay(socket);
#ifdef SO_NOSIGPIPE
    setOption(socket, SOL_SOCKET, SO_NOSIGPIPE, 1);
#endif
}

QString textOfIpv6(const void *address)
{
    std::array<char, INET6_ADDRSTRLEN> buffer {};
    ::inet_ntop(AF_INET6, address, buffer.data(), buffer.size());
    return QString::fromLatin1(buffer.data());
}

/// Of IPv4, as inet_ntop() writes it, which takes a printf() for it: there is one for each visitor.
QString dottedText(const void *address)
{
    std::array<quint8, 4> bytes {};
    std::memcpy(bytes.data(), address, bytes.size());
    QString text;
    text.reserve(INET_ADDRSTRLEN);
    for (const auto byte : bytes) {
        std::array<char, 3> digits {};
        const char *const end = std::to_chars(digits.begin(), digits.end(), byte).ptr;
        text.append(QLatin1String(digits.data(), end - digits.data()));
        text.append(QLatin1Char('.'));
    }
    text.chop(1);
    return text;
}

Peer readPeer(const sockaddr_storage &from)
{
    if (from.ss_family == AF_INET) {
        sockaddr_in v4 {};
        std::memcpy(&v4, &from, sizeof v4);
        return {dottedText(&v4.sin_addr), ntohs(v4.sin_port)};
    }
    if (from.ss_family != AF_INET6)
        return {};
    sockaddr_in6 v6 {};
    std::memcpy(&v6, &from, sizeof v6);
    const auto *bytes = reinterpret_cast<const char *>(&v6.sin6_addr);
    const bool mapped = IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr);
    return {mapped ? dottedText(bytes + 12) : textOfIpv6(bytes), ntohs(v6.sin6_port)};
}

/// A number, or an interface's name (RFC 4007, 11.2).
quint32 scopeNumber(const QString &scope)
{
    bool isNumber = false;
    const quint32 number = scope.toUInt(&isNumber);
    return isNumber ? number : ::if_nametoindex(qPrintable(scope));
}

socklen_t writeAddress(const QHostAddress &address, quint16 port, sockaddr_storage *into)
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
    v6.sin6_scope_id = scopeNumber(address.scopeId());
    std::memcpy(into, &v6, sizeof v6);
    return sizeof v6;
}

Accepted::Status acceptFailure(int error)
{
    switch (error) {
    case EAGAIN:
        return Accepted::Status::NoneWaiting;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
        return Accepted::Status::TooMany;
    case EBADF:
    case EINVAL:
    case ENOTSOCK:
    case EOPNOTSUPP:
        return Accepted::Status::Failed;
    default: // accept(2): errors of the network come with the connection they belong to
        return Accepted::Status::Gone;
    }
}

int acceptNonBlocking(SocketHandle listener, sockaddr *from, socklen_t *size)
{
#ifdef Q_OS_LINUX
    return ::accept4(int(listener), from, size, SOCK_NONBLOCK | SOCK_CLOEXEC);
#else
    const int socket = ::accept(int(listener), from, size);
    if (socket >= 0)
        makeNonBlocking(socket);
    return socket;
#endif
}

int openSocket(int family)
{
#ifdef Q_OS_LINUX
    return ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
#else
    const int socket = ::socket(family, SOCK_STREAM, 0);
    if (socket >= 0)
        makeNonBlocking(socket);
    return socket;
#endif
}

bool isBlocked(int error)
{
    // ENOBUFS on macOS: the system is out of room for a moment.
    return error == EAGAIN || error == EWOULDBLOCK || error == ENOBUFS;
}

/// Of a send that gave `bytes`.
Io outcome(ssize_t bytes)
{
    if (bytes >= 0)
        return Io::moved(bytes);
    if (isBlocked(errno))
        return Io::blocked();
    return errno == EPIPE ? Io::ended() : Io::failed();
}

/// The kernel need not copy and check a list of one.
Io sendOne(SocketHandle socket, QByteArrayView bytes, int flags)
{
    if (bytes.isEmpty())
        return Io::moved(0);
    ssize_t sent = 0;
    do {
        sent = ::send(int(socket), bytes.data(), size_t(bytes.size()), flags);
    } while (sent < 0 && errno == EINTR);
    return outcome(sent);
}

} // namespace

Accepted accept(SocketHandle listener)
{
    sockaddr_storage from {};
    socklen_t size = sizeof from;
    int socket = -1;
    do {
        socket = acceptNonBlocking(listener, reinterpret_cast<sockaddr *>(&from), &size);
    } while (socket < 0 && errno == EINTR);
    if (socket < 0)
        return {.status = acceptFailure(errno), .socket = {}, .peer = {}, .error = errno};
    if constexpr (!acceptedInherit)
        prepare(socket);
    return {Accepted::Status::Taken, Descriptor(socket), readPeer(from), 0};
}

Result<Descriptor, int> beginConnect(const QHostAddress &address, quint16 port)
{
    sockaddr_storage to {};
    const socklen_t size = writeAddress(address, port, &to);
    Descriptor socket(openSocket(to.ss_family));
    if (!socket.isOpen())
        return Err {errno};
    prepare(socket.handle());
    const int begun
        = ::connect(int(socket.handle()), reinterpret_cast<const sockaddr *>(&to), size);
    if (begun != 0 && errno != EINPROGRESS && errno != EINTR)
        return Err {errno};
    return socket;
}

/// A connect to a port that nobody listens on may be given that very port, and reach itself.
bool isConnected(SocketHandle socket)
{
    sockaddr_storage peer {};
    sockaddr_storage own {};
    socklen_t peerSize = sizeof peer;
    socklen_t ownSize = sizeof own;
    return ::getpeername(int(socket), reinterpret_cast<sockaddr *>(&peer), &peerSize) == 0
        && ::getsockname(int(socket), reinterpret_cast<sockaddr *>(&own), &ownSize) == 0
        && (peerSize != ownSize || std::memcmp(&peer, &own, peerSize) != 0);
}

int connectError(SocketHandle socket)
{
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(int(socket), SOL_SOCKET, SO_ERROR, &error, &size) != 0)
        return errno;
    return error == 0 && !isConnected(socket) ? ECONNREFUSED : error;
}

bool hasHungUp(SocketHandle socket)
{
#ifdef POLLRDHUP
    pollfd asked {int(socket), POLLRDHUP, 0};
#else
    pollfd asked {int(socket), 0, 0};
#endif
    return ::poll(&asked, 1, 0) == 1;
}

QString errorText(int error)
{
    return qt_error_string(error);
}

Io receive(SocketHandle socket, std::span<char> into)
{
    ssize_t bytes = 0;
    do {
        bytes = ::recv(int(socket), into.data(), into.size(), 0);
    } while (bytes < 0 && errno == EINTR);
    if (bytes > 0)
        return Io::moved(bytes);
    if (bytes == 0)
        return Io::ended();
    return isBlocked(errno) ? Io::blocked() : Io::failed();
}

Io send(SocketHandle socket, std::span<const QByteArrayView> parts)
{
    if (parts.size() == 1)
        return sendOne(socket, parts.front(), sendFlags);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): filled below
    std::array<iovec, maxParts> vectors;
    msghdr message {};
    message.msg_iov = vectors.data();
    for (const auto part : parts.first(std::min(parts.size(), maxParts))) {
        if (!part.isEmpty()) // sendmsg only reads what the pointer leads to
            vectors[message.msg_iovlen++] = {const_cast<char *>(part.data()), size_t(part.size())};
    }
    if (message.msg_iovlen == 0)
        return Io::moved(0);
    ssize_t bytes = 0;
    do {
        bytes = ::sendmsg(int(socket), &message, sendFlags);
    } while (bytes < 0 && errno == EINTR);
    return outcome(bytes);
}

Io sendAhead(SocketHandle socket, QByteArrayView bytes)
{
    return sendOne(socket, bytes, sendFlags | moreFollows);
}

void shutdownWrite(SocketHandle socket)
{
    ::shutdown(int(socket), SHUT_WR); // fails only where there is no peer any more
}

void makeNonBlocking(SocketHandle socket)
{
    ::fcntl(int(socket), F_SETFL, ::fcntl(int(socket), F_GETFL) | O_NONBLOCK);
    ::fcntl(int(socket), F_SETFD, FD_CLOEXEC);
}

void setNoDelay(SocketHandle socket)
{
    setOption(socket, IPPROTO_TCP, TCP_NODELAY, 1);
}

void setDeadPeerTimeout(SocketHandle socket, int seconds)
{
    const int interval = std::max(seconds / 4, 1);
    setOption(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
#ifdef Q_OS_LINUX
    setOption(socket, IPPROTO_TCP, TCP_KEEPIDLE, std::max(seconds - 3 * interval, 1));
    setOption(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, seconds * 1000);
#else
    setOption(socket, IPPROTO_TCP, TCP_KEEPALIVE, std::max(seconds - 3 * interval, 1));
#endif
    setOption(socket, IPPROTO_TCP, TCP_KEEPINTVL, interval);
    setOption(socket, IPPROTO_TCP, TCP_KEEPCNT, 3);
}

Descriptor duplicate(SocketHandle socket)
{
    return Descriptor(::fcntl(int(socket), F_DUPFD_CLOEXEC, 0));
}

void raiseDescriptorLimit()
{
    rlimit limit {};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
#ifdef Q_OS_MACOS
    limit.rlim_cur = std::min<rlim_t>(OPEN_MAX, limit.rlim_max); // more is refused
#endif
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

int descriptorLimit()
{
    rlimit limit {};
    constexpr rlim_t most = std::numeric_limits<int>::max();
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > most)
        return 0;
    return int(limit.rlim_cur);
}

} // namespace calls

} // namespace kite::net
