#pragma once

#include "kitecore/settings/kitespec.h"

namespace kite::settings {

/// Kites as words name them for a change: `[origin] name [+flag...]`.
struct KiteWords
{
    KiteSpec spec;
    bool wholeDomain = false; ///< the name alone: every kite that has it
    bool withOrigin = false;
};
Result<QList<KiteWords>, SpecFailure> parseKiteWords(const QStringList &words);

} // namespace kite::settings
