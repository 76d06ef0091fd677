#include <QTest>

#include "kitecore/stats/ratewindow.h"
#include "tests/support/fakeclock.h"

using namespace std::chrono_literals;
using kite::stats::RateWindow;
using kite::stats::Sample;
using kite::stats::Series;

class TestRateWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isFlatBeforeAnything()
    {
        const RateWindow window;
        QCOMPARE(window.series().samples.size(), std::size_t(RateWindow::seconds));
        QCOMPARE(window.series().peak(), 0);
        QCOMPARE(window.latest(), Sample {});
    }

    void firstTotalsAreNoPeak()
    {
        kite::test::FakeClock clock;
        RateWindow window;
        window.record(clock.now(), {1'000'000, 2'000'000});
        clock.advance(1s);
        window.record(clock.now(), {1'000'010, 2'000'020});
        QCOMPARE(window.latest(), (Sample {10, 20}));
        QCOMPARE(window.series().total(), (Sample {10, 20}));
    }

    /// Snapshots that come early or late draw the same even line.
    void steadyTrafficIsAnEvenLine_data()
    {
        QTest::addColumn<QList<int>>("steps"); // milliseconds, repeated
        QTest::newRow("on time") << QList {1000};
        QTest::newRow("late, early") << QList {1050, 950};
        QTest::newRow("drifting") << QList {1003};
        QTest::newRow("slow") << QList {2700};
        QTest::newRow("fast") << QList {130, 70, 300};
    }
    void steadyTrafficIsAnEvenLine()
    {
        QFETCH(QList<int>, steps);
        kite::test::FakeClock clock;
        RateWindow window;
        window.record(clock.now(), {});
        qint64 elapsed = 0;
        for (int at = 0; elapsed < 20'000; ++at) {
            const int step = steps[at % steps.size()];
            clock.advance(std::chrono::milliseconds(step));
            elapsed += step;
            window.record(clock.now(), {elapsed * 5, elapsed * 7});
        }
        const auto samples = window.series().samples;
        for (std::size_t at = samples.size() - 20; at < samples.size(); ++at) {
            QVERIFY2(qAbs(samples[at].in - 5000) < 30, qPrintable(QString::number(samples[at].in)));
            QVERIFY2(qAbs(samples[at].out - 7000) < 40,
                     qPrintable(QString::number(samples[at].out)));
        }
    }

    void noByteIsLost()
    {
        kite::test::FakeClock clock;
        RateWindow window;
        window.record(clock.now(), {});
        for (int at = 1; at <= 50; ++at) {
            clock.advance(777ms);
            window.record(clock.now(), {at * 1001, at * 13});
        }
        clock.advance(1s); // closes the second that was filling
        window.idle(clock.now());
        QCOMPARE(window.series().total(), (Sample {50 * 1001, 50 * 13}));
    }

    void idleMovesOn()
    {
        kite::test::FakeClock clock;
        RateWindow window;
        window.record(clock.now(), {});
        clock.advance(1s);
        window.record(clock.now(), {600, 0});
        QCOMPARE(window.latest().in, 600);
        clock.advance(1s);
        window.idle(clock.now());
        QCOMPARE(window.latest().in, 0);
        QCOMPARE(window.series().total().in, 600);
        clock.advance(298s);
        window.idle(clock.now());
        QCOMPARE(window.series().samples.front().in, 600);
        clock.advance(1s);
        window.idle(clock.now());
        QCOMPARE(window.series().peak(), 0);
    }

    void forgetsAllAfterALongSleep()
    {
        kite::test::FakeClock clock;
        RateWindow window;
        window.record(clock.now(), {});
        clock.advance(1s);
        window.record(clock.now(), {600, 600});
        clock.advance(std::chrono::hours(48));
        window.record(clock.now(), {600, 600});
        QCOMPARE(window.series().peak(), 0);
        clock.advance(1s);
        window.record(clock.now(), {610, 600});
        QCOMPARE(window.latest(), (Sample {10, 0}));
    }

    void aRestartedCounterCountsFromZero()
    {
        kite::test::FakeClock clock;
        RateWindow window;
        window.record(clock.now(), {5000, 5000});
        clock.advance(1s);
        window.record(clock.now(), {40, 30});
        QCOMPARE(window.latest(), (Sample {40, 30}));
    }

    void peakAndTotal()
    {
        const Series series {{{1, 2}, {7, 3}, {0, 9}}};
        QCOMPARE(series.peak(), 9);
        QCOMPARE(series.total(), (Sample {8, 14}));
        QCOMPARE(series.latest(), (Sample {0, 9}));
    }
};

QTEST_APPLESS_MAIN(TestRateWindow)
#include "tst_ratewindow.moc"
