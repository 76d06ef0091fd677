#include "kitecore/settings/settingsfile.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QSaveFile>

#include "kitecore/base/logging.h"
#include "kitecore/settings/settingsjson.h"

namespace kite::settings {

namespace {

constexpr qint64 maxFileBytes = 4 * 1024 * 1024;
constexpr auto onlyOwner = QFileDevice::ReadOwner | QFileDevice::WriteOwner;

/// The user's only list of kites may be repaired by hand from it.
QString keepCopy(const QString &path)
{
    const QString stamp
        = QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd-HHmmss"));
    const QString copy = path + QStringLiteral(".broken-") + stamp;
    if (QFile::exists(copy) || QFile::copy(path, copy))
        return copy;
    return {};
}

} // namespace

FileFailure SettingsFile::failed(FileError error, const QString &why)
{
    const FileFailure failure {error, m_path + QStringLiteral(": ") + why};
    qCWarning(lcSettings).noquote() << failure.detail;
    return failure;
}

FileFailure SettingsFile::broken(const QString &why)
{
    const QString copy = keepCopy(m_path);
    if (!copy.isEmpty())
        return failed(FileError::NotSettings, why + QStringLiteral("; copy in ") + copy);
    m_untouchable = failed(FileError::NotSettings, why + QStringLiteral("; cannot be copied"));
    return *m_untouchable;
}

Result<Settings, FileFailure> SettingsFile::load()
{
    m_untouchable.reset();
    m_before.clear();
    QFile file(m_path);
    if (!file.exists())
        return Settings {};
    if (!QFileInfo(m_path).isFile()) { // to open a pipe would wait for its other end
        m_untouchable = failed(FileError::Unreadable, QStringLiteral("no file"));
        return Err {*m_untouchable};
    }
    const QByteArray bytes
        = file.open(QIODevice::ReadOnly) ? file.read(maxFileBytes + 1) : QByteArray();
    if (file.error() != QFileDevice::NoError || bytes.size() > maxFileBytes) {
        m_untouchable = failed(FileError::Unreadable,
                               bytes.isEmpty() ? file.errorString() : QStringLiteral("over 4 MiB"));
        return Err {*m_untouchable};
    }

    QJsonParseError syntax;
    const QJsonDocument document = QJsonDocument::fromJson(bytes, &syntax);
    if (!document.isObject())
        return Err {broken(syntax.errorString())};
    const QJsonObject root = document.object();
    const double written = root.value(QLatin1String("version")).toDouble();
    if (written > version) {
        m_untouchable = failed(FileError::TooNew, QStringLiteral("version %1").arg(written));
        return Err {*m_untouchable};
    }
    if (written < 1)
        return Err {broken(QStringLiteral("no version"))};
    auto settings = settingsFromJson(root);
    if (!settings)
        return Err {broken(settings.error())};
    m_before = document.toJson(QJsonDocument::Compact);
    return std::move(settings).value();
}

Result<void, FileFailure> SettingsFile::save(const Settings &settings)
{
    if (m_untouchable)
        return Err {*m_untouchable};
    QJsonObject root = QJsonDocument::fromJson(m_before).object();
    root.insert(QLatin1String("version"), version);
    const QJsonDocument document(withSettings(std::move(root), settings));
    const QByteArray bytes = document.toJson();
    if (bytes.size() > maxFileBytes)
        return Err {failed(FileError::TooLarge, QStringLiteral("would be over 4 MiB"))};

    const QString folder = QFileInfo(m_path).absolutePath();
    if (!QDir().mkpath(folder))
        return Err {failed(FileError::Unwritable, QStringLiteral("the folder cannot be made"))};
    QSaveFile file(m_path);
    if (!file.open(QIODevice::WriteOnly) || !file.setPermissions(onlyOwner) || file.write(bytes) < 0
        || !file.commit())
        return Err {failed(FileError::Unwritable, file.errorString())};
    m_before = document.toJson(QJsonDocument::Compact);
    return {};
}

} // namespace kite::settings
