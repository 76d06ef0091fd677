#include <QTest>

#include "tests/kitecore/net/ears.h"
#include "tests/support/coremain.h"
#include "tests/support/loopback.h"
#include "tests/support/waits.h"

using kite::net::Ear;
using kite::net::EndEar;
using kite::net::hear;
using kite::net::Poller;
using kite::net::Readiness;
using kite::net::say;

/// What a poller does beside sockets: wakes, ends of rounds, and objects that go with them.
class TestPollerRounds : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void wakesAddUp();
    void aWakeComesInALaterRound();
    void aCancelledWakeDoesNotCome();
    void endlessWakesStarveNobody();
    void oneEndForARound();
    void anEndAskedForAtTheEndIsTheSameEnd();
    void anEndWithoutARound();
    void whatIsRetiredLivesToTheEndOfTheRound();
    void retiringWithoutARound();
    void retiringChains();
    void retiredObjectsGoWithThePoller();
};

void TestPollerRounds::wakesAddUp()
{
    Poller poller;
    Ear ear;
    poller.wake(&ear, {.read = true});
    poller.wake(&ear, {.write = true});
    poller.wake(&ear, {.read = true});
    QCOMPARE(ear.told, 0);
    QVERIFY(kite::test::settles());
    QCOMPARE(ear.told, 1);
    QCOMPARE(ear.last, (Readiness {.read = true, .write = true}));
}

void TestPollerRounds::aWakeComesInALaterRound()
{
    Poller poller;
    int rounds = 0;
    std::vector<int> toldInRound;
    EndEar end([&] { ++rounds; });
    Ear ear([&](Ear &self) {
        toldInRound.push_back(rounds);
        poller.atRoundEnd(&end);
        if (self.told < 3)
            poller.wake(&self, {.read = true});
    });
    poller.wake(&ear, {.read = true});
    QVERIFY(kite::test::settles());
    QCOMPARE(toldInRound, (std::vector {0, 1, 2}));
}

void TestPollerRounds::aCancelledWakeDoesNotCome()
{
    Poller poller;
    auto gone = std::make_unique<Ear>();
    Ear first([&](Ear &) {
        poller.cancelWake(gone.get()); // in the very round in which it would come
        gone.reset();
    });
    poller.wake(&first, {.read = true});
    poller.wake(gone.get(), {.read = true});
    Ear never;
    poller.wake(&never, {.read = true});
    poller.cancelWake(&never);
    QVERIFY(kite::test::settles());
    QCOMPARE(first.told, 1);
    QCOMPARE(never.told, 0);
    poller.wake(&never, {.write = true}); // what was cancelled is not remembered
    QVERIFY(kite::test::settles());
    QCOMPARE(never.last, (Readiness {.write = true}));
}

void TestPollerRounds::endlessWakesStarveNobody()
{
    Poller poller;
    auto pair = kite::test::socketPair();
    Ear restless([&](Ear &self) { poller.wake(&self, {.read = true}); });
    Ear ear([&](Ear &) { hear(pair.accepted.handle()); });
    poller.watch(pair.accepted.handle(), {.read = true}, &ear);
    poller.wake(&restless, {.read = true});
    bool timerRan = false;
    QTimer::singleShot(0, this, [&] { timerRan = true; });
    say(pair.connected);
    QVERIFY(kite::test::eventually([&] { return ear.told > 0 && timerRan; }));
    poller.cancelWake(&restless);
    poller.forget(pair.accepted.handle());
}

void TestPollerRounds::oneEndForARound()
{
    Poller poller;
    EndEar end;
    const auto gather = [&](Ear &) {
        QCOMPARE(end.told, 0);
        poller.atRoundEnd(&end);
        poller.atRoundEnd(&end);
    };
    Ear one(gather);
    Ear two(gather);
    poller.wake(&one, {.read = true});
    poller.wake(&two, {.read = true});
    EndEar cancelled;
    poller.atRoundEnd(&cancelled);
    poller.cancelRoundEnd(&cancelled);
    QVERIFY(kite::test::settles());
    QCOMPARE(end.told, 1);
    QCOMPARE(cancelled.told, 0);
}

void TestPollerRounds::anEndAskedForAtTheEndIsTheSameEnd()
{
    Poller poller;
    EndEar below;
    int wakesBefore = -1;
    Ear later;
    EndEar above([&] {
        poller.atRoundEnd(&below);
        poller.wake(&later, {.read = true});
    });
    Ear start([&](Ear &) { poller.atRoundEnd(&above); });
    EndEar watchman([&] { wakesBefore = later.told; });
    poller.wake(&start, {.read = true});
    while (below.told == 0)
        QCoreApplication::processEvents();
    poller.atRoundEnd(&watchman);
    QVERIFY(kite::test::settles());
    QCOMPARE(below.told, 1);
    QCOMPARE(later.told, 1);
}

void TestPollerRounds::anEndWithoutARound()
{
    Poller poller;
    EndEar end;
    poller.atRoundEnd(&end);
    QCOMPARE(end.told, 0);
    QVERIFY(kite::test::settles());
    QCOMPARE(end.told, 1);
}

void TestPollerRounds::whatIsRetiredLivesToTheEndOfTheRound()
{
    Poller poller;
    auto watched = std::make_shared<int>(7);
    const std::weak_ptr<int> life = watched;
    bool livedAfterRetiring = false;
    bool livedAtRoundEnd = false;
    EndEar end([&] { livedAtRoundEnd = !life.expired(); });
    Ear ear([&](Ear &) {
        poller.retire(std::make_unique<std::shared_ptr<int>>(std::move(watched)));
        livedAfterRetiring = !life.expired();
        poller.atRoundEnd(&end);
    });
    poller.wake(&ear, {.read = true});
    QVERIFY(kite::test::settles());
    QVERIFY(livedAfterRetiring);
    QVERIFY(livedAtRoundEnd);
    QVERIFY(life.expired());
}

void TestPollerRounds::retiringWithoutARound()
{
    Poller poller;
    auto watched = std::make_shared<int>(7);
    const std::weak_ptr<int> life = watched;
    poller.retire(std::make_unique<std::shared_ptr<int>>(std::move(watched)));
    QVERIFY(!life.expired());
    QVERIFY(kite::test::settles());
    QVERIFY(life.expired());
}

void TestPollerRounds::retiringChains()
{
    struct Chain
    {
        Poller *poller;
        int *left;
        ~Chain()
        {
            if (--*left > 0)
                poller->retire(std::make_unique<Chain>(poller, left));
        }
        Chain(Poller *p, int *l) : poller(p), left(l) {}
    };
    Poller poller;
    int left = 5;
    poller.retire(std::make_unique<Chain>(&poller, &left));
    QVERIFY(kite::test::settles());
    QCOMPARE(left, 0);
}

void TestPollerRounds::retiredObjectsGoWithThePoller()
{
    auto watched = std::make_shared<int>(7);
    const std::weak_ptr<int> life = watched;
    {
        Poller poller;
        poller.retire(std::make_unique<std::shared_ptr<int>>(std::move(watched)));
    }
    QVERIFY(life.expired());
}

KITE_CORE_TEST_MAIN(TestPollerRounds)
#include "tst_pollerrounds.moc"
