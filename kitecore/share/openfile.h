#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <utility>

#include <QString>

#include "kitecore/base/result.h"

namespace kite::share {

/// Owns a file or folder of the operating system: int on POSIX, HANDLE on Windows.
class FileHandle
{
public:
    static constexpr qintptr none = -1; ///< INVALID_HANDLE_VALUE too

    FileHandle() = default;
    explicit FileHandle(qintptr handle) : m_handle(handle) {}
    FileHandle(FileHandle &&other) noexcept : m_handle(std::exchange(other.m_handle, none)) {}
    FileHandle &operator=(FileHandle &&other) noexcept
    {
        std::swap(m_handle, other.m_handle);
        return *this;
    }
    FileHandle(const FileHandle &) = delete;
    FileHandle &operator=(const FileHandle &) = delete;
    ~FileHandle();

    bool isOpen() const { return m_handle != none; }
    qintptr value() const { return m_handle; }
    qintptr release() { return std::exchange(m_handle, none); }

private:
    qintptr m_handle = none;
};

/// Why nothing can be served.
enum class OpenError {
    Missing, ///< Not there, not inside, or neither file nor folder: a visitor sees no difference.
    Denied,  ///< The system does not let us read it.
    Busy,    ///< Out of descriptors or memory; may work later.
    Broken,  ///< The device or the network it is on fails.
};

/// What the system says of a file; two states that are equal have the same content.
struct FileState
{
    quint64 device = 0;
    quint64 number = 0; ///< inode
    quint64 size = 0;
    std::chrono::nanoseconds modified {0}; ///< since 1970
    bool operator==(const FileState &) const = default;

    /// As logs and recordings do.
    bool mayGrowTo(const FileState &now) const
    {
        return now.device == device && now.number == number && now.size > size;
    }
};

/// An open regular file, or a folder. Reading needs no position and moves none.
class OpenFile
{
public:
    enum class Kind : quint8 { File, Folder };

    /// Takes what was opened; closes and refuses what is neither file nor folder.
    static Result<OpenFile, OpenError> take(FileHandle handle);
    /// Opens what the user named: links are followed wherever they lead. Never waits, neither for
    /// a pipe's other end nor for a device.
    static Result<OpenFile, OpenError> openPath(const QString &path);

    Kind kind() const { return m_kind; }
    const FileState &state() const { return m_state; } ///< when it was opened
    /// Asks the system whether the content is as it was when it was opened; of one whose ends are
    /// remembered, if not longer.
    bool isKept() const;
    /// So that a file that grew is told from one that was written anew. Once, before it changes.
    void rememberEnds();

    /// @return how many bytes there were at `offset`, 0 at and behind the end, -1 for an error.
    qsizetype read(quint64 offset, std::span<char> into) const;

    const FileHandle &handle() const { return m_handle; }
    FileHandle releaseHandle() && { return std::move(m_handle); }

private:
    OpenFile(FileHandle handle, Kind kind, const FileState &state)
        : m_handle(std::move(handle))
        , m_kind(kind)
        , m_state(state)
    {
    }

    std::optional<FileState> stateNow() const;
    std::optional<std::size_t> hashOfEnds() const; ///< of what was there when it was opened

    FileHandle m_handle;
    Kind m_kind;
    FileState m_state;
    std::optional<std::size_t> m_ends;
};

} // namespace kite::share
