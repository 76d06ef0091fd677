#pragma once

#include <span>

#include <QByteArray>

#include "kitecore/base/result.h"
#include "kitecore/share/openfile.h"

/// POSIX: the one way to a file of a share. However a path is made up, and whatever changes on disk
/// meanwhile, what is opened lies beneath the root.
namespace kite::share {

/// A folder whose content may be served.
struct BeneathRoot
{
    FileHandle handle;
    /// Without links in it: symbolic links to absolute paths are followed where they begin with it.
    QByteArray canonicalPath;
};

/// What to open a path for.
enum class OpenFor {
    Reading, ///< Never waits for a pipe's other end or a device; may open one: look before use.
    Looking, ///< Only to ask what it is; opens nothing where the system can do that.
};

/// Opens what `segments` lead to from `root`. Segments are names: not empty, no slash, no NUL, not
/// `.` or `..`. Symbolic links are followed while they stay beneath the root.
/// @return an errno; EXDEV for what would lead out.
Result<FileHandle, int> openBeneath(const BeneathRoot &root, std::span<const QByteArray> segments,
                                    OpenFor purpose);

/// The same, one name after the other, with symbolic links read by hand: for systems without
/// openat2(), and for absolute links, which it always refuses.
Result<FileHandle, int> walkBeneath(const BeneathRoot &root, std::span<const QByteArray> segments,
                                    OpenFor purpose);

} // namespace kite::share
