#pragma once

#include <QByteArrayView>

namespace kite::origin {

/// Whether a request is for what only its owner, or an attacker, asks for: administration pages,
/// server status, paths that climb (PROTOCOL.md 15.3). Decides on the target as sent, with
/// its query, and on the path with `%XX` decoded and backslashes as slashes.
bool isSuspicious(QByteArrayView method, QByteArrayView target);

} // namespace kite::origin
