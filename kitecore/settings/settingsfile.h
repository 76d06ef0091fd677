#pragma once

#include <optional>

#include <QString>

#include "kitecore/base/result.h"
#include "kitecore/settings/kiteconfig.h"

namespace kite::settings {

enum class FileError {
    Unreadable,  ///< Exists, cannot be opened or is over 4 MiB.
    NotSettings, ///< Not our JSON. The file is left as it is and a copy `NAME.broken-DATE` is made.
    TooNew,      ///< Written by a newer Kiteline. Left as it is.
    Unwritable,  ///< Folder or disk refuses; the old file is untouched.
    TooLarge,    ///< Would be over 4 MiB, which load() refuses; the old file is untouched.
};
struct FileFailure
{
    FileError error;
    QString detail;
};

/// The settings as one JSON file with a version number: written atomically (QSaveFile), mode 0600.
/// Members it does not know, from other versions, are kept and written back.
class SettingsFile
{
public:
    static constexpr int version = 1;

    explicit SettingsFile(QString path) : m_path(std::move(path)) {}

    /// A missing file gives default settings.
    Result<Settings, FileFailure> load();
    /// Refuses, with load()'s failure, to write over a file that load() could neither read nor
    /// copy.
    Result<void, FileFailure> save(const Settings &settings);

    QString path() const { return m_path; }

private:
    FileFailure failed(FileError error, const QString &why);
    FileFailure broken(const QString &why);

    QString m_path;
    QByteArray m_before; ///< the file as load() saw it or save() left it, JSON
    std::optional<FileFailure> m_untouchable;
};

} // namespace kite::settings
