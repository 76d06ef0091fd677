#pragma once

#include <QList>
#include <QString>

#include "kitecore/base/result.h"

/// PageKite's configuration files (`~/.pagekite.rc`, PROTOCOL.md "Configuration file"): one option
/// a line. What the options mean is the program's business.
namespace kite::settings {

struct RcLine
{
    QString name;  ///< as written, without `--`
    QString value; ///< after the first `=`; null: there is no `=`
    QString file;
    int line = 0; ///< from 1
    bool operator==(const RcLine &) const = default;
};

/// Cuts one file into its options: blank lines and `#` lines are skipped, `END` ends it, and all
/// blanks around `=` and `:` go, inside values too (there is no quoting).
QList<RcLine> parseRc(QStringView text, const QString &file);

enum class RcError {
    Unreadable, ///< Missing, not ours to read, or over RcFiles::maxBytes.
    TooDeep,    ///< More than maxRcDepth files inside each other, or maxRcFiles in all.
};
struct RcFailure
{
    RcError error;
    QString file;
    QString detail;
};

/// Where rc files come from, so that tests need none.
class RcFiles
{
public:
    static constexpr qsizetype maxBytes = 1024 * 1024;

    virtual ~RcFiles() = default;
    /// The error is the system's reason.
    virtual Result<QByteArray, QString> read(const QString &path) = 0;
    /// Whether it is there, be it ours to read or not.
    virtual bool exists(const QString &path) = 0;
    /// Full paths of the `*.rc` files of a folder, in the order of their names, without those that
    /// begin with a dot.
    virtual Result<QStringList, QString> rcFilesIn(const QString &folder) = 0;
};

inline constexpr int maxRcDepth = 25;
inline constexpr int maxRcFiles = 1000;

/// A file with what its `optfile` and `optdir` lines name in the place of those lines.
Result<QList<RcLine>, RcFailure> loadRc(RcFiles &files, const QString &path);
/// What `optdir=folder` means: its files one after the other.
Result<QList<RcLine>, RcFailure> loadRcFolder(RcFiles &files, const QString &folder);

} // namespace kite::settings
