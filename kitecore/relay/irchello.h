#pragma once

#include <QByteArrayView>

#include "kitecore/relay/finding.h"

namespace kite::relay {

/// How much of an IRC registration is waited for until the server is named.
inline constexpr qsizetype maxIrcHelloBytes = qsizetype {4} * 1024;

/// Whether a connection begins as IRC clients do: CAP, PASS, NICK, USER and the like (RFC
/// 2812, 3.1; IRCv3 capability negotiation), or JOIN, which comes too early. Needs the first word
/// and what ends it.
bool beginsIrc(QByteArrayView bytes);

/// Looks for `NICK name@server` or `USER name@server` (PROTOCOL.md, visitors). The kite gets the
/// line without the server. Both without one, and commands that need a registration, are answered
/// by 451.
Finding lookForIrc(QByteArrayView bytes);

/// "No such server" (402), and the end.
QByteArray ircNoSuchServer(QByteArrayView host);

} // namespace kite::relay
