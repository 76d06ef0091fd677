#pragma once

#include <QByteArrayList>

#include "kitecore/http/requesthead.h"
#include "kitecore/relay/finding.h"
#include "kitecore/relay/routinghost.h"

namespace kite::relay {

/// Finds out what a connection wants from its first bytes. Pure; one object per connection (and one
/// more after each layer: CONNECT, TLS).
/// Accepts any upper-case method, also those that HTTP learned later; what does not even say HTTP
/// is refused without an answer, at the latest at the end of its first line.
class FirstBytes
{
public:
    /// @param uuid names this relay in its answers. @param protocols of kites that may come here:
    /// irc, xmpp and minecraft are recognised only if they are among them.
    explicit FirstBytes(QByteArray uuid, QByteArrayList protocols = {})
        : m_uuid(std::move(uuid))
        , m_protocols(std::move(protocols))
    {
    }

    /// @param bytes everything so far; grows from call to call. After anything but NeedMore the
    /// object is done.
    Finding look(QByteArrayView bytes);

private:
    std::optional<Finding> lookForOthers(QByteArrayView bytes) const;
    Finding lookForGreeting(QByteArrayView bytes);
    Finding lookForRequest(QByteArrayView bytes);
    Finding routeRequest(const http::RequestHead &head) const;
    Finding refuse(http::HeadError error, QByteArrayView bytes) const;

    QByteArray m_uuid;
    QByteArrayList m_protocols;
    qsizetype m_searchedBytes = 0; ///< No head ends before.
};

/// What a connector or a CONNECT is told that cannot be served; it has no page.
inline QByteArray unavailableAnswer()
{
    return "HTTP/1.0 503 Unavailable\r\n\r\n";
}

/// What is told to whom may not bring kites from where it is.
inline QByteArray forbiddenAnswer()
{
    return "HTTP/1.0 403 Forbidden\r\n\r\n";
}

/// An answer cut to its head, for HEAD.
QByteArray headOf(const QByteArray &answer);

} // namespace kite::relay
