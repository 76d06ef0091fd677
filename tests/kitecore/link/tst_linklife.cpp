#include <QTest>

#include "tests/support/fakeclock.h"
#include "tests/support/scriptedlink.h"

using namespace kite;
using namespace kite::link;
using namespace kite::test;
using namespace std::chrono_literals;

namespace {

const QByteArray opening = "SID: 5; Proto: http; Host: kite.test";
const QByteArray probe = "SID: 99999999 | !";
const QByteArray probeAnswer = "SID: 99999999; EOF: 1WR";

enum class Peer { Ours, PageKite };

LinkOptions optionsFor(Role role, Peer peer)
{
    LinkOptions options;
    options.role = role;
    options.own.wideWindow = true;
    options.peer.wideWindow = peer == Peer::Ours;
    return options;
}

/// Lets time pass as the thread's timer would.
struct Timed
{
    Timed(Role role, Peer kind) : link(optionsFor(role, kind), clock) {}

    void pass(std::chrono::seconds time)
    {
        for (auto left = time; left > 0s; left -= 1s) {
            clock.advance(1s);
            link.loop.deadlines().tick();
            settles();
        }
    }
    QByteArrayList heard() { return link.peer.takeChunks(); }
    void say(QByteArrayView lines, QByteArrayView data = {})
    {
        link.peer.send(ChunkPeer::chunk(lines, data));
        settles();
    }
    bool isOver() const { return link.owner.isOver(); }

    FakeClock clock;
    ScriptedLink link;
};

QByteArray tokenOf(const QByteArrayList &chunks)
{
    const QByteArray ping = chunks.value(0);
    const auto at = ping.indexOf("PING: ") + 6;
    return ping.mid(at, ping.indexOf(" | ") - at);
}

} // namespace

Q_DECLARE_METATYPE(kite::link::Role)
Q_DECLARE_METATYPE(Peer)

/// Signs of life, and the ways in which a link ends.
class TestLinkLife : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void silence_data()
    {
        QTest::addColumn<Role>("role");
        QTest::addColumn<Peer>("kind");
        QTest::addColumn<int>("asksAfter");
        QTest::addColumn<bool>("probes"); // else pings
        QTest::addColumn<int>("deadAfter");
        QTest::newRow("relay, ours") << Role::Relay << Peer::Ours << 8 << false << 14;
        QTest::newRow("connector, ours") << Role::Connector << Peer::Ours << 8 << false << 14;
        QTest::newRow("relay, PageKite") << Role::Relay << Peer::PageKite << 15 << false << 30;
        QTest::newRow("connector, PageKite: a PING could kill the link")
            << Role::Connector << Peer::PageKite << 15 << true << 30;
    }

    void silence()
    {
        QFETCH(Role, role);
        QFETCH(Peer, kind);
        QFETCH(int, asksAfter);
        QFETCH(bool, probes);
        QFETCH(int, deadAfter);
        Timed timed(role, kind);
        timed.pass(std::chrono::seconds(asksAfter - 1));
        QCOMPARE(timed.heard(), QByteArrayList {});
        timed.pass(1s);
        const QByteArrayList question = timed.heard();
        QCOMPARE(question.size(), 1);
        QCOMPARE(question.front() == probe, probes);
        QCOMPARE(question.front().startsWith("NOOP: 1; PING: "), !probes);
        timed.pass(std::chrono::seconds(deadAfter - asksAfter - 1));
        QVERIFY(!timed.isOver());
        timed.pass(1s);
        QVERIFY(timed.isOver());
        QCOMPARE(timed.link.owner.why, LinkEnd::Silent);
        QCOMPARE(timed.heard(), QByteArrayList {});
        QCOMPARE(timed.link.owner.ends, 1);
    }

    void answers_data()
    {
        QTest::addColumn<Role>("role");
        QTest::addColumn<QByteArray>("answer"); // %1: the token
        QTest::addColumn<bool>("measured");
        QTest::newRow("pagekite.py") << Role::Relay << QByteArray("NOOP: 1; PONG: %1") << true;
        QTest::newRow("libpagekite, 0.3") << Role::Relay << QByteArray("NOOP: 1") << true;
        QTest::newRow("any sign of life") << Role::Relay << QByteArray("SID: 1; EOF: 1WR") << false;
        QTest::newRow("PageKite relay") << Role::Connector << probeAnswer << true;
    }

    void answers()
    {
        QFETCH(Role, role);
        QFETCH(QByteArray, answer);
        QFETCH(bool, measured);
        Timed timed(role, Peer::PageKite);
        for (int i = 0; i < 5; ++i) {
            timed.pass(15s);
            const QByteArrayList question = timed.heard();
            QCOMPARE(question.size(), 1);
            timed.pass(2s);
            timed.say(QByteArray(answer).replace("%1", tokenOf(question)));
        }
        QVERIFY(!timed.isOver());
        QCOMPARE(timed.link.owner.link->roundTrip() == 2s, measured);
    }

    void unansweredDataIsAskedAboutSooner()
    {
        Timed timed(Role::Relay, Peer::Ours);
        timed.pass(1s);
        timed.link.owner.open({"http", "kite.test", 80, {}, false}).send("GET");
        QVERIFY(settles());
        QCOMPARE(timed.heard().size(), 1);
        timed.pass(2s);
        QCOMPARE(timed.heard(), QByteArrayList {});
        timed.pass(1s);
        QVERIFY(timed.heard().value(0).startsWith("NOOP: 1; PING: "));
        timed.pass(6s);
        QVERIFY(timed.isOver());
        QVERIFY(timed.link.owner.streams.front()->failed);
    }

    void quietTalkIsNotAskedAbout()
    {
        Timed timed(Role::Relay, Peer::Ours);
        StreamDriver &stream = timed.link.owner.open({"http", "kite.test", 80, {}, false});
        for (int i = 0; i < 60; ++i) {
            stream.send("x");
            timed.pass(1s);
            timed.say("SID: 0", "y");
        }
        for (const QByteArray &chunk : timed.heard())
            QVERIFY(!chunk.contains("PING"));
    }

    void saysSomethingWhileItOnlyListens()
    {
        Timed timed(Role::Connector, Peer::Ours);
        timed.say(opening, "PUT");
        for (int i = 0; i < 8; ++i) {
            timed.pass(1s);
            timed.say("SID: 5", "slow upload");
        }
        const QByteArrayList said = timed.heard();
        QVERIFY(said.size() == 1 || said.size() == 2);
        QCOMPARE(said.front(), "NOOP: 1 | !");
    }

    void pingsWhenAsked()
    {
        Timed timed(Role::Relay, Peer::PageKite);
        timed.link.owner.link->ping();
        QVERIFY(settles());
        QVERIFY(timed.heard().value(0).startsWith("NOOP: 1; PING: "));
        timed.pass(15s);
        QVERIFY(timed.isOver());
    }

    void doesNotBlameWhomItDoesNotRead()
    {
        Timed timed(Role::Connector, Peer::PageKite);
        timed.link.owner.pausesNew = true;
        timed.say(opening, "PUT");
        StreamDriver &stream = *timed.link.owner.streams.front();
        for (int i = 0; i < 600; ++i)
            timed.link.peer.send(ChunkPeer::chunk("SID: 5", QByteArray(16'000, 'x')));
        settles();
        for (int i = 0; i < 60; ++i) { // a visitor that is slow, but alive
            std::array<char, 1'000> buffer {};
            QCOMPARE(stream.stream->read(buffer).bytes, qsizetype(buffer.size()));
            timed.pass(1s);
        }
        QVERIFY(!timed.isOver());
    }

    void closedByPeer()
    {
        ScriptedLink link(optionsFor(Role::Relay, Peer::Ours));
        link.peer.send(ChunkPeer::chunk("NOOP: 1; X-PageKite-OK: last words"));
        link.peer.shutdownWrite();
        QVERIFY(settles());
        QCOMPARE(link.owner.controls, QByteArrayList {"X-PageKite-OK=last words"});
        QCOMPARE(link.owner.ends, 1);
        QCOMPARE(link.owner.why, LinkEnd::Closed);
        QVERIFY(!link.owner.link->open({"http", "kite.test", 80, {}, false}));
        link.owner.link->sendControl("X-PageKite: x\r\n");
        link.owner.link->ping();
        link.owner.link->close();
        QVERIFY(settles());
        QCOMPARE(link.owner.ends, 1);
    }

    void closes()
    {
        ScriptedLink link(optionsFor(Role::Relay, Peer::Ours));
        StreamDriver &stream = link.owner.open({"http", "kite.test", 80, {}, false});
        stream.send("GET");
        link.owner.link->close();
        QCOMPARE(link.owner.ends, 0); // never from inside
        QVERIFY(!link.owner.link->open({"http", "kite.test", 80, {}, false}));
        QVERIFY(settles());
        QCOMPARE(link.owner.ends, 1);
        QCOMPARE(link.owner.why, LinkEnd::Closed);
        QVERIFY(stream.failed);
        QVERIFY(link.peer.sawEnd());
        QVERIFY(link.peer.takeChunks().value(0).endsWith(" | GET"));
    }

    void closesThoughNobodyReads()
    {
        Timed timed(Role::Connector, Peer::Ours);
        timed.say(opening, "GET");
        timed.link.peer.pause();
        timed.link.owner.streams.front()->send(QByteArray(1'000'000, 'x'));
        timed.link.owner.link->close();
        settles();
        QVERIFY(!timed.isOver());
        timed.pass(4s);
        QVERIFY(timed.isOver());
        QCOMPARE(timed.link.owner.why, LinkEnd::Closed);
    }

    void broken()
    {
        net::Loop loop;
        auto pair = socketPair();
        resetOnClose(pair.accepted.handle());
        LinkOwner owner(loop, net::descriptorStream(loop, std::move(pair.connected), {}),
                        optionsFor(Role::Relay, Peer::Ours));
        pair.accepted.reset();
        QVERIFY(eventually([&] { return owner.isOver(); }));
        QCOMPARE(owner.why, LinkEnd::Broken);
    }

    void restsWhenIdle()
    {
        Timed timed(Role::Connector, Peer::Ours);
        timed.say(opening, "GET");
        QVERIFY(settles());
        timed.pass(7s);
        QCOMPARE(timed.heard(), QByteArrayList {});
    }
};

QTEST_GUILESS_MAIN(TestLinkLife)
#include "tst_linklife.moc"
