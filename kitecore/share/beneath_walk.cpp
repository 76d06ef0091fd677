#include <array>
#include <cerrno>
#include <climits>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QByteArrayList>

#include "kitecore/share/beneath.h"

namespace kite::share {

namespace {

constexpr int maxLinks = 40; ///< as many as Linux follows

#ifdef O_PATH
constexpr int passThrough = O_PATH;
constexpr int lookAt = O_PATH;
#elif defined(O_SEARCH)
constexpr int passThrough = O_SEARCH;
constexpr int lookAt = O_RDONLY | O_NONBLOCK | O_NOCTTY;
#else
constexpr int passThrough = O_RDONLY;
constexpr int lookAt = O_RDONLY | O_NONBLOCK | O_NOCTTY;
#endif
constexpr int always = O_NOFOLLOW | O_CLOEXEC;

/// One way down from the root. Every step opens one name of the folder reached so far and follows
/// no link, so nothing that is swapped meanwhile can lead elsewhere; the way up is the way back
/// along folders that are held open.
class Walk
{
public:
    Walk(const BeneathRoot &root, std::span<const QByteArray> segments, OpenFor purpose)
        : m_root(root)
        , m_purpose(purpose)
    {
        m_left.assign(segments.rbegin(), segments.rend());
    }

    Result<FileHandle, int> run()
    {
        while (!m_left.empty()) {
            const QByteArray name = m_left.back();
            m_left.pop_back();
            const auto step = take(name);
            if (!step)
                return Err {step.error()};
            if (m_found.isOpen())
                return std::move(m_found);
        }
        return open(".", finalFlags());
    }

private:
    int folder() const { return int(m_way.empty() ? m_root.handle.value() : m_way.back().value()); }

    int finalFlags() const
    {
        return m_purpose == OpenFor::Looking ? lookAt : O_RDONLY | O_NONBLOCK | O_NOCTTY;
    }

    Result<FileHandle, int> open(const QByteArray &name, int flags) const
    {
        FileHandle handle(::openat(folder(), name.constData(), flags | always));
        if (!handle.isOpen())
            return Err {errno};
        return handle;
    }

    Result<void, int> take(const QByteArray &name)
    {
        if (name.isEmpty() || name == ".")
            return {};
        if (name == "..") // only links have it
            return goUp();
        struct stat status
        {
        };
        if (::fstatat(folder(), name.constData(), &status, AT_SYMLINK_NOFOLLOW) != 0)
            return Err {errno};
        if (S_ISLNK(status.st_mode))
            return follow(name);
        if (S_ISDIR(status.st_mode))
            return goDown(name);
        if (!S_ISREG(status.st_mode))
            return Err {ENXIO};
        return finish(name);
    }

    Result<void, int> goUp()
    {
        if (m_way.empty())
            return Err {EXDEV};
        m_way.pop_back();
        return {};
    }

    Result<void, int> goDown(const QByteArray &name)
    {
        auto next = open(name, passThrough | O_DIRECTORY);
        if (!next)
            return Err {next.error()};
        m_way.push_back(std::move(next).value());
        return {};
    }

    Result<void, int> finish(const QByteArray &name)
    {
        if (!m_left.empty())
            return Err {ENOTDIR};
        auto file = open(name, finalFlags());
        if (!file)
            return Err {file.error()};
        m_found = std::move(file).value();
        return {};
    }

    Result<void, int> follow(const QByteArray &name)
    {
        if (++m_links > maxLinks)
            return Err {ELOOP};
        std::array<char, PATH_MAX> buffer {};
        const auto length = ::readlinkat(folder(), name.constData(), buffer.data(), buffer.size());
        if (length < 0)
            return Err {errno};
        if (length == 0 || std::size_t(length) == buffer.size())
            return Err {ENAMETOOLONG};
        QByteArray target(buffer.data(), length);
        if (target.startsWith('/')) {
            if (!target.startsWith(m_root.canonicalPath + '/') && target != m_root.canonicalPath)
                return Err {EXDEV};
            target.remove(0, m_root.canonicalPath.size());
            m_way.clear();
        }
        const auto names = target.split('/');
        m_left.insert(m_left.end(), names.rbegin(), names.rend());
        return {};
    }

    const BeneathRoot &m_root;
    OpenFor m_purpose;
    std::vector<FileHandle> m_way;
    std::vector<QByteArray> m_left; ///< the next name is the last
    int m_links = 0;
    FileHandle m_found;
};

} // namespace

Result<FileHandle, int> walkBeneath(const BeneathRoot &root, std::span<const QByteArray> segments,
                                    OpenFor purpose)
{
    return Walk(root, segments, purpose).run();
}

#ifndef Q_OS_LINUX
Result<FileHandle, int> openBeneath(const BeneathRoot &root, std::span<const QByteArray> segments,
                                    OpenFor purpose)
{
    return walkBeneath(root, segments, purpose);
}
#endif

} // namespace kite::share
