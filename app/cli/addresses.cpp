#include "app/cli/addresses.h"

namespace kite::cli {

namespace {

constexpr quint16 httpPort = 80;
constexpr quint16 httpsPort = 443;
constexpr quint16 sshPort = 22;

QString made(const char *scheme, const QByteArray &host, quint16 port)
{
    QString text = QLatin1String(scheme) + QLatin1String("://") + QString::fromUtf8(host);
    if (port != 0)
        text += QLatin1Char(':') + QString::number(port);
    return text + QLatin1Char('/');
}

} // namespace

quint16 visitorPort(quint16 dialled, const QList<quint16> &visitorPorts)
{
    if (visitorPorts.isEmpty() || visitorPorts.contains(dialled))
        return dialled;
    for (const quint16 usual : {httpsPort, httpPort}) {
        if (visitorPorts.contains(usual))
            return usual;
    }
    return visitorPorts.first();
}

QString publicAddress(const KiteId &kite, quint16 relayPort, bool relayHasTls)
{
    if (kite.protocol == "raw") // reached by CONNECT, whatever the relay's port
        return kite.port == sshPort ? made("ssh", kite.domain, 0)
                                    : made("raw", kite.domain, kite.port);
    const bool secure = relayHasTls && kite.port != httpPort;
    // A relay on one of the usual ports also has the other one.
    const bool usual = relayPort == httpPort || relayPort == httpsPort;
    const quint16 port = kite.port != 0 ? kite.port : usual ? quint16(0) : relayPort;
    const auto without = [port](quint16 schemes) { return port == schemes ? quint16(0) : port; };
    if (kite.protocol == "https")
        return made("https", kite.domain, without(httpsPort));
    if (kite.protocol == "websocket")
        return secure ? made("wss", kite.domain, without(httpsPort))
                      : made("ws", kite.domain, without(httpPort));
    if (kite.protocol.startsWith("http"))
        return secure ? made("https", kite.domain, without(httpsPort))
                      : made("http", kite.domain, without(httpPort));
    return made(kite.protocol.constData(), kite.domain, port);
}

} // namespace kite::cli
