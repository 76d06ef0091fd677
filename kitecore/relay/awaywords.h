#pragma once

#include <QByteArray>

namespace kite::relay {

/// Whether a kite's visitors send HTTP requests.
bool isHttpLike(const QByteArray &protocol);

/// What a visitor of a kite that does not fly is told in its own protocol; empty: nothing, the
/// connection is closed (PROTOCOL.md, who says what).
QByteArray awayWords(const QByteArray &protocol, const QByteArray &host, const QByteArray &uuid);

} // namespace kite::relay
