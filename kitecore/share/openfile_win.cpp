#include "kitecore/share/openfile.h"

#include <QDir>

#include <qt_windows.h>

#include "kitecore/share/winerrors.h"

namespace kite::share {

namespace {

HANDLE native(const FileHandle &handle)
{
    return reinterpret_cast<HANDLE>(handle.value());
}

quint64 joined(DWORD high, DWORD low)
{
    return quint64(high) << 32 | low;
}

/// FILETIME counts 100 ns since 1601.
std::chrono::nanoseconds sinceEpoch(const FILETIME &time)
{
    constexpr qint64 between = 116'444'736'000'000'000;
    return std::chrono::nanoseconds {
        (qint64(joined(time.dwHighDateTime, time.dwLowDateTime)) - between) * 100};
}

FileState stateOf(const BY_HANDLE_FILE_INFORMATION &facts)
{
    return {facts.dwVolumeSerialNumber, joined(facts.nFileIndexHigh, facts.nFileIndexLow),
            joined(facts.nFileSizeHigh, facts.nFileSizeLow), sinceEpoch(facts.ftLastWriteTime)};
}

} // namespace

OpenError toOpenError(DWORD error)
{
    switch (error) {
    case ERROR_ACCESS_DENIED:
    case ERROR_SHARING_VIOLATION:
    case ERROR_LOCK_VIOLATION:
        return OpenError::Denied;
    case ERROR_TOO_MANY_OPEN_FILES:
    case ERROR_NOT_ENOUGH_MEMORY:
        return OpenError::Busy;
    case ERROR_CRC:
    case ERROR_IO_DEVICE:
    case ERROR_NOT_READY:
        return OpenError::Broken;
    default:
        return OpenError::Missing;
    }
}

FileHandle openForReading(const QString &path)
{
    // Others may write, rename and delete it meanwhile; folders need backup semantics.
    return FileHandle(reinterpret_cast<qintptr>(
        ::CreateFileW(reinterpret_cast<const wchar_t *>(path.utf16()), GENERIC_READ,
                      FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                      OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, nullptr)));
}

FileHandle::~FileHandle()
{
    if (isOpen())
        ::CloseHandle(native(*this));
}

Result<OpenFile, OpenError> OpenFile::take(FileHandle handle)
{
    BY_HANDLE_FILE_INFORMATION facts {};
    if (::GetFileType(native(handle)) != FILE_TYPE_DISK)
        return Err {OpenError::Missing};
    if (!::GetFileInformationByHandle(native(handle), &facts))
        return Err {toOpenError(::GetLastError())};
    const bool folder = facts.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY;
    return OpenFile(std::move(handle), folder ? Kind::Folder : Kind::File, stateOf(facts));
}

Result<OpenFile, OpenError> OpenFile::openPath(const QString &path)
{
    auto handle = openForReading(QDir::toNativeSeparators(path));
    if (!handle.isOpen())
        return Err {toOpenError(::GetLastError())};
    return take(std::move(handle));
}

std::optional<FileState> OpenFile::stateNow() const
{
    BY_HANDLE_FILE_INFORMATION facts {};
    if (!::GetFileInformationByHandle(native(m_handle), &facts))
        return std::nullopt;
    return stateOf(facts);
}

qsizetype OpenFile::read(quint64 offset, std::span<char> into) const
{
    OVERLAPPED position {}; // on a handle that waits this is no more than an offset
    position.Offset = DWORD(offset);
    position.OffsetHigh = DWORD(offset >> 32);
    DWORD bytes = 0;
    if (::ReadFile(native(m_handle), into.data(), DWORD(into.size()), &bytes, &position))
        return qsizetype(bytes);
    return ::GetLastError() == ERROR_HANDLE_EOF ? 0 : -1;
}

} // namespace kite::share
