#include <random>

#include <QTest>

#include "kitecore/wire/chunkwriter.h"
#include "tests/support/scriptedlink.h"

using namespace kite;
using namespace kite::link;
using namespace kite::test;

namespace {

constexpr qsizetype mib = 1024 * 1024;

QByteArray chunk(QByteArrayView lines, QByteArrayView data = {})
{
    return ChunkPeer::chunk(lines, data);
}

QByteArray opening(int sid)
{
    return "SID: " + QByteArray::number(sid) + "; Proto: http; Host: kite.test";
}

/// Well-formed chunks without sense.
QByteArray randomChunk(std::mt19937 &random)
{
    const std::array<QByteArray, 14> lines {
        "SID: %1",
        "SID: %1; Proto: http; Host: kite.test",
        "SID: %1; Proto: raw; Host: kite.test; RIP: ::1",
        "SID: %1; EOF: 1R",
        "SID: %1; EOF: 1W",
        "SID: %1; EOF: 1WR",
        "SID: %1; EOF: x",
        "NOOP: 1; SID: %1; SKB: 5",
        "NOOP: 1; SID: %1; SKB: 18446744073709551615",
        "SID: %1; SKB: 0",
        "NOOP: 1; PING: 1",
        "NOOP: 1; PONG: 1",
        "NOOP: 1; ZRST: 1",
        "NOOP: 1; X-PageKite-OK: a; Quota: -5",
    };
    const QByteArray sid = QByteArray::number(quint32(random() % 6));
    return chunk(QByteArray(lines[random() % lines.size()]).replace("%1", sid),
                 QByteArray(qsizetype(random() % 3'000), 'd'));
}

} // namespace

/// Peers that want to hurt.
class TestLinkHostile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Each would be a connection to the target.
    void oneNumberOpenedAgainAndAgain()
    {
        LinkOptions options;
        options.maxStreams = 3;
        ScriptedLink setup(options);
        for (int i = 0; i < 10; ++i)
            setup.peer.send(chunk(opening(5), "GET") + chunk("SID: 5; EOF: 1WR", "Bye!"));
        QVERIFY(settles());
        QCOMPARE(setup.owner.streams.size(), 3U);
        setup.owner.streams.front()->close();
        setup.peer.send(chunk(opening(6), "GET"));
        QVERIFY(settles());
        QCOMPARE(setup.owner.streams.size(), 4U);
    }

    void senselessChunks_data()
    {
        QTest::addColumn<Role>("role");
        QTest::addColumn<bool>("wide");
        QTest::newRow("relay") << Role::Relay << false;
        QTest::newRow("connector") << Role::Connector << false;
        QTest::newRow("relay, wide") << Role::Relay << true;
        QTest::newRow("connector, wide") << Role::Connector << true;
    }

    void senselessChunks()
    {
        QFETCH(Role, role);
        QFETCH(bool, wide);
        for (quint32 seed = 1; seed <= 100; ++seed) {
            std::mt19937 random(seed);
            LinkOptions options;
            options.role = role;
            options.own.wideWindow = options.peer.wideWindow = wide;
            ScriptedLink link(options);
            for (int i = 0; i < 100 && !link.owner.isOver(); ++i) {
                link.peer.send(randomChunk(random));
                auto &streams = link.owner.streams;
                if (role == Role::Relay && random() % 4 == 0)
                    link.owner.open({"raw", "kite.test", 22, {}, false});
                if (!streams.empty() && random() % 3 == 0)
                    streams[random() % streams.size()]->send(QByteArray(20'000, 's'));
                if (!streams.empty() && random() % 8 == 0)
                    streams[random() % streams.size()]->finish();
                if (!streams.empty() && random() % 8 == 0)
                    streams.erase(streams.begin() + qsizetype(random() % streams.size()));
                if (random() % 3 == 0)
                    QVERIFY(settles());
            }
            QVERIFY(settles());
            QVERIFY(!link.owner.isOver());
            link.owner.streams.clear();
            QVERIFY(settles());
        }
    }

    void noise()
    {
        for (quint32 seed = 1; seed <= 200; ++seed) {
            ScriptedLink link(LinkOptions {});
            QByteArray bytes = chunk(opening(1), "GET") + chunk("SID: 1", "more")
                + chunk("NOOP: 1; PING: 1") + chunk("SID: 1; EOF: 1R", "Bye!");
            std::mt19937 random(seed);
            for (int i = 0; i < 4; ++i)
                bytes[qsizetype(random() % size_t(bytes.size()))] = char(random());
            link.peer.send(bytes);
            QVERIFY(settles());
        }
    }

    void tooManyStreams()
    {
        ScriptedLink link(LinkOptions {});
        QByteArray flood;
        for (int sid = 0; sid < Link::maxStreams + 50; ++sid)
            flood += chunk(opening(sid), "GET");
        link.peer.send(flood);
        QVERIFY(eventually([&] { return link.peer.unsentBytes() == 0; }));
        QVERIFY(settles());
        QCOMPARE(link.owner.link->streamCount(), Link::maxStreams);
        QCOMPARE(qsizetype(link.owner.visitors.size()), Link::maxStreams);
        QVERIFY(link.peer.received().contains("SID: 10000\r\nEOF: 1WR"));
        link.owner.streams.clear();
        QVERIFY(settles());
        QCOMPARE(link.owner.link->streamCount(), 0);
    }

    void floodsWithoutReading_data()
    {
        QTest::addColumn<QByteArray>("lines");
        QTest::newRow("pings") << QByteArray("PING: %1");
        QTest::newRow("unknown streams") << QByteArray("SID: %1");
        QTest::newRow("openings that are refused") << QByteArray("SID: %1; Proto: http; Host: <");
        QTest::newRow("openings, closed at once")
            << QByteArray("SID: %1; Proto: http; Host: kite.test");
    }

    void floodsWithoutReading()
    {
        QFETCH(QByteArray, lines);
        ScriptedLink link(LinkOptions {});
        link.owner.refuses = true;
        link.peer.pause();
        QByteArray flood;
        for (int i = 0; i < 50'000; ++i)
            flood += chunk(QByteArray(lines).replace("%1", QByteArray::number(i)), "x");
        link.peer.send(flood);
        QVERIFY(eventually([] { return settles(); }));
        QVERIFY(link.owner.link->queuedBytes() < mib);
        QVERIFY(link.owner.link->streamCount() <= Link::maxStreams);
        QVERIFY(!link.owner.isOver());
        link.peer.resume();
        QVERIFY(eventually([&] { return link.peer.unsentBytes() == 0; }));
    }

    void bomb()
    {
        ScriptedLink link(LinkOptions {});
        link.owner.pausesNew = true;
        link.peer.send(chunk(opening(1), "GET"));
        wire::ChunkDeflater deflater;
        const QByteArray zeros = "SID: 1\r\n\r\n" + QByteArray(mib - 100, '\0');
        QByteArray bomb;
        for (int i = 0; i < 500; ++i) {
            bool gained = false;
            const QByteArrayView body(zeros);
            bomb += deflater.deflate({&body, 1}, &gained);
        }
        link.peer.send(bomb);
        QVERIFY(settles());
        StreamDriver &stream = *link.owner.streams.front();
        stream.resume();
        qsizetype most = 0;
        QVERIFY(eventually([&] {
            most = std::max(most, stream.received.size());
            stream.received.clear();
            return link.peer.unsentBytes() == 0;
        }));
        QVERIFY(!link.owner.isOver());
    }
};

QTEST_GUILESS_MAIN(TestLinkHostile)
#include "tst_linkhostile.moc"
