#pragma once

#include <QString>

#include "kitecore/relay/relayserver.h"
#include "kitecore/settings/kitespec.h"
#include "kitecore/share/sharetarget.h"
#include "kitecore/stats/snapshot.h"

/// What went wrong, in words for people: the terminal's counterpart of ui/text.
namespace kite::cli {

/// Begins in lower case: stands behind `--option: ` or `kite: `.
QString sentenceFor(const settings::SpecFailure &failure);
/// @param relay host:port; empty: the one inside this program.
QString sentenceFor(stats::DownReason reason, const QString &kite, const QString &relay);
QString sentenceFor(const share::ShareFailure &failure);

} // namespace kite::cli
