#pragma once

#include "kitecore/wire/greeting.h"

/// How a link inside WebSocket frames begins (PROTOCOL.md, WebSocket links; RFC 6455, 4).
namespace kite::wire {

/// Whether a request head begins as a connector's that wants WebSocket frames. While there are
/// fewer bytes than tell: false.
bool beginsWebSocketGreeting(QByteArrayView head);

/// Reads a complete request head. Kites may be none: they can be asked for inside.
/// @return with `webSocketKey` set; features are those of a link that adds kites and does not
/// compress.
Result<Greeting, GreetingError> parseWebSocketGreeting(QByteArrayView head);

/// @param key 16 random bytes in Base64. @param host of the relay, for proxies on the way.
QByteArray writeWebSocketGreeting(const Greeting &greeting, const QByteArray &key,
                                  const QByteArray &host);

/// `101 Switching Protocols`, blank line included. The reply to the kites follows inside.
QByteArray writeWebSocketWelcome(const QByteArray &key);
/// Whether this head is that answer to that key.
bool isWebSocketWelcome(QByteArrayView head, const QByteArray &key);

/// What proves that the other side read the key (RFC 6455, 4.2.2).
QByteArray webSocketAccept(const QByteArray &key);

/// The reply as the first chunk of a link: what writeReply() says, in a control chunk.
QByteArray replyChunk(const GreetingReply &reply, bool beanstalk);

} // namespace kite::wire
