#include "kitecore/relay/memorylimit.h"

#include <algorithm>

#include <QFile>

#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

namespace kite::relay {

namespace {

constexpr qint64 mebibyte = qint64 {1024} * 1024;
constexpr qint64 least = 64 * mebibyte;
constexpr qint64 most = 4096 * mebibyte;

/// 0: not known.
qint64 memoryOfComputer()
{
#ifdef Q_OS_UNIX
    return std::max(0L, ::sysconf(_SC_PHYS_PAGES)) * qint64 {::sysconf(_SC_PAGESIZE)};
#else
    return 0;
#endif
}

/// What a container or service unit leaves us (cgroups, version 2); 0: no limit.
qint64 memoryOfGroup()
{
    QFile file(QStringLiteral("/sys/fs/cgroup/memory.max"));
    return file.open(QIODevice::ReadOnly) ? file.readLine(64).trimmed().toLongLong() : 0;
}

} // namespace

qint64 usualMemoryLimit()
{
    auto memory = memoryOfComputer();
    if (const auto ofGroup = memoryOfGroup(); ofGroup > 0)
        memory = std::min(memory, ofGroup);
    return std::clamp(memory / 4, least, most);
}

} // namespace kite::relay
