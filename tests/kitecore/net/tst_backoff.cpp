#include <QTest>

#include "kitecore/net/backoff.h"

using kite::net::Backoff;
using namespace std::chrono_literals;

class TestBackoff : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void grows_data();
    void grows();
    void beginsAnewAfterSuccess();
    void manyTriesStayAtTheLongest();
};

void TestBackoff::grows_data()
{
    QTest::addColumn<double>("random");
    QTest::addColumn<QList<int>>("waits"); // ms
    QTest::newRow("middle") << 0.5 << QList<int> {100, 1000, 1600, 2560, 4096, 5000, 5000};
    QTest::newRow("least") << 0.0 << QList<int> {0, 800, 1280, 2048, 3277, 4000, 4000};
    QTest::newRow("most") << 0.999 << QList<int> {200, 1200, 1919, 3071, 4914, 5998, 5998};
}

void TestBackoff::grows()
{
    QFETCH(double, random);
    QFETCH(QList<int>, waits);
    Backoff backoff(5s, [random] { return random; });
    for (const int wait : waits)
        QCOMPARE(backoff.next().count(), wait);
}

void TestBackoff::beginsAnewAfterSuccess()
{
    Backoff backoff(30s, [] { return 0.5; });
    backoff.next();
    backoff.next();
    backoff.next();
    backoff.reset();
    QCOMPARE(backoff.next(), 100ms);
    QCOMPARE(backoff.next(), 1000ms);
}

void TestBackoff::manyTriesStayAtTheLongest()
{
    Backoff backoff(30s, [] { return 0.5; });
    for (int i = 0; i < 5'000; ++i)
        QVERIFY(backoff.next() <= 30s);
    QCOMPARE(backoff.next(), 30s);
}

QTEST_APPLESS_MAIN(TestBackoff)
#include "tst_backoff.moc"
