#include <QTest>

#include "kitecore/relay/overload.h"

using namespace kite::relay;

class TestOverload : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void neverWithoutALimit();
    void beginsWithWhatTheOperatorThinks();
    void learns_data();
    void learns();
    void staysAboveHalf();
    void theFileCounts();
    void readsFiles_data();
    void readsFiles();
    void knowsThisComputer();

private:
    static OverloadOptions of(int connections)
    {
        OverloadOptions options;
        options.connections = connections;
        return options;
    }
};

void TestOverload::neverWithoutALimit()
{
    QVERIFY(!OverloadLimit({}).isReached(1'000'000));
}

void TestOverload::beginsWithWhatTheOperatorThinks()
{
    const OverloadLimit limit(of(100));
    QVERIFY(!limit.isReached(99));
    QVERIFY(limit.isReached(100));
}

void TestOverload::learns_data()
{
    QTest::addColumn<int>("connections");
    QTest::addColumn<double>("load");
    QTest::addColumn<double>("memory");
    QTest::addColumn<int>("limit");

    QTest::newRow("busy") << 100 << 1.5 << 0.1 << 90;     // bears 50
    QTest::newRow("idle") << 100 << 0.075 << 0.01 << 280; // bears 1000
    QTest::newRow("just right") << 100 << 0.75 << 0.1 << 100;
    QTest::newRow("full memory counts alike") << 100 << 0.1 << 0.85 << 100;
    QTest::newRow("a few tell nothing") << 49 << 9.0 << 0.9 << 100;
    QTest::newRow("nothing known") << 100 << 0.0 << 0.0 << 100;
}

void TestOverload::learns()
{
    QFETCH(const int, connections);
    QFETCH(const double, load);
    QFETCH(const double, memory);
    OverloadLimit limit(of(100));
    limit.learn(connections, {load, memory}, std::nullopt);
    QTEST(limit.connections(), "limit");
}

void TestOverload::staysAboveHalf()
{
    OverloadLimit limit(of(100));
    for (int i = 0; i < 50; ++i)
        limit.learn(50, {75, 0.85}, std::nullopt);
    QCOMPARE(limit.connections(), 50);
}

void TestOverload::theFileCounts()
{
    OverloadLimit limit(of(100));
    limit.learn(100, {9, 0.9}, 7);
    QCOMPARE(limit.connections(), 7);
    limit.learn(10, {9, 0.9}, std::nullopt); // it is gone
    QCOMPARE(limit.connections(), 7);
    limit.learn(10, {}, 0);
    QVERIFY(limit.isReached(0));
}

void TestOverload::readsFiles_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("number"); ///< -1: none

    QTest::newRow("number") << QByteArray("120\n") << 120;
    QTest::newRow("nothing") << QByteArray() << -1;
    QTest::newRow("words") << QByteArray("many") << -1;
    QTest::newRow("negative") << QByteArray("-5") << -1;
    QTest::newRow("too large") << QByteArray("99999999999") << -1;
}

void TestOverload::readsFiles()
{
    QFETCH(const QByteArray, text);
    QTEST(OverloadLimit::readFile(text).value_or(-1), "number");
}

void TestOverload::knowsThisComputer()
{
    const auto burden = Burden::now();
    QVERIFY(burden.load >= 0);
    QVERIFY(burden.memory >= 0 && burden.memory <= 1);
#ifdef Q_OS_LINUX
    QVERIFY(burden.memory > 0);
#endif
}

QTEST_APPLESS_MAIN(TestOverload)
#include "tst_overload.moc"
