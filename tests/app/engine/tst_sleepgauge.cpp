#include "app/engine/sleepgauge.h"

#include <QTest>

using namespace kite::app;
using namespace std::chrono_literals;

class TestSleepGauge final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void slept_data()
    {
        QTest::addColumn<int>("awake"); ///< milliseconds on either clock
        QTest::addColumn<int>("whole");
        QTest::addColumn<bool>("slept");

        QTest::newRow("in time") << 5000 << 5000 << false;
        QTest::newRow("a little late") << 6500 << 6500 << false;
        QTest::newRow("early") << 100 << 100 << false;
        QTest::newRow("slept for the night") << 5000 << 28'800'000 << true;
        QTest::newRow("nodded off") << 5000 << 7500 << false;
        QTest::newRow("slept briefly") << 5000 << 8000 << true;
        QTest::newRow("stopped, or asleep under a clock that goes on") << 9000 << 9000 << true;
        QTest::newRow("stopped for hours") << 7'200'000 << 7'200'000 << true;
    }
    void slept()
    {
        QFETCH(int, awake);
        QFETCH(int, whole);
        SleepGauge gauge({1h, 9h});
        SleepGauge::Reading reading {1h + 5s, 9h + 5s};
        QVERIFY(!gauge.slept(reading));
        reading.awake += std::chrono::milliseconds(awake);
        reading.whole += std::chrono::milliseconds(whole);
        QTEST(gauge.slept(reading), "slept");
        reading.awake += 5s;
        reading.whole += 5s;
        QVERIFY(!gauge.slept(reading)); // once
    }

    void clocksGoOn()
    {
        const auto first = SleepGauge::read();
        const auto second = SleepGauge::read();
        QVERIFY(second.awake >= first.awake);
        QVERIFY(second.whole >= first.whole);
    }
};

QTEST_APPLESS_MAIN(TestSleepGauge)
#include "tst_sleepgauge.moc"
