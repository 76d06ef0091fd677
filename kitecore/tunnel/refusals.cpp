#include "kitecore/tunnel/refusals.h"

#include <QByteArrayList>

#include "kitecore/http/pages.h"
#include "kitecore/tls/clienthello.h"

namespace kite::tunnel {

namespace {

QByteArray wordsFor(const net::Visitor &visitor)
{
    static const QByteArrayList httpLike {"http", "http2", "http3", "websocket"};
    if (httpLike.contains(visitor.protocol))
        return http::awayPage(http::AwaySide::Connector, visitor.protocol, visitor.host, {});
    return visitor.protocol == "https" ? tls::accessDeniedAlert() : QByteArray();
}

} // namespace

void Refusals::refuse(std::unique_ptr<net::ByteStream> stream, const net::Visitor &visitor)
{
    m_splices.join(std::move(stream), net::lastWords(m_loop, wordsFor(visitor)), nullptr);
}

} // namespace kite::tunnel
