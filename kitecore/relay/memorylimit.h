#pragma once

#include <QtGlobal>

namespace kite::relay {

/// What a relay may keep of its visitors' traffic where nobody says how much: a quarter of the
/// memory that this process may have, within bounds. Bytes.
qint64 usualMemoryLimit();

} // namespace kite::relay
