#include <cerrno>
#include <cstdlib>
#include <mutex>
#include <optional>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <QFile>

#include "kitecore/share/beneath.h"
#include "kitecore/share/docroot.h"
#include "kitecore/share/posixerrors.h"

namespace kite::share {

namespace {

using Folder = std::unique_ptr<DIR, decltype([](DIR *open) { ::closedir(open); })>;

struct Root : BeneathRoot
{
    dev_t device = 0;
    ino_t number = 0;
};

std::shared_ptr<const Root> openRoot(const QByteArray &path)
{
#ifdef O_PATH
    constexpr int flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
#else
    constexpr int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
#endif
    auto root = std::make_shared<Root>();
    root->handle = FileHandle(::open(path.constData(), flags));
    struct stat status
    {
    };
    if (!root->handle.isOpen() || ::fstat(int(root->handle.value()), &status) != 0)
        return nullptr;
    root->device = status.st_dev;
    root->number = status.st_ino;
    const std::unique_ptr<char, decltype([](char *made) { std::free(made); })> canonical(
        ::realpath(path.constData(), nullptr));
    if (canonical)
        root->canonicalPath = canonical.get();
    if (root->canonicalPath == "/") // absolute links begin with it, and then with the first name
        root->canonicalPath.clear();
    return root;
}

FolderEntry makeEntry(QByteArray name, const struct stat &status)
{
    const bool folder = S_ISDIR(status.st_mode);
    return {std::move(name), folder ? OpenFile::Kind::Folder : OpenFile::Kind::File,
            folder ? 0 : quint64(status.st_size),
#ifdef Q_OS_DARWIN
            std::chrono::seconds {status.st_mtimespec.tv_sec}};
#else
            std::chrono::seconds {status.st_mtim.tv_sec}};
#endif
}

/// What stands under `name`; for a link what it leads to, if that lies inside.
std::optional<FolderEntry> look(const Root &root, std::span<const QByteArray> segments, int folder,
                                const char *name)
{
    struct stat status
    {
    };
    if (::fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return std::nullopt;
    if (S_ISLNK(status.st_mode)) {
        std::vector<QByteArray> path(segments.begin(), segments.end());
        path.emplace_back(name);
        const auto target = openBeneath(root, path, OpenFor::Looking);
        if (!target || ::fstat(int(target->value()), &status) != 0)
            return std::nullopt;
    }
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode))
        return std::nullopt;
    return makeEntry(name, status);
}

bool isListed(const QByteArray &name)
{
    return name != "." && name != ".." && !name.contains('\\');
}

} // namespace

class DocRoot::Private
{
public:
    explicit Private(const QString &folder) : path(QFile::encodeName(folder)) {}

    /// The folder that stands at the path now; null if there is none.
    std::shared_ptr<const Root> root()
    {
        struct stat status
        {
        };
        if (::stat(path.constData(), &status) != 0)
            return nullptr;
        const std::lock_guard guard(lock);
        if (!held || held->device != status.st_dev || held->number != status.st_ino)
            held = openRoot(path);
        return held;
    }

    const QByteArray path;
    std::mutex lock;
    std::shared_ptr<const Root> held;
};

DocRoot::DocRoot(const QString &path) : d(std::make_unique<Private>(path)) {}

DocRoot::~DocRoot() = default;

Result<OpenFile, OpenError> DocRoot::open(std::span<const QByteArray> segments) const
{
    const auto root = d->root();
    if (!root)
        return Err {OpenError::Missing};
    auto handle = openBeneath(*root, segments, OpenFor::Reading);
    if (!handle)
        return Err {toOpenError(handle.error())};
    return OpenFile::take(std::move(handle).value());
}

Result<FolderContent, OpenError> DocRoot::content(std::span<const QByteArray> segments) const
{
    const auto root = d->root();
    if (!root)
        return Err {OpenError::Missing};
    auto handle = openBeneath(*root, segments, OpenFor::Reading);
    if (!handle)
        return Err {toOpenError(handle.error())};
    const auto descriptor = int(handle->value());
    const Folder folder(::fdopendir(descriptor));
    if (!folder)
        return Err {toOpenError(errno)};
    std::move(handle).value().release(); // closedir() closes it

    FolderContent content;
    // The folder is ours alone.  NOLINTNEXTLINE(concurrency-mt-unsafe)
    while (const dirent *found = ::readdir(folder.get())) {
        if (!isListed(found->d_name))
            continue;
        auto entry = look(*root, segments, descriptor, found->d_name);
        if (!entry)
            continue;
        if (qsizetype(content.entries.size()) == maxEntries) {
            content.isComplete = false;
            break;
        }
        content.entries.push_back(std::move(*entry));
    }
    return content;
}

} // namespace kite::share
