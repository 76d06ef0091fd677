#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QNetworkReply>

#include "kitecore/tunnel/dyndns.h"

namespace kite::tunnel {

namespace {

class RealWeb final : public DynDns::Web
{
public:
    explicit RealWeb(const QNetworkProxy &proxy) { m_manager.setProxy(proxy); }

    void get(const QUrl &url, Got got) override
    {
        static constexpr int maxRedirects = 3;
        QUrl place = url;
        place.setUserInfo({});
        QNetworkRequest request(place);
        request.setTransferTimeout(int(std::chrono::milliseconds(DynDns::timeout).count()));
        request.setMaximumRedirectsAllowed(maxRedirects);
        request.setHeader(QNetworkRequest::UserAgentHeader, QStringLiteral("kite/" KITE_VERSION));
        if (!url.userInfo().isEmpty()) { // RFC 7617; without a first refusal
            const QByteArray login = (url.userName(QUrl::FullyDecoded) + QLatin1Char(':')
                                      + url.password(QUrl::FullyDecoded))
                                         .toUtf8();
            request.setRawHeader("Authorization", "Basic " + login.toBase64());
            // not for whom it redirects to
            request.setAttribute(QNetworkRequest::RedirectPolicyAttribute,
                                 QNetworkRequest::SameOriginRedirectPolicy);
        }
        m_reply.reset(m_manager.get(request));
        auto *reply = m_reply.get();
        reply->setReadBufferSize(DynDns::maxAnswerBytes);
        // An endless answer stops at the buffer's size: its first bytes are all that count.
        QObject::connect(reply, &QNetworkReply::readyRead, reply, [this, reply, got] {
            if (reply->bytesAvailable() >= DynDns::maxAnswerBytes)
                finish(reply->read(DynDns::maxAnswerBytes), got);
        });
        QObject::connect(reply, &QNetworkReply::finished, reply, [this, reply, got] {
            // its text may quote the address, which holds the signature
            if (reply->error() == QNetworkReply::NoError)
                finish(reply->read(DynDns::maxAnswerBytes), got);
            else
                finish(Err {QStringLiteral("error %1").arg(int(reply->error()))}, got);
        });
    }

private:
    struct DeleteLater
    {
        void operator()(QNetworkReply *reply) const
        {
            reply->disconnect();
            reply->abort();
            reply->deleteLater();
        }
    };

    void finish(Result<QByteArray, QString> answer, const Got &got)
    {
        const Got told = got; // the reply owns the one it was given
        m_reply.reset();
        told(std::move(answer));
    }

    QNetworkAccessManager m_manager;
    std::unique_ptr<QNetworkReply, DeleteLater> m_reply;
};

std::optional<QNetworkProxy> proxyFor(const net::Route &route)
{
    using Kind = net::ProxyHop::Kind;
    if (route.isEmpty())
        return QNetworkProxy(QNetworkProxy::NoProxy);
    const auto &hop = route.first();
    const bool isKnown = hop.kind == Kind::HttpConnect || hop.kind == Kind::Socks5;
    if (route.size() > 1 || hop.tls || !isKnown)
        return std::nullopt;
    QNetworkProxy proxy(hop.kind == Kind::Socks5 ? QNetworkProxy::Socks5Proxy
                                                 : QNetworkProxy::HttpProxy,
                        hop.endpoint.host, hop.endpoint.port, QString::fromUtf8(hop.user),
                        QString::fromUtf8(hop.password));
    // names are the proxy's business (Tor)
    proxy.setCapabilities(proxy.capabilities() | QNetworkProxy::HostNameLookupCapability);
    return proxy;
}

} // namespace

std::unique_ptr<DynDns::Web> DynDns::realWeb(const net::Route &route)
{
    const auto proxy = proxyFor(route);
    return proxy ? std::make_unique<RealWeb>(*proxy) : nullptr;
}

} // namespace kite::tunnel
