#include "kitecore/tunnel/relaychoice.h"

#include <QHostAddress>

namespace kite::tunnel {

RelayChoice RelayChoice::withNames() const
{
    RelayChoice named = *this;
    if (trust.names.isEmpty() && trust.check == tls::RelayTrust::Check::Certificate)
        named.trust.names = {endpoint.host.toLatin1()};
    return named;
}

QByteArray RelayChoice::serverName() const
{
    if (trust.names.isEmpty())
        return {};
    const QByteArray name = trust.names.first();
    return QHostAddress(QString::fromLatin1(name)).isNull() ? name : QByteArray();
}

} // namespace kite::tunnel
