#include "app/cli/diskfiles.h"

#include <cerrno>
#include <filesystem>
#include <system_error>

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#ifdef Q_OS_UNIX
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace kite::cli {

namespace {

constexpr auto others = QFileDevice::ReadGroup | QFileDevice::ReadOther;

/// Files that are made while it lives can be opened by nobody else, not even for a moment.
class OwnersAlone
{
    Q_DISABLE_COPY_MOVE(OwnersAlone)

public:
#ifdef Q_OS_UNIX
    OwnersAlone() : m_before(::umask(S_IRWXG | S_IRWXO)) {}
    ~OwnersAlone()
    {
        ::umask(m_before);
    }

private:
    mode_t m_before;
#else
    OwnersAlone() = default;
#endif
};

/// What root must not follow when it writes: its maker could choose what is lost.
bool isSomebodysLink([[maybe_unused]] const QString &path)
{
#ifdef Q_OS_UNIX
    struct stat state = {};
    return ::geteuid() == 0 && ::lstat(QFile::encodeName(path).constData(), &state) == 0
        && S_ISLNK(state.st_mode) && state.st_uid != 0;
#else
    return false;
#endif
}

std::filesystem::file_type typeOf(const QString &path)
{
    std::error_code failure;
    return std::filesystem::status(QFileInfo(path).filesystemFilePath(), failure).type();
}

} // namespace

QString resolve(const QString &path, const QString &homeFolder)
{
    return path.startsWith(u"~/") ? homeFolder + path.sliced(1) : path;
}

bool isMissing(const QString &path)
{
    return typeOf(path) == std::filesystem::file_type::not_found;
}

bool isPipe(const QString &path)
{
    using enum std::filesystem::file_type;
    return typeOf(path) == fifo || typeOf(path) == socket;
}

QString whyUnreadable([[maybe_unused]] const QString &path)
{
#ifdef Q_OS_UNIX
    // Opening it would wait at a pipe.
    if (::access(QFile::encodeName(path).constData(), R_OK) != 0 && errno != ENOENT
        && errno != ENOTDIR)
        return qt_error_string(errno);
#endif
    return {};
}

void giveFile([[maybe_unused]] const QString &path, [[maybe_unused]] quint32 user,
              [[maybe_unused]] quint32 group)
{
#ifdef Q_OS_UNIX
    // Its folder may be somebody else's, who puts another file in its place meanwhile.
    const int file = ::open(QFile::encodeName(path).constData(),
                            O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return;
    struct stat state = {};
    if (::fstat(file, &state) == 0 && S_ISREG(state.st_mode) && state.st_nlink == 1
        && state.st_uid == ::geteuid()) [[maybe_unused]]
        const auto given = ::fchown(file, user, group);
    ::close(file);
#endif
}

QString DiskFiles::resolved(const QString &path) const
{
    return resolve(path, m_home);
}

Result<void, QString> writePrivately(const QString &path, const QByteArray &bytes,
                                     const QString &homeFolder)
{
    const QString target = resolve(path, homeFolder);
    if (isSomebodysLink(target))
        return Err {QStringLiteral("it is somebody else's link")};
    QSaveFile file(target);
    const bool opened = [&file] {
        const OwnersAlone fromTheStart;
        return file.open(QIODevice::WriteOnly);
    }();
    if (!opened)
        return Err {file.errorString()};
#ifdef Q_OS_UNIX
    // Root who edits a person's file does not take it away; others cannot give files anyway.
    if (const QFileInfo before(target); before.exists()) [[maybe_unused]]
        const auto given = ::fchown(file.handle(), before.ownerId(), before.groupId());
#endif
    file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    file.write(bytes);
    if (!file.commit())
        return Err {file.errorString()};
    return {};
}

bool ensureFolderOf(const QString &file)
{
    const QString folder = QFileInfo(file).absolutePath();
    if (QFileInfo(folder).isDir())
        return true;
    QFileDevice::Permissions permissions
        = QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner;
#ifdef Q_OS_UNIX
    if (::geteuid() == 0) // files in it may be those of a service's user
        permissions |= QFileDevice::ReadGroup | QFileDevice::ExeGroup | QFileDevice::ReadOther
            | QFileDevice::ExeOther;
#endif
    // With its mode from the start: by its name it could be another folder a moment later.
    return QDir().mkpath(QFileInfo(folder).absolutePath()) && QDir().mkdir(folder, permissions);
}

Result<QByteArray, QString> DiskFiles::read(const QString &path)
{
    QFile file(resolved(path));
    if (QFileInfo(file).isDir())
        return Err {QStringLiteral("it is a folder")};
    if (!file.open(QIODevice::ReadOnly))
        return Err {file.errorString()};
    const QByteArray bytes = file.read(maxBytes + 1);
    if (file.error() != QFileDevice::NoError)
        return Err {file.errorString()};
    if (bytes.size() > maxBytes)
        return Err {QStringLiteral("it is over 1 MiB")};
    m_exposed.removeAll(path);
    if (file.permissions() & others)
        m_exposed.append(path);
    return bytes;
}

bool DiskFiles::exists(const QString &path)
{
    return QFileInfo::exists(resolved(path));
}

Result<QStringList, QString> DiskFiles::rcFilesIn(const QString &folder)
{
    const QDir dir(resolved(folder));
    if (!dir.exists())
        return Err {QStringLiteral("there is no such folder")};
    if (!dir.isReadable()) // it would seem to be empty
        return Err {QStringLiteral("its files cannot be listed")};
    QStringList paths;
    for (const auto &file : dir.entryInfoList({QStringLiteral("*.rc")}, QDir::Files, QDir::Name))
        paths.append(file.filePath());
    return paths;
}

QByteArray PidFile::text()
{
    return QByteArray::number(QCoreApplication::applicationPid()) + '\n';
}

PidFile::~PidFile()
{
    if (m_path.isEmpty())
        return;
    QFile file(m_path);
    if (file.open(QIODevice::ReadOnly) && file.read(text().size() + 1) == text())
        file.remove();
}

bool PidFile::write(const QString &path)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return false;
    file.write(text());
    if (!file.commit())
        return false;
    m_path = path;
    return true;
}

} // namespace kite::cli
