#include <optional>

#include <QTest>

#include "kitecore/net/heldbytes.h"

using namespace kite::net;

/// What waits in memory, of one thread and of all.
class TestHeldBytes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void othersHearOfEachStep()
    {
        const auto total = std::make_shared<HeldTotal>();
        HeldBytes one;
        one.add(5);
        one.join(total, [] {});
        QCOMPARE(total->bytes, 5); // what it had before
        one.add(HeldBytes::step - 1);
        QCOMPARE(total->bytes, 5);
        QCOMPARE(one.bytes(), HeldBytes::step + 4);
        one.add(1);
        QCOMPARE(total->bytes, HeldBytes::step + 5);
        one.add(-HeldBytes::step);
        QCOMPARE(total->bytes, 5);
    }

    void threadsThatEndTakeTheirsWithThem()
    {
        const auto total = std::make_shared<HeldTotal>();
        HeldBytes stays;
        stays.join(total, [] {});
        stays.add(HeldBytes::step);
        {
            HeldBytes ends;
            ends.join(total, [] {});
            ends.add(3 * HeldBytes::step + 7);
            QCOMPARE(total->bytes, 4 * HeldBytes::step + 7);
        }
        QCOMPARE(total->bytes, HeldBytes::step);
    }

    void ringsWhileItIsUsedUp()
    {
        const auto total = std::make_shared<HeldTotal>();
        total->limit = 2 * HeldBytes::step;
        int rung = 0;
        HeldBytes held;
        held.join(total, [&] { ++rung; });
        held.add(HeldBytes::step);
        QVERIFY(!total->isUsedUp());
        QCOMPARE(rung, 0);
        held.add(HeldBytes::step);
        QVERIFY(total->isUsedUp());
        QCOMPARE(rung, 1);
        held.add(HeldBytes::step);
        QCOMPARE(rung, 2);
        held.add(-HeldBytes::step); // still too much, but less
        QCOMPARE(rung, 2);
        held.leave();
        held.add(10 * HeldBytes::step);
        QCOMPARE(rung, 2);
        QCOMPARE(total->bytes, 0);
    }

    void whoeverHoldsGivesBack()
    {
        HeldBytes all;
        {
            std::optional<Held> one(std::in_place, all);
            Held other(all);
            one->set(100);
            other.set(20);
            one->set(70);
            QCOMPARE(all.bytes(), 90);
            one.reset();
            QCOMPARE(all.bytes(), 20);
        }
        QCOMPARE(all.bytes(), 0);
    }
};

QTEST_APPLESS_MAIN(TestHeldBytes)
#include "tst_heldbytes.moc"
