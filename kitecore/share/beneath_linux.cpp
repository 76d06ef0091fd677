#include <atomic>
#include <cerrno>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kitecore/share/beneath.h"

namespace kite::share {

namespace {

/// openat2() says EAGAIN when something was renamed while it looked; then it is asked again.
constexpr int maxTries = 8;

QByteArray joined(std::span<const QByteArray> segments)
{
    QByteArray path;
    for (const auto &segment : segments) {
        if (!path.isEmpty())
            path += '/';
        path += segment;
    }
    return path.isEmpty() ? QByteArray(".") : path;
}

Result<FileHandle, int> openAt2(int folder, const QByteArray &path, OpenFor purpose)
{
    open_how how {};
    how.flags
        = O_CLOEXEC | (purpose == OpenFor::Looking ? O_PATH : O_RDONLY | O_NONBLOCK | O_NOCTTY);
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    int error = EAGAIN;
    for (int tries = 0; error == EAGAIN && tries < maxTries; ++tries) {
        FileHandle handle(::syscall(SYS_openat2, folder, path.constData(), &how, sizeof how));
        if (handle.isOpen())
            return handle;
        error = errno;
    }
    return Err {error};
}

} // namespace

Result<FileHandle, int> openBeneath(const BeneathRoot &root, std::span<const QByteArray> segments,
                                    OpenFor purpose)
{
    // Kernels before 5.6 and sandboxes that do not know the call.
    static std::atomic<bool> isMissing = false;
    if (isMissing.load(std::memory_order_relaxed))
        return walkBeneath(root, segments, purpose);
    auto opened = openAt2(int(root.handle.value()), joined(segments), purpose);
    if (opened)
        return opened;
    switch (opened.error()) {
    case ENOSYS:
    case EPERM:
        isMissing.store(true, std::memory_order_relaxed);
        [[fallthrough]];
    case EXDEV:
    case EAGAIN:
        return walkBeneath(root, segments, purpose);
    default:
        return opened;
    }
}

} // namespace kite::share
