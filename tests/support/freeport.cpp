#include "tests/support/freeport.h"

#include <memory>
#include <vector>

#include <QDir>
#include <QLockFile>
#include <QTcpServer>

namespace kite::test {

namespace {

// Below what systems give to connections on their way out, above those of tests/e2e/ports.py.
constexpr quint16 first = 32000;
constexpr quint16 end = 32768;

} // namespace

quint16 freePort()
{
    static quint16 candidate = first;
    static std::vector<std::unique_ptr<QLockFile>> mine;
    for (; candidate < end; ++candidate) {
        const QString name = QStringLiteral("kite-test-port-%1").arg(candidate);
        auto lock = std::make_unique<QLockFile>(QDir::temp().filePath(name));
        lock->setStaleLockTime(0); // only its program's end makes it stale
        QTcpServer probe;
        if (!lock->tryLock(0) || !probe.listen(QHostAddress::Any, candidate))
            continue;
        mine.push_back(std::move(lock));
        return candidate++;
    }
    return 0;
}

} // namespace kite::test
