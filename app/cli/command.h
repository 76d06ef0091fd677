#pragma once

#include <QStringList>

#include "app/cli/plan.h"

namespace kite::cli {

/// Words, files and the environment put together.
/// @param environmentSecret KITE_SECRET
Result<Plan, UsageError> readCommand(const QStringList &words,
                                     const secrets::Secret &environmentSecret);

/// Prints what plan.show asks for.
void show(const Plan &plan);

} // namespace kite::cli
