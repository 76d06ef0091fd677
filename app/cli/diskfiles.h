#pragma once

#include "kitecore/settings/rcfile.h"

namespace kite::cli {

/// `~/` at its beginning is the home folder.
QString resolve(const QString &path, const QString &homeFolder);

/// The files of this computer; `~/` is the home folder. Secrets that others may read are told.
class DiskFiles final : public settings::RcFiles
{
public:
    explicit DiskFiles(QString homeFolder) : m_home(std::move(homeFolder)) {}

    Result<QByteArray, QString> read(const QString &path) override;
    bool exists(const QString &path) override;
    Result<QStringList, QString> rcFilesIn(const QString &folder) override;

    /// Files that were read, hold a secret as far as their options tell, and are readable by others
    /// than their owner.
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

/// Makes the folder of a file, for its owner alone, if there is none. @return whether it is there.
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
    QString m_path;
};

} // namespace kite::cli
