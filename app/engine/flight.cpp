#include "app/engine/flight.h"

namespace kite::app {

std::optional<KiteId> idOf(const WantedKite &wanted)
{
    const auto &kite = wanted.kite;
    QByteArray protoport = kite.protocol.toLatin1();
    if (kite.publicPort != 0)
        protoport += '-' + QByteArray::number(kite.publicPort);
    // toLatin1() makes `?` of what is no name, which KiteId then refuses
    QByteArray domain = kite.name.toLatin1();
    if (wanted.relay.id.isEmpty() && domain != "localhost")
        domain += ".localhost"; // RFC 6761: leads to this computer without any look-up
    return KiteId::parse(protoport + ':' + domain);
}

} // namespace kite::app
