#pragma once

#include <QCoreApplication>
#include <QTest>

#include "kitecore/net/eventdispatcher.h"

namespace kite::test {

enum class Waiting { AsTheCore, AsQt };

template <typename Test>
int runWaiting(Waiting how, int argc, char **argv)
{
    qputenv("QT_NO_GLIB", "1"); // as kite has it
    if (how == Waiting::AsTheCore) {
        if (auto dispatcher = net::coreDispatcher())
            QCoreApplication::setEventDispatcher(dispatcher.release());
    }
    const QCoreApplication application(argc, argv);
    Test test;
    return QTest::qExec(&test, argc, argv);
}

} // namespace kite::test

/// For tests of what sleeps in the event loop: everything with the core's own dispatcher, then
/// again with Qt's.
#define KITE_CORE_TEST_MAIN(Test)                                                                  \
    int main(int argc, char **argv)                                                                \
    {                                                                                              \
        using kite::test::Waiting;                                                                 \
        const int ours = kite::test::runWaiting<Test>(Waiting::AsTheCore, argc, argv);             \
        return ours + kite::test::runWaiting<Test>(Waiting::AsQt, argc, argv);                     \
    }
