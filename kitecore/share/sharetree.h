#pragma once

#include <variant>

#include "kitecore/http/targetpath.h"
#include "kitecore/share/docroot.h"
#include "kitecore/share/sharetarget.h"

namespace kite::share {

/// A file stands at the path.
struct FileFound
{
    OpenFile file;
    QByteArray name;    ///< decides about the media type
    bool isTop = false; ///< a shared file at `/`: its name is not in the address
};
/// A folder without index.html stands there.
struct FolderFound
{
    FolderContent content;
};
/// A folder stands there, and the address lacks its final slash.
struct FolderElsewhere
{
};
using Found = std::variant<FileFound, FolderFound, FolderElsewhere>;

/// What a share has at which path: one folder's content at `/`, one file at `/` and `/NAME`, or
/// several paths by their names. Thread-safe.
class ShareTree
{
public:
    static Result<std::unique_ptr<ShareTree>, ShareFailure> open(const QStringList &paths,
                                                                 ShareOptions options);

    Result<Found, OpenError> find(const http::TargetPath &path) const;

private:
    /// One of the shared paths.
    struct Root
    {
        QString path; ///< absolute
        QByteArray name;
        std::unique_ptr<DocRoot> folder; ///< null for a file
    };
    using Segments = std::span<const QByteArray>;

    explicit ShareTree(ShareOptions options) : m_options(options) {}
    Result<void, ShareError> add(const QString &given);
    const Root *rootNamed(const QByteArray &name) const;
    Result<Found, OpenError> findTop(const http::TargetPath &path) const;
    Result<Found, OpenError> findFile(const Root &root, bool isTop) const;
    Result<Found, OpenError> findIn(const DocRoot &folder, Segments segments, bool slash) const;
    Result<Found, OpenError> listing(Result<FolderContent, OpenError> content) const;
    static Result<Found, OpenError> unlisted(const DocRoot &folder, Segments segments);
    FolderContent roots() const;

    ShareOptions m_options;
    std::vector<Root> m_roots;
};

} // namespace kite::share
