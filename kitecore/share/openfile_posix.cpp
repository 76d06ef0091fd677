#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QFile>

#include "kitecore/share/openfile.h"
#include "kitecore/share/posixerrors.h"

namespace kite::share {

namespace {

std::chrono::nanoseconds modifiedAt(const struct stat &status)
{
#ifdef Q_OS_DARWIN
    const timespec &time = status.st_mtimespec;
#else
    const timespec &time = status.st_mtim;
#endif
    return std::chrono::seconds {time.tv_sec} + std::chrono::nanoseconds {time.tv_nsec};
}

FileState stateOf(const struct stat &status)
{
    return {quint64(status.st_dev), quint64(status.st_ino), quint64(status.st_size),
            modifiedAt(status)};
}

} // namespace

FileHandle::~FileHandle()
{
    if (isOpen())
        ::close(int(m_handle));
}

Result<OpenFile, OpenError> OpenFile::take(FileHandle handle)
{
    struct stat status
    {
    };
    if (::fstat(int(handle.value()), &status) != 0)
        return Err {toOpenError(errno)};
    if (S_ISREG(status.st_mode))
        return OpenFile(std::move(handle), Kind::File, stateOf(status));
    if (S_ISDIR(status.st_mode))
        return OpenFile(std::move(handle), Kind::Folder, stateOf(status));
    return Err {OpenError::Missing};
}

Result<OpenFile, OpenError> OpenFile::openPath(const QString &path)
{
    FileHandle handle(
        ::open(QFile::encodeName(path).constData(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!handle.isOpen())
        return Err {toOpenError(errno)};
    return take(std::move(handle));
}

std::optional<FileState> OpenFile::stateNow() const
{
    struct stat status
    {
    };
    if (::fstat(int(m_handle.value()), &status) != 0)
        return std::nullopt;
    return stateOf(status);
}

qsizetype OpenFile::read(quint64 offset, std::span<char> into) const
{
    ssize_t bytes = -1;
    do
        bytes = ::pread(int(m_handle.value()), into.data(), into.size(), off_t(offset));
    while (bytes < 0 && errno == EINTR);
    return bytes;
}

} // namespace kite::share
