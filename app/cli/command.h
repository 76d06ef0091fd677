#pragma once

#include <QStringList>

#include "app/cli/keptfiles.h"
#include "app/cli/plan.h"

namespace kite::cli {

enum class Reading {
    First, ///< does what is asked for besides flying, such as `--save`
    Again, ///< of a kite that flies: changes no file
};

/// Words, files and the environment put together. Files that cannot be read any more stay as they
/// were read, which is among the plan's warnings.
/// @param environmentSecret KITE_SECRET
Result<Plan, UsageError> readCommand(const QStringList &words,
                                     const secrets::Secret &environmentSecret, CommandFiles &files,
                                     Reading reading);

/// Prints what plan.show asks for. @return why it could not.
Result<void, QString> show(const Plan &plan);

} // namespace kite::cli
