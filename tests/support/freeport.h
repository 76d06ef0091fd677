#pragma once

#include <QtGlobal>

namespace kite::test {

/// A port of this computer that nobody listens at and that no other test program is given until
/// this one ends. Connections on their way out do not take it either. 0: there is none.
quint16 freePort();

} // namespace kite::test
