#include <QTest>

#include "kitecore/net/deadlines.h"
#include "tests/support/fakeclock.h"
#include "tests/support/waits.h"

using kite::net::Deadlines;
using kite::test::FakeClock;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(std::chrono::milliseconds)

class TestDeadlines : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void neverEarlyAtMostASecondLate_data();
    void neverEarlyAtMostASecondLate();
    void runsOnce();
    void aCancelledOneDoesNotRun();
    void tokensMove();
    void lateOnesMayCancelArmAndDestroy();
    void oneSetByALateOneWaits();
    void whatACallbackOwnsMayBeATokenItself();
    void ticksByItself();
};

void TestDeadlines::neverEarlyAtMostASecondLate_data()
{
    QTest::addColumn<std::chrono::milliseconds>("start");
    QTest::addColumn<std::chrono::milliseconds>("delay");
    QTest::newRow("whole seconds") << 0ms << 20000ms;
    QTest::newRow("within a second") << 400ms << 250ms;
    QTest::newRow("across a second") << 900ms << 250ms;
    QTest::newRow("odd") << 1234ms << 5678ms;
    QTest::newRow("nothing") << 500ms << 0ms;
    QTest::newRow("nothing, on the second") << 3000ms << 0ms;
}

void TestDeadlines::neverEarlyAtMostASecondLate()
{
    QFETCH(std::chrono::milliseconds, start);
    QFETCH(std::chrono::milliseconds, delay);
    FakeClock clock;
    clock.advance(start);
    Deadlines deadlines(clock);
    bool late = false;
    const auto token = deadlines.after(delay, [&] { late = true; });
    QVERIFY(token.isArmed());
    if (delay > 0ms) {
        clock.advance(delay - 1ms);
        deadlines.tick();
        QVERIFY(!late);
        clock.advance(1ms);
    }
    clock.advance(1000ms);
    deadlines.tick();
    QVERIFY(late);
    QVERIFY(!token.isArmed());
}

void TestDeadlines::runsOnce()
{
    FakeClock clock;
    Deadlines deadlines(clock);
    int runs = 0;
    const auto one = deadlines.after(1s, [&] { ++runs; });
    const auto other = deadlines.after(1s, [&] { runs += 10; });
    clock.advance(1s);
    deadlines.tick();
    deadlines.tick();
    clock.advance(10s);
    deadlines.tick();
    QCOMPARE(runs, 11);
}

void TestDeadlines::aCancelledOneDoesNotRun()
{
    FakeClock clock;
    Deadlines deadlines(clock);
    int runs = 0;
    auto cancelled = deadlines.after(1s, [&] { ++runs; });
    {
        const auto gone = deadlines.after(1s, [&] { ++runs; });
    }
    auto replaced = deadlines.after(1s, [&] { ++runs; });
    cancelled.cancel();
    QVERIFY(!cancelled.isArmed());
    cancelled.cancel();
    replaced = deadlines.after(5s, [&] { runs += 100; });
    clock.advance(2s);
    deadlines.tick();
    QCOMPARE(runs, 0);
    clock.advance(3s);
    deadlines.tick();
    QCOMPARE(runs, 100);
}

void TestDeadlines::tokensMove()
{
    FakeClock clock;
    Deadlines deadlines(clock);
    int runs = 0;
    Deadlines::Token kept;
    QVERIFY(!kept.isArmed());
    {
        auto made = deadlines.after(1s, [&] { ++runs; });
        kept = std::move(made);
    }
    Deadlines::Token last(std::move(kept));
    QVERIFY(last.isArmed());
    QVERIFY(!kept.isArmed()); // NOLINT(bugprone-use-after-move): empty is what it promises
    clock.advance(1s);
    deadlines.tick();
    QCOMPARE(runs, 1);
}

void TestDeadlines::lateOnesMayCancelArmAndDestroy()
{
    FakeClock clock;
    Deadlines deadlines(clock);
    int runs = 0;
    Deadlines::Token tokens[3];
    const auto destroyAll = [&] { // whoever is first: the other two never run
        ++runs;
        for (auto &token : tokens)
            token = deadlines.after(10s, [&] { runs += 100; });
    };
    for (auto &token : tokens)
        token = deadlines.after(1s, destroyAll);
    clock.advance(1s);
    deadlines.tick();
    QCOMPARE(runs, 1);
    clock.advance(10s);
    deadlines.tick();
    QCOMPARE(runs, 301);
}

void TestDeadlines::oneSetByALateOneWaits()
{
    FakeClock clock;
    Deadlines deadlines(clock);
    int runs = 0;
    Deadlines::Token token;
    std::function<void()> again = [&] {
        ++runs;
        token = deadlines.after(0s, again);
    };
    token = deadlines.after(1s, again);
    clock.advance(1s);
    deadlines.tick();
    QCOMPARE(runs, 1);
    clock.advance(1s);
    deadlines.tick();
    QCOMPARE(runs, 2);
}

void TestDeadlines::whatACallbackOwnsMayBeATokenItself()
{
    FakeClock clock;
    Deadlines deadlines(clock);
    int runs = 0;
    auto inner = std::make_shared<Deadlines::Token>(deadlines.after(2s, [&] { ++runs; }));
    auto outer = deadlines.after(1s, [inner] { Q_UNUSED(inner) });
    inner.reset();
    outer.cancel();
    clock.advance(5s);
    deadlines.tick();
    QCOMPARE(runs, 0);
}

void TestDeadlines::ticksByItself()
{
    Deadlines deadlines;
    int runs = 0;
    const auto later = deadlines.after(1h, [&] { runs += 100; });
    const auto soon = deadlines.after(1ms, [&] { ++runs; });
    QVERIFY(kite::test::eventually([&] { return runs > 0; }));
    QCOMPARE(runs, 1);
}

QTEST_GUILESS_MAIN(TestDeadlines)
#include "tst_deadlines.moc"
