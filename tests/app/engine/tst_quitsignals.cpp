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
        QTest::addColumn<Quit>("how");
        QTest::newRow("Ctrl+C") << SIGINT << Quit::AtOnce;
        QTest::newRow("terminated") << SIGTERM << Quit::Gently;
        QTest::newRow("hung up") << SIGHUP << Quit::AtOnce;
    }
    void isAskedOnce()
    {
        QFETCH(int, signal);
        QFETCH(Quit, how);
        QuitSignals signalled;
        QSignalSpy asked(&signalled, &QuitSignals::quitAsked);
        QCOMPARE(std::raise(signal), 0);
        QCOMPARE(asked.count(), 0); // only in the event loop
        QTRY_COMPARE(asked.count(), 1);
        QCOMPARE(asked.first().first().value<Quit>(), how);
    }

    void hangingUpReloads()
    {
        QuitSignals signalled(HangUp::Reloads);
        QSignalSpy quit(&signalled, &QuitSignals::quitAsked);
        QSignalSpy reload(&signalled, &QuitSignals::reloadAsked);
        for (int i = 1; i <= 3; ++i) {
            QCOMPARE(std::raise(SIGHUP), 0);
            QTRY_COMPARE(reload.count(), i);
        }
        QCOMPARE(quit.count(), 0);
        QCOMPARE(std::raise(SIGTERM), 0);
        QTRY_COMPARE(quit.count(), 1);
    }

    void hangsUp()
    {
        QuitSignals signalled;
        QSignalSpy asked(&signalled, &QuitSignals::quitAsked);
        QSignalSpy hungUp(&signalled, &QuitSignals::reloadAsked);
        signalled.outliveHangUps();
        for (int n = 1; n <= 3; ++n) {
            QCOMPARE(std::raise(SIGHUP), 0);
            QTRY_COMPARE(hungUp.count(), n);
        }
        QCOMPARE(asked.count(), 0);
        QCOMPARE(std::raise(SIGTERM), 0);
        QTRY_COMPARE(asked.count(), 1);
        QCOMPARE(hungUp.count(), 3);
    }

    void closedTerminalsQuit()
    {
        std::signal(SIGHUP, SIG_DFL); // also where the test itself outlives its terminal
        QuitSignals signalled;
        QSignalSpy asked(&signalled, &QuitSignals::quitAsked);
        QCOMPARE(std::raise(SIGHUP), 0);
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
