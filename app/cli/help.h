#pragma once

#include <QString>

#include "app/cli/plan.h"

namespace kite::cli {

/// `kite --help`; with a verb only what belongs to it.
QString helpText(Verb verb);

/// `kite --help-man`: every option, as a manual page has them (roff). The page is
/// resources/man/kite.1.begin, this, and kite.1.end.
QString manText();

/// What stands over the options of a topic.
QString headline(Topic topic);

/// `kite --settings`: what all options and files add up to, as an rc file. Secrets are stars.
QString settingsText(const Plan &plan);

} // namespace kite::cli
