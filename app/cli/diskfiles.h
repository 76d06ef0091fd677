#pragma once

#include "kitecore/settings/rcfile.h"

namespace kite::cli {

/// `~/` at its beginning is the home folder.
QString resolve(const QString &path, const QString &homeFolder);

/// Whether there surely is no such file: one that we may not look for may be there.
bool isMissing(const QString &path);

/// A named pipe or a socket: reading it would wait for somebody.
bool isPipe(const QString &path);
/// Why a file that may be there cannot be read. Empty: it can be, or it is missing.
QString whyUnreadable(const QString &path);
/// Lets a file of ours belong to somebody else; nothing, where we may not, or where it is not just
/// ours.
void giveFile(const QString &path, quint32 user, quint32 group);

/// The files of this computer; `~/` is the home folder. Secrets that others may read are told.
class DiskFiles final : public settings::RcFiles
{
public:
    explicit DiskFiles(QString homeFolder) : m_home(std::move(homeFolder)) {}

    Result<QByteArray, QString> read(const QString &path) override;
    bool exists(const QString &path) override;
    Result<QStringList, QString> rcFilesIn(const QString &folder) override;

    /// Files that were read, and were readable by others than their owner the last time.
    QStringList exposedFiles() const { return m_exposed; }

private:
    QString resolved(const QString &path) const;

    QString m_home;
    QStringList m_exposed;
};

/// Writes a file in one step, for its owner alone (who stays the same). @param path `~/` is the
/// home folder. @return the system's reason.
Result<void, QString> writePrivately(const QString &path, const QByteArray &bytes,
                                     const QString &homeFolder);

/// Makes the folder of a file, if there is none: for its owner alone, but root's is for everybody
/// to look into. @return whether it is there.
bool ensureFolderOf(const QString &file);

/// Holds a file with the process's id for as long as it lives.
class PidFile
{
    Q_DISABLE_COPY_MOVE(PidFile)

public:
    PidFile() = default;
    ~PidFile();

    /// @return false, and nothing done, if it can not be written.
    bool write(const QString &path);

private:
    static QByteArray text();

    QString m_path;
};

} // namespace kite::cli
