#include <QTest>

#include "kitecore/share/patience.h"
#include "tests/support/fakeclock.h"

using namespace kite;
using namespace kite::share;
using std::chrono::seconds;

class TestPatience : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isLostOnce()
    {
        Fixture f;
        f.patience.wait(seconds {10});
        f.pass(seconds {9});
        QCOMPARE(f.lost, 0);
        f.pass(seconds {2});
        QCOMPARE(f.lost, 1);
        f.pass(seconds {100});
        QCOMPARE(f.lost, 1);
    }

    void isMovedLater()
    {
        Fixture f;
        f.patience.wait(seconds {10});
        for (int i = 0; i < 20; ++i) {
            f.pass(seconds {9});
            f.patience.wait(seconds {10});
        }
        QCOMPARE(f.lost, 0);
        f.pass(seconds {9});
        QCOMPARE(f.lost, 0);
        f.pass(seconds {2});
        QCOMPARE(f.lost, 1);
    }

    void isMovedEarlier()
    {
        Fixture f;
        f.patience.wait(seconds {300});
        f.patience.wait(seconds {2});
        f.pass(seconds {3});
        QCOMPARE(f.lost, 1);
    }

    void worksAgainAfterItWasLost()
    {
        Fixture f;
        f.patience.wait(seconds {10});
        f.pass(seconds {11});
        f.patience.wait(seconds {20});
        f.pass(seconds {19});
        QCOMPARE(f.lost, 1);
        f.pass(seconds {2});
        QCOMPARE(f.lost, 2);
    }

    void canBeStopped()
    {
        Fixture f;
        f.patience.wait(seconds {10});
        f.patience.stop();
        f.pass(seconds {100});
        QCOMPARE(f.lost, 0);
    }

private:
    struct Fixture
    {
        void pass(seconds time)
        {
            clock.advance(time);
            loop.deadlines().tick();
        }

        test::FakeClock clock;
        net::Loop loop {clock};
        int lost = 0;
        Patience patience {loop, [this] { ++lost; }};
    };
};

QTEST_GUILESS_MAIN(TestPatience)
#include "tst_patience.moc"
