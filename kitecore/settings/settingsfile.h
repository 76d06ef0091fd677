#pragma once

#include <QString>

#include "kitecore/base/result.h"
#include "kitecore/settings/kiteconfig.h"

namespace kite::settings {

enum class FileError {
    Unreadable,  ///< Exists, cannot be opened or is over 4 MiB.
    NotSettings, ///< Not our JSON. The file is left as it is and a copy `NAME.broken-DATE` is made.
    TooNew,      ///< Written by a newer Kiteline. Left as it is.
    Unwritable,  ///< Folder or disk refuses; the old file is untouched.
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
    Result<void, FileFailure> save(const Settings &settings);

    QString path() const { return m_path; }

private:
    QString m_path;
    QByteArray m_unknown; ///< what load() saw and did not understand, as JSON
};

} // namespace kite::settings
