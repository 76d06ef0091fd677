#pragma once

#include <QByteArrayView>
#include <QString>

/// Names on the local network.
namespace kite::app {

/// How other computers in the local network reach this one: `COMPUTER.local` where something
/// answers for such names (RFC 6762), else its first private address; `localhost` without a
/// network.
QString neighbourlyHost();

/// Whether a visitor in the local network would ask for us by `host`: an address, a name without
/// dots, this computer's own, or one of a domain that exists in local networks only. A page on the
/// web can point any other name at our address, and would then read us through a visitor's browser
/// (DNS rebinding).
bool isNeighbourly(QByteArrayView host);

} // namespace kite::app
