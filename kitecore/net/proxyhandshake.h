#pragma once

#include <optional>

#include <QHostAddress>

#include "kitecore/base/result.h"
#include "kitecore/net/route.h"

namespace kite::net {

/// Why a proxy does not lead on.
enum class ProxyError {
    NotAProxy,     ///< What it says is not of its protocol.
    WrongPassword, ///< It wants a name and a password, or others than ours.
    Refused,       ///< It can not or will not connect; the detail says what it said.
    BadTarget,     ///< A name or an address that this kind of proxy can not be told.
};
struct ProxyFailure
{
    ProxyError error;
    QString detail; ///< For the log; never a password.
};

/// The talk with one proxy until it has connected on, as bytes: HTTP CONNECT, SOCKS 4, 4a and 5
/// with name and password (RFC 1928, RFC 1929). Owns no socket.
class ProxyHandshake
{
public:
    static constexpr qsizetype maxReplyBytes = 8 * 1024;
    static constexpr qsizetype maxSocksText = 255; ///< names, users, passwords

    /// @param target for Socks4 an IPv4 address as its host.
    ProxyHandshake(ProxyHop hop, Endpoint target);

    /// What to send first.
    Result<QByteArray, ProxyFailure> begin();

    struct Next
    {
        QByteArray send;   ///< empty: nothing; wait for more
        bool done = false; ///< what follows comes from the target
    };
    /// Errors are final.
    Result<Next, ProxyFailure> feed(QByteArrayView bytes);
    /// Once done: what came behind the talk.
    const QByteArray &rest() const { return m_got; }

private:
    enum class State {
        HttpHead,
        Socks4Reply,
        Socks5Method,
        Socks5Password,
        Socks5Reply,
        Done,
    };
    using Outcome = Result<std::optional<Next>, ProxyFailure>;

    QByteArray httpRequest() const;
    QByteArray socks4Request() const;
    QByteArray socks5Greeting() const;
    QByteArray socks5Password() const;
    QByteArray socks5Request() const;

    /// Looks at m_got; std::nullopt: more has to come.
    Outcome step();
    Outcome httpHead();
    Outcome socks4Reply();
    Outcome socks5Method();
    Outcome socks5PasswordReply();
    Outcome socks5Reply();
    Outcome finished(qsizetype usedBytes);

    const ProxyHop m_hop;
    const Endpoint m_target;
    const QByteArray m_host;
    const QHostAddress m_address; ///< of the target, if it is one
    State m_state = State::Done;
    QByteArray m_got;
};

} // namespace kite::net
