#include "kitecore/share/sharetree.h"

#include <algorithm>

#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace kite::share {

namespace {

const QByteArray indexName = QByteArrayLiteral("index.html");

bool isHidden(QByteArrayView name)
{
    return name.startsWith('.');
}

ShareError errorOf(OpenError error, const QString &path)
{
    const QFileInfo info(path);
    const bool special
        = error == OpenError::Missing && info.exists() && !info.isFile() && !info.isDir();
    return special ? ShareError::NotAFile : ShareError::Missing;
}

/// The last name of a path as a visitor asks for it; the root of the file system has none.
QByteArray nameOf(const QString &path)
{
    const QString name = QFileInfo(path).fileName();
#ifdef Q_OS_WIN
    return name.toUtf8();
#else
    return QFile::encodeName(name);
#endif
}

} // namespace

Result<std::unique_ptr<ShareTree>, ShareFailure> ShareTree::open(const QStringList &paths,
                                                                 ShareOptions options)
{
    std::unique_ptr<ShareTree> tree(new ShareTree(options)); // private constructor
    if (paths.isEmpty())
        return Err {ShareFailure {ShareError::Missing, QString()}};
    for (const auto &path : paths) {
        if (const auto added = tree->add(path); !added)
            return Err {ShareFailure {added.error(), path}};
    }
    return tree;
}

Result<void, ShareError> ShareTree::add(const QString &given)
{
    // Without a working folder (it was removed) a relative path would begin at the root.
    if (given.isEmpty() || (QDir::isRelativePath(given) && QDir::currentPath().isEmpty()))
        return Err {ShareError::Missing};
    const QString path = QDir::cleanPath(QDir::current().absoluteFilePath(given));
    const auto opened = OpenFile::openPath(path);
    if (!opened)
        return Err {errorOf(opened.error(), path)};
    Root root {path, nameOf(path), nullptr};
    if (rootNamed(root.name) != nullptr)
        return Err {ShareError::Clash};
    if (opened->kind() == OpenFile::Kind::Folder)
        root.folder = std::make_unique<DocRoot>(path);
    m_roots.push_back(std::move(root));
    return {};
}

const ShareTree::Root *ShareTree::rootNamed(const QByteArray &name) const
{
    const auto found = std::ranges::find(m_roots, name, &Root::name);
    return found == m_roots.end() ? nullptr : &*found;
}

Result<Found, OpenError> ShareTree::find(const http::TargetPath &path) const
{
    const auto &first = m_roots.front();
    if (m_roots.size() == 1 && first.folder)
        return findIn(*first.folder, path.segments, path.folder);
    if (path.segments.empty())
        return findTop(path);
    const Root *root = rootNamed(path.segments.front());
    if (root == nullptr)
        return Err {OpenError::Missing};
    if (root->folder)
        return findIn(*root->folder, Segments(path.segments).subspan(1), path.folder);
    if (path.segments.size() > 1 || path.folder)
        return Err {OpenError::Missing};
    return findFile(*root, false);
}

Result<Found, OpenError> ShareTree::findTop(const http::TargetPath &path) const
{
    Q_ASSERT(path.segments.empty());
    if (m_roots.size() == 1)
        return findFile(m_roots.front(), true);
    return listing(roots());
}

Result<Found, OpenError> ShareTree::findFile(const Root &root, bool isTop) const
{
    auto file = OpenFile::openPath(root.path);
    if (!file)
        return Err {file.error()};
    if (file->kind() != OpenFile::Kind::File)
        return Err {OpenError::Missing};
    return Found(FileFound {std::move(file).value(), root.name, isTop});
}

Result<Found, OpenError> ShareTree::findIn(const DocRoot &folder, Segments segments,
                                           bool slash) const
{
    if (!m_options.hiddenFiles && std::ranges::any_of(segments, isHidden))
        return Err {OpenError::Missing};
    if (!slash) {
        auto opened = folder.open(segments);
        if (!opened)
            return Err {opened.error()};
        if (opened->kind() == OpenFile::Kind::Folder)
            return Found(FolderElsewhere {});
        return Found(FileFound {std::move(opened).value(), segments.back()});
    }
    std::vector<QByteArray> withIndex(segments.begin(), segments.end());
    withIndex.push_back(indexName);
    auto index = folder.open(withIndex);
    if (index && index->kind() == OpenFile::Kind::File)
        return Found(FileFound {std::move(index).value(), indexName});
    if (!index && index.error() != OpenError::Missing)
        return Err {index.error()};
    return m_options.listing ? listing(folder.content(segments)) : unlisted(folder, segments);
}

/// A folder that is not listed is not read either.
Result<Found, OpenError> ShareTree::unlisted(const DocRoot &folder, Segments segments)
{
    const auto opened = folder.open(segments);
    if (!opened)
        return Err {opened.error()};
    return Err {opened->kind() == OpenFile::Kind::Folder ? OpenError::Denied : OpenError::Missing};
}

Result<Found, OpenError> ShareTree::listing(Result<FolderContent, OpenError> content) const
{
    if (!content)
        return Err {content.error()};
    if (!m_options.listing)
        return Err {OpenError::Denied};
    FolderContent shown = std::move(content).value();
    if (!m_options.hiddenFiles)
        std::erase_if(shown.entries, [](const auto &entry) { return isHidden(entry.name); });
    return Found(FolderFound {std::move(shown)});
}

FolderContent ShareTree::roots() const
{
    FolderContent content;
    for (const auto &root : m_roots) {
        const auto opened = OpenFile::openPath(root.path);
        if (!opened)
            continue;
        const auto &state = opened->state();
        const bool isFile = opened->kind() == OpenFile::Kind::File;
        content.entries.push_back({root.name, opened->kind(), isFile ? state.size : 0,
                                   std::chrono::floor<std::chrono::seconds>(state.modified)});
    }
    return content;
}

} // namespace kite::share
