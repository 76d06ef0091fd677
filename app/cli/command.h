#pragma once

#include <QStringList>

#include "app/cli/plan.h"

namespace kite::cli {

enum class Reading {
    First, ///< does what is asked for besides flying, such as `--save`
    Again, ///< of a kite that flies: changes no file
};

/// Words, files and the environment put together.
/// @param environmentSecret KITE_SECRET
Result<Plan, UsageError> readCommand(const QStringList &words,
                                     const secrets::Secret &environmentSecret, Reading reading);

/// Prints what plan.show asks for. @return why it could not.
Result<void, QString> show(const Plan &plan);

} // namespace kite::cli
