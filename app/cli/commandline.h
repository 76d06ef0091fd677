#pragma once

#include <QList>
#include <QStringList>

#include "app/cli/optiontable.h"
#include "kitecore/base/result.h"
#include "kitecore/settings/rcfile.h"

namespace kite::cli {

/// What the first word that is no option says.
enum class Verb {
    Fly,    ///< nothing: kites as pagekite.py takes them, or a relay by option
    Share,  ///< `share`
    Relay,  ///< `relay`
    Join,   ///< `join`: as Fly, by an invitation
    Status, ///< `status`
    Help,   ///< `help`
};

/// One option with its value.
struct Setting
{
    const Option *option = nullptr; ///< never null in what the functions below return
    QString value;
    QString place; ///< `file:line`; empty: the command line
};

struct CommandLine
{
    Verb verb = Verb::Fly;
    QList<Setting> settings; ///< in their order
    QStringList words;       ///< what is no option: paths, ports, names, `+flags`, `AND`
};

/// What is wrong with the words, as a sentence that names an option but never a secret.
struct UsageError
{
    QString sentence;
};

/// Reads `--name=value`, `--name value`, `-x value`, `-xvalue`, joined letters, and words; `--`
/// ends the options. @param words without the program's name.
Result<CommandLine, UsageError> parseCommandLine(const QStringList &words);

/// The settings of the command line with, before them and in the place of `--optfile` and
/// `--optdir`, what configuration files say.
/// @param defaultFile `~/.pagekite.rc` if there is one; read for Verb::Fly without `--clean`.
Result<QList<Setting>, UsageError> gatherSettings(const CommandLine &line, settings::RcFiles &files,
                                                  const QString &defaultFile);

/// Appends `--defaults` where kites of pagekite.net are named and no relay is: as pagekite.py's
/// users know it, `kite 80 NAME.pagekite.me` needs no more.
void addImpliedDefaults(const CommandLine &line, QList<Setting> &settings);

} // namespace kite::cli
