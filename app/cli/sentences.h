#pragma once

#include <QString>

#include "app/cli/events.h"
#include "kitecore/settings/kitespec.h"
#include "kitecore/share/sharetarget.h"

/// What went wrong, in words for people: the terminal's counterpart of ui/text.
namespace kite::cli {

/// A kite as people call it: its name; the protocol too where it is not plain http.
QString nameOf(const KiteId &kite);

/// Begins in lower case: stands behind `--option: ` or `kite: `.
QString sentenceFor(const settings::SpecFailure &failure);
/// With the detail where it helps to find what to do.
QString sentenceFor(const Down &down);
QString sentenceFor(const share::ShareFailure &failure);
/// `1.9 GB left, 24 days left, 5 connections`; empty if nothing is said.
QString wordsFor(const tunnel::Quota &quota);

/// Of a file that cannot be read (any more). @param fault file and reason
QString saidBeforeStays(const QString &fault);
/// The same before it changed.
QString saidNowStays(const QString &fault);

} // namespace kite::cli
