#pragma once

#include <QByteArrayView>

#include "kitecore/relay/finding.h"

namespace kite::relay {

inline constexpr qsizetype maxXmppHelloBytes = qsizetype {8} * 1024;

/// Whether a connection begins as XMPP does: an XML declaration or `<stream:stream` (RFC
/// 6120, 4.2).
Likeness likensXmpp(QByteArrayView bytes);

/// Reads the server's name from `to` of the first tag (RFC 6120, 4.7.2); a user in front of it is
/// left out. Passes everything on as it came.
Finding lookForXmpp(QByteArrayView bytes);

/// A stream with the error `host-unknown` (RFC 6120, 4.9.3.6), and its end.
QByteArray xmppHostUnknown();

} // namespace kite::relay
