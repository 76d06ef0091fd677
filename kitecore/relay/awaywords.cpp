#include "kitecore/relay/awaywords.h"

#include <QByteArrayList>

#include "kitecore/http/pages.h"
#include "kitecore/relay/irchello.h"
#include "kitecore/relay/xmpphello.h"
#include "kitecore/tls/clienthello.h"

namespace kite::relay {

bool isHttpLike(const QByteArray &protocol)
{
    static const QByteArrayList httpLike {"http", "http2", "http3", "websocket"};
    return httpLike.contains(protocol);
}

QByteArray awayWords(const QByteArray &protocol, const QByteArray &host, const QByteArray &uuid)
{
    if (isHttpLike(protocol))
        return http::awayPage(http::AwaySide::Relay, protocol, host, uuid);
    if (protocol == "https")
        return tls::accessDeniedAlert();
    if (protocol == "irc")
        return ircNoSuchServer(host);
    return protocol == "xmpp" ? xmppHostUnknown() : QByteArray();
}

} // namespace kite::relay
