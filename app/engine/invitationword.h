#pragma once

#include <QStringView>

namespace kite::app {

/// Whether a word of a command line means an invitation, `kite:...`; it may be a damaged one.
bool isInvitation(QStringView word);

/// Overwrites the secret of an invitation; other words stay. For the memory of `argv`, which `ps`
/// and `/proc/PID/cmdline` show.
void hideInvitation(char *word);

} // namespace kite::app
