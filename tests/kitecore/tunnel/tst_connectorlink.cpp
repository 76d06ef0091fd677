#include <QSignalSpy>
#include <QTest>

#include "tests/kitecore/tunnel/connectorbench.h"
#include "tests/support/waits.h"

using namespace kite;
using namespace std::chrono_literals;
using stats::DownReason;
using stats::KiteState;
using test::ConnectorBench;
using tunnel::Connector;

/// What keeps a link, and what becomes of kites whose link dies or whose relay leaves.
class TestConnectorLink : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aLinkThatShowsNoLifeIsDialledAnew()
    {
        ConnectorBench bench;
        bench.fly({"http:a.test"});
        QTRY_COMPARE(bench.last["http:a.test"].state, KiteState::Flying);
        bench.relay.silent = true; // as after a journey
        bench.connector->retry();
        bench.pass(Connector::proofTime + 1s);
        QTRY_COMPARE(bench.last["http:a.test"].reason, DownReason::LinkLost);
        QTRY_COMPARE(bench.relay.accepted, 2);
        QCOMPARE(bench.losses, 1);
    }

    void aLinkThatLivesStays()
    {
        ConnectorBench bench;
        bench.fly({"http:a.test"});
        QTRY_COMPARE(bench.last["http:a.test"].state, KiteState::Flying);
        bench.connector->retry();
        QTRY_COMPARE(bench.relay.pings + bench.relay.probes, 1);
        QVERIFY(test::settles());
        bench.pass(Connector::proofTime + 1s);
        QCOMPARE(bench.relay.accepted, 1);
        QVERIFY(bench.connector->isUp());
        QCOMPARE(bench.losses, 0);
    }

    void wakingUpLeavesRefusalsAlone()
    {
        ConnectorBench bench;
        bench.fly({"http:nope.test", "http:b.test"});
        QTRY_COMPARE(bench.last["http:b.test"].state, KiteState::Flying);
        QTRY_COMPARE(bench.last["http:nope.test"].state, KiteState::Refused);
        const auto asked = bench.relay.inBand.size();
        bench.connector->wake();
        QTRY_COMPARE(bench.relay.pings + bench.relay.probes, 1);
        QVERIFY(test::settles());
        QCOMPARE(bench.relay.inBand.size(), asked);
        bench.relay.silent = true;
        bench.connector->wake();
        bench.pass(Connector::proofTime + 1s);
        QTRY_COMPARE(bench.last["http:b.test"].reason, DownReason::LinkLost);
        QCOMPARE(bench.last["http:nope.test"].state, KiteState::Refused);
    }

    void wakingUpDialsAtOnce()
    {
        ConnectorBench bench;
        bench.relay.goDown();
        bench.fly({"http:a.test"});
        QTRY_COMPARE(bench.last["http:a.test"].reason, DownReason::Unreachable);
        bench.relay.comeBack();
        bench.connector->wake();
        QTRY_COMPARE(bench.last["http:a.test"].state, KiteState::Flying);
        QCOMPARE(bench.relay.accepted, 1);
    }

    void pingsWhenItIsToldTo()
    {
        tunnel::ConnectorOptions options;
        options.pingAfter = 100s;
        ConnectorBench bench(options);
        bench.relay.wideWindow = true;
        bench.fly({"http:a.test"});
        QTRY_COMPARE(bench.last["http:a.test"].state, KiteState::Flying);
        bench.pass(50s);
        QVERIFY(test::settles());
        QCOMPARE(bench.relay.pings, 0);
        bench.connector->setPingAfter(60s);
        bench.pass(12s);
        QTRY_COMPARE(bench.relay.pings, 1);
    }

    void asksWhetherTheRelayLives_data()
    {
        QTest::addColumn<bool>("ours");
        QTest::newRow("relay of ours: pings") << true;
        QTest::newRow("PageKite's may hang up on pings: an unknown stream") << false;
    }

    void asksWhetherTheRelayLives()
    {
        QFETCH(bool, ours);
        ConnectorBench bench;
        bench.relay.wideWindow = ours;
        bench.fly({"http:a.test"});
        QTRY_VERIFY(bench.connector->isUp());
        const int &asked = ours ? bench.relay.pings : bench.relay.probes;
        for (int i = 1; i < 4; ++i) {
            bench.pass(ours ? 10s : 18s);
            QTRY_COMPARE(asked, i);
            // comes behind the answer
            bench.relay.openStream(*bench.relay.carrierOf("http:a.test"), quint32(i), "http",
                                   "a.test", "GET / HTTP/1.0\r\n\r\n");
            QTRY_COMPARE(bench.target->visitors.size(), i);
            bench.target->streams.clear();
        }
        QVERIFY(bench.connector->isUp());
        QCOMPARE(ours ? bench.relay.probes : bench.relay.pings, 0);
    }

    void tellsWhatTheRelaySays()
    {
        ConnectorBench bench;
        bench.relay.beforeSend = [](QByteArray &head) {
            head.replace("-Misc: motd=",
                         "-Upgrade: 2;t;m;http://u/;f\r\nX-PageKite-Misc: motd=Hello+you");
        };
        bench.fly({"http:a.test"});
        QTRY_VERIFY(bench.connector->isUp());
        QCOMPARE(bench.words.size(), size_t(1));
        QCOMPARE(bench.words[0].motd, QStringLiteral("Hello you"));
        QCOMPARE(bench.words[0].upgrade.url, QStringLiteral("http://u/"));

        auto &link = *bench.relay.carrierOf("http:a.test")->socket;
        link.write(wire::controlChunk(wire::quotaLine(512)));
        QTRY_COMPARE(bench.words.size(), size_t(2));
        QCOMPARE(bench.words[1].quota.kb, 512);
        QCOMPARE(bench.words[1].motd, QStringLiteral("Hello you"));
        link.write(wire::pongChunk("x", 512)); // nothing new
        link.write(wire::controlChunk("X-PageKite-Misc: motd=Another\r\n"));
        link.write(wire::pongChunk("x", 500));
        QTRY_COMPARE(bench.words.size(), size_t(3));
        QCOMPARE(bench.words[2].quota.kb, 500);
        QCOMPARE(bench.words[2].motd, QStringLiteral("Hello you"));

        // the next link says what is true for it
        bench.relay.beforeSend = {};
        bench.relay.hangUpSoon();
        QTRY_COMPARE(bench.words.size(), size_t(4));
        QVERIFY(bench.words[3] == tunnel::RelayWords {});
    }

    void aRelayThatRefusesMaySayWhy()
    {
        ConnectorBench bench;
        bench.relay.beforeSend
            = [](QByteArray &head) { head.replace("-Misc: motd=", "-Misc: motd=Pay"); };
        bench.fly({"http:nope.test"});
        QTRY_COMPARE(bench.last["http:nope.test"].state, KiteState::Refused);
        QCOMPARE(bench.words.size(), size_t(1));
        QCOMPARE(bench.words[0].motd, QStringLiteral("Pay"));
    }

    void tellsWhenALinkIsLost()
    {
        ConnectorBench bench;
        bench.fly({"http:a.test"});
        QTRY_VERIFY(bench.connector->isUp());
        bench.relay.hangUpSoon();
        QTRY_COMPARE(bench.losses, 1);
    }

    void relayRestart()
    {
        ConnectorBench bench;
        bench.fly({"http:a.test"});
        QTRY_COMPARE(bench.last["http:a.test"].state, KiteState::Flying);
        bench.relay.goDown();
        QTRY_COMPARE(bench.last["http:a.test"].state, KiteState::Connecting);
        bench.relay.comeBack();
        QTRY_COMPARE(bench.last["http:a.test"].state, KiteState::Flying);
        QVERIFY(bench.story.contains(QStringLiteral("http:a.test connecting link-lost")));
        QCOMPARE(bench.relay.greetings.last().replaces, QByteArray("session:2"));
    }

    void replacesItsOlderSelf()
    {
        ConnectorBench bench;
        bench.fly({"http:a.test"});
        QTRY_COMPARE(bench.last["http:a.test"].state, KiteState::Flying);
        // cut silently: the relay still believes in the link
        bench.relay.silent = true;
        bench.pass(33s);
        QTRY_COMPARE(bench.saidOf("http:a.test"),
                     QStringLiteral("http:a.test connecting link-lost"));
        bench.relay.silent = false;
        QTRY_COMPARE(bench.last["http:a.test"].state, KiteState::Flying);
        QCOMPARE(bench.relay.greetings.last().replaces, QByteArray("session:2"));
    }

    void dialsAnewWhenTheRelayLeaves()
    {
        ConnectorBench bench;
        bench.relay.knowsLeaving = true;
        bench.fly({"http:a.test"});
        QTRY_VERIFY(bench.connector->isUp());
        auto *old = bench.relay.carrierOf("http:a.test");
        bench.relay.openStream(*old, 7, "http", "a.test", "GET / HTTP/1.1\r\n\r\n");
        QTRY_COMPARE(bench.target->visitors.size(), 1);

        bench.relay.leave(*old);
        QTRY_COMPARE(bench.relay.flying(), QSet<QByteArray> {"http:a.test"});
        QTRY_VERIFY(bench.connector->isUp());
        QCOMPARE(bench.relay.accepted, 2);
        // who was there is served to the end
        bench.target->streams.front()->write("late");
        QTRY_COMPARE(old->streamData[7], QByteArray("late"));
        old->socket->disconnectFromHost();
        QTRY_VERIFY(bench.target->streams.front()->write("gone").status != net::Io::Status::Moved);
        QVERIFY(bench.connector->isUp());
        QCOMPARE(bench.relay.accepted, 2);
        QCOMPARE(bench.link, QStringList {QStringLiteral("up")}); // nobody noticed
        QCOMPARE(bench.story.size(), 2);
    }

    void doesNotProveItselfToARelayThatLeaves()
    {
        ConnectorBench bench;
        bench.relay.knowsLeaving = true;
        bench.relay.leavesUnproved = 1;
        bench.fly({"http:a.test"});
        QTRY_VERIFY(bench.connector->isUp());
        QCOMPARE(bench.relay.accepted, 2);
        QCOMPARE(bench.link, QStringList {QStringLiteral("up")});
    }

    void aRelayThatLeavesAgainAndAgainHasToWait()
    {
        ConnectorBench bench;
        bench.relay.knowsLeaving = true;
        bench.fly({"http:a.test"});
        QTRY_VERIFY(bench.connector->isUp());
        bench.relay.leave(*bench.relay.carrierOf("http:a.test"));
        QTRY_COMPARE(bench.relay.accepted, 2);
        QTRY_VERIFY(bench.connector->isUp() && bench.relay.carrierOf("http:a.test"));
        QCOMPARE(bench.link.size(), 1);
        bench.relay.leave(*bench.relay.carrierOf("http:a.test"));
        QTRY_COMPARE(bench.link.size(), 2);
        QVERIFY(!bench.connector->isUp());
        QCOMPARE(bench.relay.accepted, 2);
        QTRY_VERIFY(bench.connector->isUp()); // but not for ever
        QCOMPARE(bench.relay.accepted, 3);
    }

    void strangersCanNotSayThatTheRelayLeaves()
    {
        ConnectorBench bench;
        bench.fly({"http:a.test"});
        QTRY_VERIFY(bench.connector->isUp());
        auto *link = bench.relay.carrierOf("http:a.test");
        bench.relay.leave(*link);
        bench.relay.openStream(*link, 7, "http", "a.test", "GET / HTTP/1.1\r\n\r\n");
        QTRY_COMPARE(bench.target->visitors.size(), 1); // behind the notice
        QCOMPARE(bench.relay.accepted, 1);
    }

    void stoppingLetsGoOfALeavingRelay()
    {
        ConnectorBench bench;
        bench.relay.knowsLeaving = true;
        bench.fly({"http:a.test"});
        QTRY_VERIFY(bench.connector->isUp());
        auto *old = bench.relay.carrierOf("http:a.test");
        QSignalSpy ended(old->socket.get(), &QTcpSocket::disconnected);
        bench.relay.leave(*old);
        QTRY_COMPARE(bench.relay.accepted, 2);
        bench.connector->stop();
        QTRY_COMPARE(ended.size(), 1);
    }
};

QTEST_GUILESS_MAIN(TestConnectorLink)
#include "tst_connectorlink.moc"
