#include "kitecore/relay/connectrule.h"

namespace kite::relay {

ConnectRule connectRule(const Connect &connect, const KiteRegistry &registry,
                        const tls::ServerNames &names, const QByteArrayList &rawPorts)
{
    const bool httpPort = connect.port == 80 || connect.port == 8080;
    if (httpPort && registry.findExactly(Asking::Http, connect.port, connect.host))
        return {ConnectWay::Http, {}};
    if (connect.port == 443
        && (registry.findExactly(Asking::Https, connect.port, connect.host)
            || names.find(connect.host)))
        return {ConnectWay::Tls, {}};
    const bool rawPort
        = rawPorts.contains("virtual") || rawPorts.contains(QByteArray::number(connect.port));
    if (!rawPort)
        return {};
    if (auto route = registry.findExactly(Asking::Raw, connect.port, connect.host))
        return {ConnectWay::Raw, *std::move(route)};
    return {};
}

} // namespace kite::relay
