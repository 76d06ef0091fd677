#pragma once

#include <QString>

#include "app/cli/plan.h"

namespace kite::cli {

/// `kite --help`; with a verb only what belongs to it.
QString helpText(Verb verb);

/// `kite --settings`: what all options and files add up to, as an rc file. Secrets are stars.
QString settingsText(const Plan &plan);

} // namespace kite::cli
