#pragma once

#include "kitecore/tls/context.h"

namespace kite::tls {

/// Makes a client's context check the relay's certificate as `trust` says. Used inside this module
/// only. The context keeps a copy.
Result<void, ContextFailure> applyTrust(SSL_CTX *context, const RelayTrust &trust);

} // namespace kite::tls
