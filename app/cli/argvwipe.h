#pragma once

#include <span>

#include <QStringList>

#include "kitecore/secrets/secret.h"

namespace kite::cli {

/// The words of the command line as they were, without the program's name; what may be secret in
/// `argv` itself is overwritten, for that memory is what `ps` and `/proc/PID/cmdline` show. Call it
/// before anything else. Values of options that nobody knows are overwritten as well: a mistyped
/// name must not show what stands behind it. (Windows shows command lines only to their owner; its
/// argv is a copy.)
QStringList takeWords(std::span<char *const> argv);

/// The value of an environment variable; then it is overwritten and unset, so that neither
/// `/proc/PID/environ` nor children have it.
secrets::Secret takeEnvironment(const char *name);

} // namespace kite::cli
