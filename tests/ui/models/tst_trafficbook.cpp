#include <QTest>

#include "tests/support/fakeclock.h"
#include "ui/models/trafficbook.h"

using namespace std::chrono_literals;
using kite::ui::TrafficBook;

class TestTrafficBook : public QObject
{
    Q_OBJECT

private:
    static kite::stats::KiteSnapshot counted(const QString &id, qint64 in, qint64 out)
    {
        kite::stats::KiteSnapshot snapshot;
        snapshot.id = id;
        snapshot.bytesIn = in;
        snapshot.bytesOut = out;
        return snapshot;
    }

private Q_SLOTS:
    /// A visitor may be faster than the first look at a new kite.
    void countsFromTheFirstByte()
    {
        kite::test::FakeClock clock;
        TrafficBook book;
        book.record(counted(QStringLiteral("a"), 100, 300'000), clock.now());
        clock.advance(1s);
        book.record(counted(QStringLiteral("a"), 100, 300'000), clock.now());
        QCOMPARE(book.series(QStringLiteral("a")).total(), (kite::stats::Sample {100, 300'000}));
    }

    void addsUpAllKites()
    {
        kite::test::FakeClock clock;
        TrafficBook book;
        for (const qint64 seconds : {0, 1}) {
            book.record(counted(QStringLiteral("a"), 10 * seconds, 20 * seconds), clock.now());
            book.record(counted(QStringLiteral("b"), seconds, 2 * seconds), clock.now());
            clock.advance(1s);
        }
        book.idle(clock.now());
        QCOMPARE(book.rate(QStringLiteral("a")), book.series(QStringLiteral("a")).latest());
        QCOMPARE(book.series(QStringLiteral("a")).total(), (kite::stats::Sample {10, 20}));
        QCOMPARE(book.series(QStringLiteral("b")).total(), (kite::stats::Sample {1, 2}));
        QCOMPARE(book.series(QStringLiteral("c")).total(), kite::stats::Sample {});
    }
};

QTEST_GUILESS_MAIN(TestTrafficBook)
#include "tst_trafficbook.moc"
