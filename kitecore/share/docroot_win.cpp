#include "kitecore/share/docroot.h"

#include <algorithm>
#include <optional>

#include <QDir>

#include "kitecore/share/winerrors.h"

namespace kite::share {

namespace {

using Search = std::unique_ptr<void, decltype([](HANDLE search) { ::FindClose(search); })>;

/// Where an open file or folder really is: `\\?\C:\...`, links followed, names in full.
QString finalPath(const FileHandle &handle)
{
    const auto native = reinterpret_cast<HANDLE>(handle.value());
    constexpr DWORD flags = FILE_NAME_NORMALIZED | VOLUME_NAME_DOS;
    const DWORD needed = ::GetFinalPathNameByHandleW(native, nullptr, 0, flags);
    std::vector<wchar_t> buffer(needed + 1);
    const DWORD length = needed == 0
        ? 0
        : ::GetFinalPathNameByHandleW(native, buffer.data(), DWORD(buffer.size()), flags);
    return length == 0 || length >= buffer.size() ? QString()
                                                  : QString::fromWCharArray(buffer.data(), length);
}

/// Streams (`a:b`), wildcards and short names (`GIT~1` for `.gitignore`) are other ways to name
/// something, and so are final dots and blanks.
bool isOrdinaryName(const QString &name)
{
    const auto tilde = name.indexOf(u'~');
    const bool isShort = tilde >= 0 && tilde + 1 < name.size() && name[tilde + 1].isDigit();
    return !name.isEmpty() && !isShort && !name.endsWith(u'.') && !name.endsWith(u' ')
        && std::ranges::none_of(name, [](QChar c) {
               return c.unicode() < 0x20 || QStringView(u"<>:\"/\\|?*").contains(c);
           });
}

bool liesBeneath(const QString &path, const QString &root)
{
    const QString folder = root.endsWith(u'\\') ? root : root + u'\\';
    return !path.isEmpty() && (path == root || path.startsWith(folder));
}

} // namespace

/// Opens what a path leads to, then asks the open handle where it really is: what is served is what
/// was checked, whatever changes on disk meanwhile.
class DocRoot::Private
{
public:
    Result<OpenFile, OpenError> open(std::span<const QByteArray> segments) const
    {
        const auto root = openForReading(path);
        const QString rootPath = root.isOpen() ? finalPath(root) : QString();
        if (rootPath.isEmpty())
            return Err {OpenError::Missing};
        QString wanted = rootPath;
        for (const auto &segment : segments) {
            const QString name = QString::fromUtf8(segment);
            if (!isOrdinaryName(name))
                return Err {OpenError::Missing};
            wanted += (wanted.endsWith(u'\\') ? QString() : QStringLiteral("\\")) + name;
        }
        auto handle = openForReading(wanted);
        if (!handle.isOpen())
            return Err {toOpenError(::GetLastError())};
        if (!liesBeneath(finalPath(handle), rootPath))
            return Err {OpenError::Missing};
        return OpenFile::take(std::move(handle));
    }

    QString path;
};

DocRoot::DocRoot(const QString &path) : d(std::make_unique<Private>())
{
    d->path = QDir::toNativeSeparators(path);
}

DocRoot::~DocRoot() = default;

Result<OpenFile, OpenError> DocRoot::open(std::span<const QByteArray> segments) const
{
    return d->open(segments);
}

Result<FolderContent, OpenError> DocRoot::content(std::span<const QByteArray> segments) const
{
    const auto folder = d->open(segments);
    if (!folder)
        return Err {folder.error()};
    if (folder->kind() != OpenFile::Kind::Folder)
        return Err {OpenError::Missing};
    WIN32_FIND_DATAW found {};
    const QString pattern = finalPath(folder->handle()) + QStringLiteral("\\*");
    const HANDLE first
        = ::FindFirstFileW(reinterpret_cast<const wchar_t *>(pattern.utf16()), &found);
    if (first == INVALID_HANDLE_VALUE)
        return Err {toOpenError(::GetLastError())};
    const Search search(first);

    FolderContent content;
    std::vector<QByteArray> path(segments.begin(), segments.end());
    do {
        const QString name = QString::fromWCharArray(found.cFileName);
        if (name == u"." || name == u".." || !isOrdinaryName(name))
            continue;
        path.push_back(name.toUtf8());
        const auto opened = d->open(path); // knows about links and what they lead to
        path.pop_back();
        if (!opened)
            continue;
        if (qsizetype(content.entries.size()) == maxEntries) {
            content.isComplete = false;
            break;
        }
        const auto &state = opened->state();
        const bool isFile = opened->kind() == OpenFile::Kind::File;
        content.entries.push_back({name.toUtf8(), opened->kind(), isFile ? state.size : 0,
                                   std::chrono::floor<std::chrono::seconds>(state.modified)});
    } while (::FindNextFileW(search.get(), &found));
    return content;
}

} // namespace kite::share
