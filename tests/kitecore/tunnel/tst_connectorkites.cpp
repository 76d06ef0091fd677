#include <QTest>

#include "tests/kitecore/tunnel/connectorbench.h"

using namespace kite;
using namespace std::chrono_literals;
using stats::KiteState;
using test::ConnectorBench;

/// Kites that come and go while the link is up.
class TestConnectorKites : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void addsOverTheLiveLink()
    {
        ConnectorBench bench;
        bench.fly({"http:a.test"});
        QTRY_VERIFY(bench.connector->isUp());
        bench.fly({"http:a.test", "http:b.test"});
        QTRY_COMPARE(bench.last["http:b.test"].state, KiteState::Flying);
        QCOMPARE(bench.relay.accepted, 1);
        QCOMPARE(bench.story.filter(QStringLiteral("a.test")).size(), 2);
    }

    void addsByANewLinkWhereItMust()
    {
        ConnectorBench bench;
        bench.relay.addsKites = false;
        bench.fly({"http:a.test"});
        QTRY_VERIFY(bench.connector->isUp());
        bench.fly({"http:a.test", "http:b.test"});
        QTRY_COMPARE(bench.last["http:b.test"].state, KiteState::Flying);
        QTRY_COMPARE(bench.relay.flying().size(), 2);
    }

    void refusedAdditionClosesTheLink_data()
    {
        QTest::addColumn<QByteArray>("id");
        QTest::addColumn<QString>("said");
        QTest::newRow("unknown") << QByteArray("http:nope.test")
                                 << QStringLiteral("http:nope.test refused unknown-kite");
        QTest::newRow("duplicate")
            << QByteArray("http:b.test") << QStringLiteral("http:b.test connecting name-taken");
    }

    void refusedAdditionClosesTheLink()
    {
        QFETCH(QByteArray, id);
        QFETCH(QString, said);
        ConnectorBench bench;
        bench.relay.takenElsewhere = {"http:b.test"};
        bench.fly({"http:a.test"});
        QTRY_VERIFY(bench.connector->isUp());
        bench.fly({"http:a.test", id});
        QTRY_COMPARE(bench.saidOf(id), said);
        QTRY_COMPARE(bench.relay.greetings.size(), 2);
        QCOMPARE(bench.relay.greetings.last().kites.size(), size_t(1)); // without it
        QTRY_VERIFY(bench.connector->isUp());
        QTRY_COMPARE(bench.relay.flying(), QSet<QByteArray> {"http:a.test"});
        QCOMPARE(bench.last["http:a.test"].state, KiteState::Flying);
    }

    void removedKiteIsGivenBack()
    {
        ConnectorBench bench;
        bench.fly({"http:a.test", "http:b.test"});
        QTRY_COMPARE(bench.relay.flying().size(), 2);
        QTRY_VERIFY(bench.connector->isUp());
        bench.relay.openStream(*bench.relay.carrierOf("http:a.test"), 7, "http", "a.test",
                               "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        QTRY_COMPARE(bench.target->streams.size(), size_t(1));
        bench.fly({"http:a.test"});
        bench.pass(2s); // a visitor is there: the link stays
        QVERIFY(bench.connector->isUp());
        QCOMPARE(bench.relay.accepted, 1);
        bench.target->streams.clear();
        QTRY_VERIFY((bench.pass(1s), bench.relay.accepted == 2));
        QTRY_COMPARE(bench.relay.flying(), QSet<QByteArray> {"http:a.test"});
        QCOMPARE(bench.story.filter(QStringLiteral("a.test")).size(), 2);
    }

    void pausedAndResumed()
    {
        ConnectorBench bench;
        bench.fly({"http:a.test", "http:b.test"});
        QTRY_VERIFY(bench.connector->isUp());
        bench.fly({"http:a.test"});
        bench.fly({"http:a.test", "http:b.test"});
        QTRY_COMPARE(bench.last["http:b.test"].state, KiteState::Flying);
        bench.pass(5s);
        QVERIFY(bench.connector->isUp());
        QCOMPARE(bench.relay.accepted, 1);
        QVERIFY(bench.relay.inBand.size() == 1);
    }

    void lastKiteGoneClosesTheLink()
    {
        ConnectorBench bench;
        bench.fly({"http:a.test"});
        QTRY_VERIFY(bench.connector->isUp());
        bench.fly({});
        QVERIFY(!bench.connector->isUp());
        QTRY_COMPARE(bench.relay.flying().size(), 0);
        bench.fly({"http:a.test"});
        QTRY_COMPARE(bench.relay.flying().size(), 1);
    }
};

QTEST_GUILESS_MAIN(TestConnectorKites)
#include "tst_connectorkites.moc"
