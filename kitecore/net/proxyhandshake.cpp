#include "kitecore/net/proxyhandshake.h"

#include <algorithm>

#include <QtEndian>

namespace kite::net {

using Kind = ProxyHop::Kind;

namespace {

constexpr char socks4 = 4;
constexpr char socks5 = 5;
constexpr char connectCommand = 1;
constexpr char noPassword = 0;   // RFC 1928, 3
constexpr char namePassword = 2; // RFC 1929
constexpr char socks4Granted = 90;

QByteArray portBytes(quint16 port)
{
    QByteArray bytes(2, '\0');
    qToBigEndian(port, bytes.data());
    return bytes;
}

QByteArray addressBytes(const QHostAddress &address)
{
    if (address.protocol() == QAbstractSocket::IPv4Protocol) {
        QByteArray bytes(4, '\0');
        qToBigEndian(address.toIPv4Address(), bytes.data());
        return bytes;
    }
    const Q_IPV6ADDR v6 = address.toIPv6Address();
    return {reinterpret_cast<const char *>(v6.c), 16};
}

QByteArray counted(const QByteArray &text)
{
    return char(text.size()) + text;
}

/// RFC 1928, 6
QString socks5Word(char reply)
{
    static constexpr const char *words[]
        = {"granted",           "general failure", "not allowed",
           "no network",        "no such host",    "connection refused",
           "no answer in time", "no such command", "no such kind of address"};
    const auto n = size_t(uchar(reply));
    return n < std::size(words) ? QLatin1String(words[n]) : QStringLiteral("error %1").arg(n);
}

ProxyFailure notAProxy(const QString &detail)
{
    return {ProxyError::NotAProxy, detail};
}

} // namespace

ProxyHandshake::ProxyHandshake(ProxyHop hop, Endpoint target)
    : m_hop(std::move(hop))
    , m_target(std::move(target))
    , m_host(m_target.host.toLatin1())
    , m_address(m_target.host)
{
}

Result<QByteArray, ProxyFailure> ProxyHandshake::begin()
{
    const auto isText = [](char c) { return c > ' ' && c < 0x7f; };
    const bool isSocks = m_hop.kind != Kind::HttpConnect;
    const bool tooLong = isSocks
        && (m_host.size() > maxSocksText || m_hop.user.size() > maxSocksText
            || m_hop.password.size() > maxSocksText);
    const bool needsIpv4
        = m_hop.kind == Kind::Socks4 && m_address.protocol() != QAbstractSocket::IPv4Protocol;
    const bool isAddress6
        = m_hop.kind == Kind::Socks4a && m_address.protocol() == QAbstractSocket::IPv6Protocol;
    if (m_host.isEmpty() || !std::ranges::all_of(m_host, isText) || tooLong || needsIpv4
        || isAddress6 || (isSocks && m_hop.user.contains('\0')))
        return Err {ProxyFailure {
            ProxyError::BadTarget,
            QStringLiteral("the proxy can not be told of %1").arg(m_target.toString())}};
    switch (m_hop.kind) {
    case Kind::HttpConnect:
        m_state = State::HttpHead;
        return httpRequest();
    case Kind::Socks4:
    case Kind::Socks4a:
        m_state = State::Socks4Reply;
        return socks4Request();
    case Kind::Socks5:
        m_state = State::Socks5Method;
        return socks5Greeting();
    }
    Q_UNREACHABLE();
}

QByteArray ProxyHandshake::httpRequest() const
{
    const QByteArray place = m_target.toString().toLatin1();
    QByteArray request = "CONNECT " + place + " HTTP/1.1\r\nHost: " + place + "\r\n";
    if (!m_hop.user.isEmpty()) // RFC 7617
        request += "Proxy-Authorization: Basic " + (m_hop.user + ':' + m_hop.password).toBase64()
            + "\r\n";
    return request + "\r\n";
}

QByteArray ProxyHandshake::socks4Request() const
{
    QByteArray request(1, socks4);
    request += connectCommand + portBytes(m_target.port);
    if (!m_address.isNull())
        return request + addressBytes(m_address) + m_hop.user + '\0';
    // 4a: an address that can not be, then the name
    return request + QByteArray("\0\0\0\1", 4) + m_hop.user + '\0' + m_host + '\0';
}

QByteArray ProxyHandshake::socks5Greeting() const
{
    const QByteArray methods = m_hop.user.isEmpty() ? QByteArray(1, noPassword)
                                                    : QByteArray(1, noPassword) + namePassword;
    return socks5 + counted(methods);
}

QByteArray ProxyHandshake::socks5Password() const
{
    static constexpr char version = 1; // RFC 1929, 2
    return version + counted(m_hop.user) + counted(m_hop.password);
}

QByteArray ProxyHandshake::socks5Request() const
{
    static constexpr char isIpv4 = 1;
    static constexpr char isName = 3;
    static constexpr char isIpv6 = 4;
    QByteArray request(1, socks5);
    request += connectCommand;
    request += '\0';
    if (m_address.isNull())
        request += isName + counted(m_host);
    else if (m_address.protocol() == QAbstractSocket::IPv4Protocol)
        request += isIpv4 + addressBytes(m_address);
    else
        request += isIpv6 + addressBytes(m_address);
    return request + portBytes(m_target.port);
}

Result<ProxyHandshake::Next, ProxyFailure> ProxyHandshake::feed(QByteArrayView bytes)
{
    m_got.append(bytes);
    const auto stepped = step();
    if (!stepped)
        return Err {stepped.error()};
    if (*stepped)
        return **stepped;
    if (m_got.size() > maxReplyBytes)
        return Err {notAProxy(QStringLiteral("endless answer"))};
    return Next {};
}

ProxyHandshake::Outcome ProxyHandshake::step()
{
    switch (m_state) {
    case State::HttpHead:
        return httpHead();
    case State::Socks4Reply:
        return socks4Reply();
    case State::Socks5Method:
        return socks5Method();
    case State::Socks5Password:
        return socks5PasswordReply();
    case State::Socks5Reply:
        return socks5Reply();
    case State::Done:
        break;
    }
    return finished(0);
}

ProxyHandshake::Outcome ProxyHandshake::finished(qsizetype usedBytes)
{
    m_state = State::Done;
    m_got.remove(0, usedBytes);
    return std::optional(Next {{}, true});
}

ProxyHandshake::Outcome ProxyHandshake::httpHead()
{
    static constexpr QByteArrayView beginning = "HTTP/1.";
    static constexpr qsizetype statusAt = 9;
    const auto compared = std::min(m_got.size(), beginning.size());
    if (!m_got.startsWith(beginning.first(compared)))
        return Err {notAProxy(QStringLiteral("no answer that HTTP knows"))};
    const auto end = m_got.indexOf("\r\n\r\n");
    if (end < 0)
        return std::optional<Next> {};
    if (end + 4 > maxReplyBytes)
        return Err {notAProxy(QStringLiteral("endless answer"))};
    const QByteArray status = m_got.mid(statusAt, 3);
    if (status == "407" || status == "401")
        return Err {ProxyFailure {ProxyError::WrongPassword, QString::fromLatin1(status)}};
    if (!status.startsWith('2'))
        return Err {ProxyFailure {
            ProxyError::Refused,
            QString::fromLatin1(m_got.first(std::min<qsizetype>(m_got.indexOf('\r'), 80)))}};
    return finished(end + 4);
}

ProxyHandshake::Outcome ProxyHandshake::socks4Reply()
{
    static constexpr qsizetype replyBytes = 8;
    if (!m_got.isEmpty() && m_got[0] != 0)
        return Err {notAProxy(QStringLiteral("no answer that SOCKS 4 knows"))};
    if (m_got.size() < replyBytes)
        return std::optional<Next> {};
    if (m_got[1] != socks4Granted)
        return Err {ProxyFailure {ProxyError::Refused,
                                  QStringLiteral("SOCKS 4 error %1").arg(int(uchar(m_got[1])))}};
    return finished(replyBytes);
}

ProxyHandshake::Outcome ProxyHandshake::socks5Method()
{
    if (!m_got.isEmpty() && m_got[0] != socks5)
        return Err {notAProxy(QStringLiteral("no answer that SOCKS 5 knows"))};
    if (m_got.size() < 2)
        return std::optional<Next> {};
    const char method = m_got[1];
    m_got.remove(0, 2);
    if (method == noPassword) {
        m_state = State::Socks5Reply;
        return std::optional(Next {socks5Request(), false});
    }
    if (method != namePassword || m_hop.user.isEmpty())
        return Err {ProxyFailure {ProxyError::WrongPassword,
                                  QStringLiteral("it wants a way to log in that we have not")}};
    m_state = State::Socks5Password;
    return std::optional(Next {socks5Password(), false});
}

ProxyHandshake::Outcome ProxyHandshake::socks5PasswordReply()
{
    if (m_got.size() < 2)
        return std::optional<Next> {};
    if (m_got[1] != 0)
        return Err {ProxyFailure {ProxyError::WrongPassword, QStringLiteral("not accepted")}};
    m_got.remove(0, 2);
    m_state = State::Socks5Reply;
    return std::optional(Next {socks5Request(), false});
}

ProxyHandshake::Outcome ProxyHandshake::socks5Reply()
{
    static constexpr qsizetype kindAt = 3;
    if (!m_got.isEmpty() && m_got[0] != socks5)
        return Err {notAProxy(QStringLiteral("no answer that SOCKS 5 knows"))};
    if (m_got.size() >= 2 && m_got[1] != 0)
        return Err {ProxyFailure {ProxyError::Refused, socks5Word(m_got[1])}};
    if (m_got.size() <= kindAt + 1)
        return std::optional<Next> {};
    qsizetype addressBytes = 0;
    switch (m_got[kindAt]) {
    case 1:
        addressBytes = 4;
        break;
    case 3:
        addressBytes = 1 + qsizetype(uchar(m_got[kindAt + 1]));
        break;
    case 4:
        addressBytes = 16;
        break;
    default:
        return Err {notAProxy(QStringLiteral("an address of no kind"))};
    }
    const qsizetype whole = kindAt + 1 + addressBytes + 2;
    return m_got.size() < whole ? Outcome(std::optional<Next> {}) : finished(whole);
}

} // namespace kite::net
