#include <optional>
#include <thread>

#include <QAbstractEventDispatcher>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QSocketNotifier>
#include <QTemporaryFile>
#include <QTest>
#include <QThread>
#include <QTimer>

#include "kitecore/net/poller.h"
#include "kitecore/net/socketcalls.h"
#include "tests/support/coremain.h"
#include "tests/support/loopback.h"

using kite::net::Poller;
using kite::net::Readiness;
using kite::net::Watcher;
using kite::test::eventually;
using kite::test::settles;
using namespace std::chrono_literals;
namespace calls = kite::net::calls;

namespace {

QAbstractEventDispatcher &dispatcher()
{
    return *QAbstractEventDispatcher::instance();
}

void say(const kite::net::Descriptor &socket)
{
    const QByteArrayView byte("x");
    calls::send(socket.handle(), std::span(&byte, 1));
}

class Ear final : public Watcher
{
public:
    void ready(Readiness) override { ++told; }
    int told = 0;
};

/// Counts timer events by id; `then` is called with each.
class Alarm final : public QObject
{
public:
    explicit Alarm(std::function<void(int)> then = {}) : m_then(std::move(then)) {}
    int told = 0;

protected:
    void timerEvent(QTimerEvent *event) override
    {
        ++told;
        if (m_then)
            m_then(event->timerId());
    }

private:
    std::function<void(int)> m_then;
};

} // namespace

Q_DECLARE_METATYPE(Qt::TimerType)

/// What Qt's documentation promises of any dispatcher.
class TestEventDispatcher : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void timersAreNeverEarly_data();
    void timersAreNeverEarly();
    void timersComeInOrder();
    void aTimerComesAgainAndAgain();
    void timersOfNothingComeOnceATurn();
    void aTimerIsNotToldWithinItself();
    void timersMayGoWhileOneIsTold();
    void whatIsRegisteredIsKnown();
    void postedEventsComeFromOtherThreads();
    void postedEventsWakeASleeper();
    void interruptEndsASleep();
    void interruptBeforeASleep();
    void aTurnWithoutWaitingDoesNotSleep();
    void tellsOfSleeping();
    void notifiersOfOneSocket();
    void aNotifierThatGoesBeforeItsTurn();
    void aNotifierOfAPlainFile();
    void excludedNotifiersWait();
    void excludedSocketsDoNotKeepItAwake();
    void aPollerComesAndGoes();
    void twoPollersOfOneThread();
    void aPollerAndANotifierOfTheSameSocket();
    void runsAThread();
};

void TestEventDispatcher::timersAreNeverEarly_data()
{
    QTest::addColumn<Qt::TimerType>("type");
    QTest::addColumn<int>("interval");
    // Qt's own coarse ones may be.
    QTest::newRow("precise") << Qt::PreciseTimer << 7;
    QTest::newRow("precise, of nothing") << Qt::PreciseTimer << 0;
    QTest::newRow("coarse, short") << Qt::CoarseTimer << 3;
}

void TestEventDispatcher::timersAreNeverEarly()
{
    QFETCH(const Qt::TimerType, type);
    QFETCH(const int, interval);
    Alarm alarm;
    QElapsedTimer since;
    since.start();
    const int id = alarm.startTimer(interval, type);
    QVERIFY(eventually([&] { return alarm.told > 0; }));
    QVERIFY(since.elapsed() >= interval);
    alarm.killTimer(id);
}

void TestEventDispatcher::timersComeInOrder()
{
    QList<int> told;
    Alarm alarm([&told](int id) { told.append(id); });
    const int late = alarm.startTimer(60, Qt::PreciseTimer);
    const int soon = alarm.startTimer(10, Qt::PreciseTimer);
    QVERIFY(eventually([&] { return told.contains(late); }));
    QCOMPARE(told.first(), soon);
}

void TestEventDispatcher::aTimerComesAgainAndAgain()
{
    Alarm alarm;
    const int id = alarm.startTimer(2, Qt::PreciseTimer);
    QElapsedTimer since;
    since.start();
    QVERIFY(eventually([&] { return alarm.told == 5; }));
    QVERIFY(since.elapsed() >= 5);
    alarm.killTimer(id);
    QVERIFY(settles());
    QCOMPARE(alarm.told, 5);
}

void TestEventDispatcher::timersOfNothingComeOnceATurn()
{
    Alarm alarm;
    Alarm other;
    alarm.startTimer(0);
    other.startTimer(0);
    for (int turn = 1; turn <= 5; ++turn) {
        dispatcher().processEvents(QEventLoop::WaitForMoreEvents);
        QCOMPARE(alarm.told, turn);
        QCOMPARE(other.told, turn);
    }
}

void TestEventDispatcher::aTimerIsNotToldWithinItself()
{
    bool isNested = false;
    bool cameWithin = false;
    int others = 0;
    Alarm other([&](int) { ++others; });
    Alarm alarm([&](int) {
        cameWithin |= isNested;
        isNested = true;
        const int before = others;
        eventually([&] { return others > before + 3; });
        isNested = false;
    });
    alarm.startTimer(0);
    other.startTimer(1, Qt::PreciseTimer);
    QVERIFY(eventually([&] { return alarm.told == 2; }));
    QVERIFY(!cameWithin);
}

void TestEventDispatcher::timersMayGoWhileOneIsTold()
{
    std::optional<Alarm> second;
    Alarm first([&second](int) { second.reset(); });
    first.startTimer(0);
    second.emplace();
    second->startTimer(0);
    dispatcher().processEvents(QEventLoop::AllEvents);
    QCOMPARE(first.told, 1);
    QVERIFY(!second);

    std::optional<Alarm> itself;
    itself.emplace([&itself](int) { itself.reset(); });
    itself->startTimer(0);
    QVERIFY(eventually([&] { return !itself; }));
}

void TestEventDispatcher::whatIsRegisteredIsKnown()
{
    Alarm alarm;
    const int id = alarm.startTimer(600'000, Qt::VeryCoarseTimer);
    const int other = alarm.startTimer(700'000, Qt::PreciseTimer);
    const auto timers = dispatcher().registeredTimers(&alarm);
    QCOMPARE(timers.size(), 2);
    QCOMPARE(timers.first().timerId, id);
    QCOMPARE(timers.first().timerType, Qt::VeryCoarseTimer);
    QCOMPARE(timers.last().interval, 700'000);
    const int left = dispatcher().remainingTime(other);
    QVERIFY(left > 600'000 && left <= 700'000);
    alarm.killTimer(other);
    QCOMPARE(dispatcher().registeredTimers(&alarm).size(), 1);
    QVERIFY(dispatcher().unregisterTimers(&alarm));
    QVERIFY(!dispatcher().unregisterTimers(&alarm));
    QVERIFY(dispatcher().registeredTimers(&alarm).isEmpty());
}

void TestEventDispatcher::postedEventsComeFromOtherThreads()
{
    constexpr int threads = 4;
    constexpr int letters = 20'000;
    QObject reader;
    int read = 0;
    std::vector<std::thread> writers;
    for (int i = 0; i < threads; ++i) {
        writers.emplace_back([&] {
            for (int letter = 0; letter < letters; ++letter)
                QMetaObject::invokeMethod(
                    &reader, [&read] { ++read; }, Qt::QueuedConnection);
        });
    }
    QVERIFY(eventually([&] { return read == threads * letters; }));
    for (auto &writer : writers)
        writer.join();
}

/// One at a time, each to a dispatcher that sleeps or is about to. No alarm: a call that gets lost
/// shows as a test that hangs.
void TestEventDispatcher::postedEventsWakeASleeper()
{
    constexpr int letters = 2'000;
    QObject reader;
    std::atomic<int> read = 0;
    std::thread writer([&] {
        for (int letter = 0; letter < letters; ++letter) {
            QMetaObject::invokeMethod(
                &reader, [&read] { ++read; }, Qt::QueuedConnection);
            while (read <= letter)
                std::this_thread::yield();
        }
    });
    while (read < letters)
        dispatcher().processEvents(QEventLoop::WaitForMoreEvents);
    writer.join();
}

void TestEventDispatcher::interruptEndsASleep()
{
    auto &sleeper = dispatcher();
    for (int i = 0; i < 200; ++i) {
        std::atomic<bool> isOver = false;
        std::thread other([&] {
            isOver = true;
            sleeper.interrupt();
        });
        while (!isOver)
            sleeper.processEvents(QEventLoop::WaitForMoreEvents);
        other.join();
    }
}

void TestEventDispatcher::interruptBeforeASleep()
{
    QObject context;
    QMetaObject::invokeMethod(
        &context, [] { dispatcher().interrupt(); }, Qt::QueuedConnection);
    dispatcher().processEvents(QEventLoop::WaitForMoreEvents); // else it never comes back
    QTimer::singleShot(0, &context, [] { dispatcher().interrupt(); });
    dispatcher().processEvents(QEventLoop::WaitForMoreEvents);
}

void TestEventDispatcher::aTurnWithoutWaitingDoesNotSleep()
{
    QVERIFY(settles());
    QVERIFY(!dispatcher().processEvents(QEventLoop::AllEvents)); // else it never comes back
}

void TestEventDispatcher::tellsOfSleeping()
{
    QVERIFY(settles());
    QObject ear;
    int sleeps = 0;
    int wakes = 0;
    connect(&dispatcher(), &QAbstractEventDispatcher::aboutToBlock, &ear, [&] { ++sleeps; });
    connect(&dispatcher(), &QAbstractEventDispatcher::awake, &ear, [&] { ++wakes; });
    Alarm alarm;
    alarm.startTimer(100); // ends the sleep
    while (sleeps == 0)
        dispatcher().processEvents(QEventLoop::WaitForMoreEvents);
    QVERIFY(wakes > 0);
    sleeps = 0;
    dispatcher().processEvents(QEventLoop::AllEvents);
    QCOMPARE(sleeps, 0);

    // Who hears of it may still want something.
    bool came = false;
    connect(&dispatcher(), &QAbstractEventDispatcher::aboutToBlock, &ear, [&] {
        if (!came)
            QMetaObject::invokeMethod(
                &ear, [&came] { came = true; }, Qt::QueuedConnection);
    });
    alarm.killTimer(dispatcher().registeredTimers(&alarm).first().timerId);
    while (!came)
        dispatcher().processEvents(QEventLoop::WaitForMoreEvents);
    Alarm late;
    connect(
        &dispatcher(), &QAbstractEventDispatcher::aboutToBlock, &ear,
        [&late] { late.startTimer(5); }, Qt::SingleShotConnection);
    while (late.told == 0)
        dispatcher().processEvents(QEventLoop::WaitForMoreEvents);
}

void TestEventDispatcher::notifiersOfOneSocket()
{
    const auto pair = kite::test::socketPair();
    QSocketNotifier reads(pair.accepted.handle(), QSocketNotifier::Read);
    QSocketNotifier writes(pair.accepted.handle(), QSocketNotifier::Write);
    int read = 0;
    int written = 0;
    connect(&reads, &QSocketNotifier::activated, this, [&read] { ++read; });
    connect(&writes, &QSocketNotifier::activated, this, [&written] { ++written; });
    QVERIFY(eventually([&] { return written > 1; }));
    QCOMPARE(read, 0);
    writes.setEnabled(false);
    QVERIFY(settles());
    const int before = written;
    say(pair.connected);
    QVERIFY(eventually([&] { return read > 1; })); // nobody takes it
    QCOMPARE(written, before);
    reads.setEnabled(false);
    QVERIFY(settles());
    writes.setEnabled(true);
    QVERIFY(eventually([&] { return written > before; }));
}

void TestEventDispatcher::aNotifierThatGoesBeforeItsTurn()
{
    const auto one = kite::test::socketPair();
    const auto two = kite::test::socketPair();
    auto first = std::make_unique<QSocketNotifier>(one.accepted.handle(), QSocketNotifier::Read);
    auto second = std::make_unique<QSocketNotifier>(two.accepted.handle(), QSocketNotifier::Read);
    int told = 0;
    connect(first.get(), &QSocketNotifier::activated, this, [&] {
        ++told;
        second.reset();
        first->setEnabled(false);
    });
    connect(second.get(), &QSocketNotifier::activated, this, [&] {
        ++told;
        first.reset();
        second->setEnabled(false);
    });
    say(one.connected);
    say(two.connected);
    QVERIFY(eventually([&] { return told > 0; }));
    QVERIFY(settles());
    QCOMPARE(told, 1);
}

/// As standard input may be: always ready, and nothing that can be watched.
void TestEventDispatcher::aNotifierOfAPlainFile()
{
    QTemporaryFile file;
    QVERIFY(file.open());
    QSocketNotifier reads(file.handle(), QSocketNotifier::Read);
    int told = 0;
    connect(&reads, &QSocketNotifier::activated, this, [&] {
        if (++told == 3)
            reads.setEnabled(false);
    });
    while (told < 3)
        dispatcher().processEvents(QEventLoop::WaitForMoreEvents);
    QVERIFY(settles());
    QCOMPARE(told, 3);
}

void TestEventDispatcher::excludedNotifiersWait()
{
    const auto pair = kite::test::socketPair();
    QSocketNotifier writes(pair.accepted.handle(), QSocketNotifier::Write);
    int told = 0;
    connect(&writes, &QSocketNotifier::activated, this, [&told] { ++told; });
    for (int turn = 0; turn < 3; ++turn)
        dispatcher().processEvents(QEventLoop::ExcludeSocketNotifiers);
    QCOMPARE(told, 0);
    QVERIFY(eventually([&] { return told > 0; }));
}

void TestEventDispatcher::excludedSocketsDoNotKeepItAwake()
{
    Poller poller;
    const auto pair = kite::test::socketPair();
    Ear ear;
    poller.watch(pair.accepted.handle(), {.write = true}, &ear);
    Alarm alarm;
    alarm.startTimer(30, Qt::PreciseTimer);
    int turns = 0;
    for (; alarm.told == 0; ++turns) {
        dispatcher().processEvents(QEventLoop::WaitForMoreEvents
                                   | QEventLoop::ExcludeSocketNotifiers);
    }
    QCOMPARE(ear.told, 0);
    QVERIFY2(turns < 20, qPrintable(QString::number(turns)));
    QVERIFY(eventually([&] { return ear.told > 0; }));
    poller.forget(pair.accepted.handle());
}

void TestEventDispatcher::aPollerComesAndGoes()
{
    const auto pair = kite::test::socketPair();
    for (int i = 0; i < 3; ++i) {
        {
            Poller poller;
            Ear ear;
            poller.watch(pair.accepted.handle(), {.write = true}, &ear);
            QVERIFY(eventually([&] { return ear.told > 0; }));
        } // the socket is not even forgotten
        QVERIFY(settles());
        bool came = false;
        QTimer::singleShot(0, this, [&came] { came = true; });
        QVERIFY(eventually([&came] { return came; }));
    }
}

void TestEventDispatcher::twoPollersOfOneThread()
{
    const auto one = kite::test::socketPair();
    const auto two = kite::test::socketPair();
    auto first = std::make_unique<Poller>();
    Poller second;
    Ear ears[2];
    first->watch(one.accepted.handle(), {.write = true}, &ears[0]);
    second.watch(two.accepted.handle(), {.write = true}, &ears[1]);
    QVERIFY(eventually([&] { return ears[0].told > 2 && ears[1].told > 2; }));
    first.reset();
    ears[1].told = 0;
    QVERIFY(eventually([&] { return ears[1].told > 2; }));
    second.forget(two.accepted.handle());
}

void TestEventDispatcher::aPollerAndANotifierOfTheSameSocket()
{
    Poller poller;
    const auto pair = kite::test::socketPair();
    Ear ear;
    poller.watch(pair.accepted.handle(), {.read = true}, &ear);
    QSocketNotifier writes(pair.accepted.handle(), QSocketNotifier::Write);
    int written = 0;
    connect(&writes, &QSocketNotifier::activated, this, [&written] { ++written; });
    QVERIFY(eventually([&] { return written > 0; }));
    QCOMPARE(ear.told, 0);
    say(pair.connected);
    QVERIFY(eventually([&] { return ear.told > 0; }));
    poller.forget(pair.accepted.handle());
}

/// From its start to its end, with a call from outside.
void TestEventDispatcher::runsAThread()
{
    QThread thread;
    if (auto own = kite::net::coreDispatcher())
        thread.setEventDispatcher(own.release());
    QObject inhabitant;
    inhabitant.moveToThread(&thread);
    thread.start();
    QThread *ranOn = nullptr;
    QMetaObject::invokeMethod(
        &inhabitant, [&ranOn] { ranOn = QThread::currentThread(); }, Qt::BlockingQueuedConnection);
    QCOMPARE(ranOn, &thread);
    thread.quit();
    QVERIFY(thread.wait(60'000));
}

int main(int argc, char **argv)
{
    return kite::test::runWaiting<TestEventDispatcher>(kite::test::Waiting::AsTheCore, argc, argv);
}

#include "tst_eventdispatcher.moc"
