#pragma once

#include "kitecore/http/ownpages.h"

namespace kite::net {

/// Whether a kite's visitors send HTTP requests.
bool isHttpLike(const QByteArray &protocol);

/// What a visitor is told in its own protocol beside the target that does not serve it: the away
/// page (`Sorry! (be)`), an alert for https; empty: only the end (PROTOCOL.md, who says what).
/// @param pages to show around it.
QByteArray awayAnswer(const QByteArray &protocol, const QByteArray &host,
                      const http::OwnPages &pages);

} // namespace kite::net
