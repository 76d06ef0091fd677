#pragma once

#include <QHash>
#include <QSet>

#include "app/cli/diskfiles.h"
#include "kitecore/secrets/secret.h"

namespace kite::cli {

/// Files that are read again while the program runs: where one cannot be read any more, as may be
/// after `--runas`, it says what it said last.
class KeptFiles final : public settings::RcFiles
{
public:
    explicit KeptFiles(settings::RcFiles &files) : m_files(files) {}

    Result<QByteArray, QString> read(const QString &path) override;
    bool exists(const QString &path) override { return m_files.exists(path); }
    Result<QStringList, QString> rcFilesIn(const QString &folder) override;

    /// All is read anew from here on.
    void begin();
    /// That went well: what was not asked for meanwhile is forgotten.
    void end();
    /// File and reason of each that was asked for since begin(), and could not be read.
    QStringList takeFaults();
    /// Whether it was read at any time.
    bool knows(const QString &path) const { return m_texts.contains(path); }
    QStringList paths() const { return m_texts.keys(); } ///< of all that were

private:
    void blame(const QString &path, const QString &reason);

    settings::RcFiles &m_files;
    QHash<QString, secrets::Secret> m_texts; ///< some hold secrets
    QHash<QString, QStringList> m_folders;
    QStringList m_faults;
    QSet<QString> m_asked;
};

/// What a command line is read with, again and again.
struct CommandFiles
{
    Q_DISABLE_COPY_MOVE(CommandFiles)

    explicit CommandFiles(const QString &homeFolder)
        : home(homeFolder)
        , disk(homeFolder)
        , kept(disk)
    {
    }

    /// Whether to read a file that need not be there: one that nobody may look for any more is.
    bool isThere(const QString &path)
    {
        return disk.exists(path) || (kept.knows(path) && !isMissing(path));
    }
    /// All that was read, where it really is.
    QStringList paths() const;

    const QString home;
    DiskFiles disk;
    KeptFiles kept;
};

} // namespace kite::cli
