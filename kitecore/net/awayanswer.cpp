#include "kitecore/net/awayanswer.h"

#include <algorithm>
#include <array>

#include "kitecore/tls/clienthello.h"

namespace kite::net {

bool isHttpLike(const QByteArray &protocol)
{
    constexpr std::array httpLike {"http", "http2", "http3", "websocket"};
    return std::ranges::any_of(httpLike, [&](const char *word) { return protocol == word; });
}

QByteArray awayAnswer(const QByteArray &protocol, const QByteArray &host,
                      const http::OwnPages &pages)
{
    if (!isHttpLike(protocol))
        return protocol == "https" ? tls::accessDeniedAlert() : QByteArray();
    http::PageExtras extras;
    extras.framedPage = http::ownPageFor(pages, http::AwaySide::Connector, protocol, host);
    return http::awayPage(http::AwaySide::Connector, protocol, host, {}, extras);
}

} // namespace kite::net
