#pragma once

#include <optional>

#include "app/cli/options.h"
#include "app/cli/plan.h"
#include "kitecore/settings/invitation.h"
#include "kitecore/settings/rckites.h"

namespace kite::cli {

/// A command line and what it was read from.
struct FileTask
{
    const CommandLine &line;
    const Options &options;
    settings::RcFiles &files;
    QString defaultFile; ///< where kites go when no file is named; need not be there
    std::optional<settings::Invitation> invitation; ///< what is kept is this, too
    const secrets::Secret &environmentSecret;
    const Surroundings &surroundings;
};

/// Files as they are to be, and what to tell.
struct FileResult
{
    QList<std::pair<QString, QByteArray>> files; ///< path and new text; none: nothing changed
    QString told;                                ///< for standard output
    QList<settings::RcSource> sources = {};      ///< what will hold all that was kept
};

/// Where the command line reads settings from, in that order. @param defaultFile empty: there is
/// none.
QList<settings::RcSource> sourcesOf(const CommandLine &line, const QString &defaultFile);

/// Which file `--save`, `--add` and the like write to: `--savefile`; else the usual one; with
/// `--clean` the last `--optfile`, or a file of its own in the last `--optdir`.
QString saveFileOf(const FileTask &task);

/// What `--list`, `--add`, `--disable`, `--remove`, `--only` and `--save` make of the files. Writes
/// nothing.
Result<FileResult, UsageError> workOnFiles(const FileTask &task);

/// What `--save` with words makes of the kites that are to fly: those of the files, once they are
/// written, in the place of those that they had before. @param sources FileResult::sources
Result<void, UsageError> flyWhatIsKept(const FileTask &task,
                                       const QList<settings::RcSource> &sources,
                                       QList<DeclaredKite> &kites);

} // namespace kite::cli
