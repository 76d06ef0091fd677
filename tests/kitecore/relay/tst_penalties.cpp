#include <QTest>

#include "kitecore/relay/penalties.h"
#include "tests/support/fakeclock.h"

using namespace kite::relay;
using namespace std::chrono_literals;

namespace {

const QString guesser = QStringLiteral("192.0.2.7");

} // namespace

class TestPenalties : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void strangersDoNotWait()
    {
        kite::test::FakeClock clock;
        Penalties penalties(clock);
        QCOMPARE(penalties.reserve(guesser), 0ms);
        QCOMPARE(penalties.reserve(guesser), 0ms);
    }

    void aFewMistakesAreFree()
    {
        kite::test::FakeClock clock;
        Penalties penalties(clock);
        fail(penalties, Penalties::freeFailures);
        QCOMPARE(penalties.reserve(guesser), 0ms);
    }

    void eachMistakeCostsMore()
    {
        kite::test::FakeClock clock;
        Penalties penalties(clock);
        fail(penalties, Penalties::freeFailures);
        auto last = 0ms;
        for (int i = 0; i < 20; ++i) {
            fail(penalties, 1);
            const auto wait = penalties.reserve(guesser);
            QVERIFY(wait);
            QVERIFY(*wait >= last);
            last = *wait;
            clock.advance(*wait + Penalties::longestStep); // it waited for its turn
        }
        QVERIFY(last >= Penalties::longestStep);
    }

    void oldMistakesAreForgotten()
    {
        kite::test::FakeClock clock;
        Penalties penalties(clock);
        fail(penalties, 20);
        clock.advance(Penalties::forgetAfter + 1s);
        fail(penalties, 1); // one a quarter of an hour is no guessing
        QCOMPARE(penalties.reserve(guesser), 0ms);
    }

    void parallelGuessesQueueUp()
    {
        kite::test::FakeClock clock;
        Penalties penalties(clock);
        fail(penalties, Penalties::freeFailures + 4);
        auto last = -1ms;
        int waiting = 0;
        while (const auto wait = penalties.reserve(guesser)) {
            QVERIFY(*wait > last);
            last = *wait;
            ++waiting;
            QVERIFY(waiting < 100);
        }
        QVERIFY(last <= Penalties::longestWait);
        QVERIFY(waiting > 2);
    }

    void othersAreNotAffected_data()
    {
        QTest::addColumn<QString>("failing");
        QTest::addColumn<QString>("asking");
        QTest::addColumn<bool>("affected");

        QTest::newRow("same") << guesser << guesser << true;
        QTest::newRow("neighbour") << guesser << QStringLiteral("192.0.2.8") << false;
        QTest::newRow("same IPv6 network")
            << QStringLiteral("2001:db8::1") << QStringLiteral("2001:db8::ffff:1") << true;
        QTest::newRow("other IPv6 network")
            << QStringLiteral("2001:db8::1") << QStringLiteral("2001:db8:0:1::1") << false;
    }

    void othersAreNotAffected()
    {
        QFETCH(const QString, failing);
        QFETCH(const QString, asking);
        QFETCH(const bool, affected);
        kite::test::FakeClock clock;
        Penalties penalties(clock);
        fail(penalties, 10, failing);
        QCOMPARE(penalties.reserve(asking) != 0ms, affected);
    }

    void isForgotten()
    {
        kite::test::FakeClock clock;
        Penalties penalties(clock);
        fail(penalties, 10);
        clock.advance(Penalties::forgetAfter + 1s);
        QCOMPARE(penalties.reserve(guesser), 0ms);
    }

    void memoryIsBounded()
    {
        kite::test::FakeClock clock;
        Penalties penalties(clock);
        fail(penalties, 10);
        clock.advance(1s);
        for (int i = 0; i < Penalties::maxAddresses; ++i) {
            fail(penalties, 1, QStringLiteral("10.%1.%2.1").arg(i / 256).arg(i % 256));
            clock.advance(1ms);
        }
        QCOMPARE(penalties.reserve(guesser), 0ms); // the oldest made room
    }

private:
    static void fail(Penalties &penalties, int times, const QString &address = guesser)
    {
        for (int i = 0; i < times; ++i)
            penalties.failed(address);
    }
};

QTEST_APPLESS_MAIN(TestPenalties)
#include "tst_penalties.moc"
