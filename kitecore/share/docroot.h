#pragma once

#include <memory>
#include <span>
#include <vector>

#include <QByteArray>

#include "kitecore/share/openfile.h"

namespace kite::share {

struct FolderEntry
{
    QByteArray name; ///< bytes as the system has them (Windows: UTF-8)
    OpenFile::Kind kind = OpenFile::Kind::File;
    quint64 size = 0; ///< of files
    std::chrono::seconds modified {0};
};

struct FolderContent
{
    std::vector<FolderEntry> entries; ///< in no order
    bool isComplete = true;           ///< false: there are more than DocRoot::maxEntries
};

/// A shared folder: the wall between what visitors may see and the rest of the computer.
///
/// What a path of names leads to is opened beneath the folder or not at all, in one step that
/// cannot be raced (beneath.h; docroot_win.cpp). Symbolic links work where they stay inside.
/// Pipes, sockets and devices are not there.
///
/// When another folder takes the place of the shared one (a site that is built anew), that one is
/// served from then on; a folder that was moved away or deleted is no longer shared. Thread-safe.
class DocRoot
{
    Q_DISABLE_COPY_MOVE(DocRoot)

public:
    /// What one folder page shows at most: keeps its time and memory small.
    static constexpr qsizetype maxEntries = 10'000;

    /// @param path absolute, of a folder
    explicit DocRoot(const QString &path);
    ~DocRoot();

    /// @param segments names as of http::TargetPath; none: the folder itself
    Result<OpenFile, OpenError> open(std::span<const QByteArray> segments) const;

    /// What is in a folder, without what open() would refuse as missing and without names that no
    /// request can have (backslashes).
    Result<FolderContent, OpenError> content(std::span<const QByteArray> segments) const;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace kite::share
