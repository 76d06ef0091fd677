#include "app/engine/kiteurl.h"

namespace kite::app {

namespace {

constexpr quint16 httpPort = 80;
constexpr quint16 httpsPort = 443;
constexpr quint16 sshPort = 22;

QString spelled(const char *scheme, const QString &host, quint16 port, quint16 usual)
{
    const bool address = host.contains(QLatin1Char(':'));
    QString url = QLatin1String(scheme) + QStringLiteral("://")
        + (address ? QLatin1Char('[') + host + QLatin1Char(']') : host);
    if (port != usual)
        url += QLatin1Char(':') + QString::number(port);
    return url + QLatin1Char('/');
}

/// The usual port where the relay has it; else the one that certainly works: the link's, if it
/// speaks the same (plain or TLS); else the first.
quint16 visitorPort(const PublicFace &face, bool https)
{
    const quint16 usual = https ? httpsPort : httpPort;
    const bool linkSpeaksIt = face.linkTls == https;
    if (face.ports.contains(usual) || (face.ports.isEmpty() && !linkSpeaksIt))
        return usual;
    if (face.ports.isEmpty() || face.ports.contains(face.relay.port))
        return face.relay.port;
    return face.ports.first();
}

} // namespace

QString publicUrl(const KiteId &kite, const PublicFace &face)
{
    const QString host = QString::fromLatin1(kite.domain);
    if (kite.protocol == "raw") {
        if (kite.port == sshPort)
            return spelled("ssh", host, sshPort, sshPort);
        return spelled("raw", host, kite.port, 0);
    }
    const bool https = kite.protocol == "https" || face.hasTls;
    const quint16 port = kite.port != 0 ? kite.port : visitorPort(face, https);
    return https ? spelled("https", host, port, httpsPort) : spelled("http", host, port, httpPort);
}

QString embeddedUrl(const KiteId &kite, const QString &host, quint16 port)
{
    if (kite.protocol == "https")
        return spelled("https", host, port, httpsPort);
    return spelled("http", host, port, httpPort);
}

} // namespace kite::app
