#pragma once

#include "app/cli/options.h"
#include "app/cli/plan.h"
#include "kitecore/settings/rckites.h"

namespace kite::cli {

/// A command line and what it was read from.
struct FileTask
{
    const CommandLine &line;
    const Options &options;
    settings::RcFiles &files;
    QString defaultFile; ///< where kites go when no file is named; need not be there
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

/// The kites of files, once these are written.
Result<QList<DeclaredKite>, UsageError> kitesOf(const QList<settings::RcSource> &sources,
                                                settings::RcFiles &files);

} // namespace kite::cli
