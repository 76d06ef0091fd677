#include <csignal>

#include <QSignalSpy>
#include <QTest>

#include "app/engine/quitsignals.h"

using namespace kite::app;

class TestQuitSignals : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isAskedOnce_data()
    {
        QTest::addColumn<int>("signal");
        QTest::newRow("Ctrl+C") << SIGINT;
        QTest::newRow("terminated") << SIGTERM;
    }
    void isAskedOnce()
    {
        QFETCH(int, signal);
        QuitSignals signalled;
        QSignalSpy asked(&signalled, &QuitSignals::quitAsked);
        QCOMPARE(std::raise(signal), 0);
        QCOMPARE(asked.count(), 0); // only in the event loop
        QTRY_COMPARE(asked.count(), 1);
    }

    void brokenPipesDoNoHarm()
    {
        QuitSignals signalled;
        QSignalSpy asked(&signalled, &QuitSignals::quitAsked);
        QCOMPARE(std::raise(SIGPIPE), 0);
        QCoreApplication::processEvents();
        QCOMPARE(asked.count(), 0);
    }
};

QTEST_GUILESS_MAIN(TestQuitSignals)
#include "tst_quitsignals.moc"
