#include <QTest>

#include "kitecore/link/chunkdensity.h"
#include "kitecore/wire/chunkdecoder.h"
#include "tests/support/fakeclock.h"
#include "tests/support/scriptedlink.h"

using namespace kite;
using namespace kite::link;
using namespace kite::test;
using namespace std::chrono_literals;

namespace {

constexpr qsizetype kib = 1024;
constexpr qsizetype mib = 1024 * kib;

QByteArray chunk(QByteArrayView lines, QByteArrayView data = {})
{
    return ChunkPeer::chunk(lines, data);
}

QByteArray opening(int sid)
{
    return "SID: " + QByteArray::number(sid) + "; Proto: http; Host: kite.test";
}

enum class Peer { Ours, PyPagekite, Libpagekite };

LinkOptions optionsFor(Peer peer, Role role = Role::Connector)
{
    LinkOptions options;
    options.role = role;
    options.own = {.compression = true, .addKites = true, .wideWindow = true};
    options.peer.wideWindow = peer == Peer::Ours;
    options.peer.addKites = peer != Peer::Libpagekite;
    return options;
}

/// A link with streams 1 to `count`, each of which got a byte.
struct Streams : ScriptedLink
{
    explicit Streams(Peer peerKind, int count = 1, const Clock &clock = Clock::system())
        : ScriptedLink(optionsFor(peerKind), clock)
    {
        for (int sid = 1; sid <= count; ++sid)
            peer.send(chunk(opening(sid), "G"));
        settles();
        peer.takeChunks();
    }
    StreamDriver &stream(int sid) { return *owner.streams.at(size_t(sid - 1)); }
};

struct Shape
{
    QByteArray sid;
    qsizetype dataBytes;
};

/// Data chunks without their data; control chunks have no SID or no data of a stream.
QList<Shape> shapesOf(const QByteArrayList &chunks)
{
    QList<Shape> shapes;
    for (const QByteArray &each : chunks) {
        const auto bar = each.indexOf(" | ");
        const auto head = each.first(bar < 0 ? each.size() : bar);
        const bool isData = head.startsWith("SID: ") && !head.contains("; ");
        if (isData)
            shapes.append({each.mid(5, bar - 5), bar < 0 ? 0 : each.size() - bar - 3});
        else
            shapes.append({"control", 0});
    }
    return shapes;
}

qsizetype dataBytes(const QByteArrayList &chunks)
{
    qsizetype bytes = 0;
    for (const Shape &shape : shapesOf(chunks))
        bytes += shape.dataBytes;
    return bytes;
}

} // namespace

Q_DECLARE_METATYPE(Peer)

/// Windows, acknowledgements, order and bounds against scripted peers.
class TestLinkFlow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void chunkSizes_data()
    {
        QTest::addColumn<Peer>("kind");
        QTest::addColumn<qint64>("largest");
        QTest::newRow("ours") << Peer::Ours << qint64(64 * kib - 64); // with its head
        QTest::newRow("pagekite.py") << Peer::PyPagekite << qint64(16'000);
        QTest::newRow("libpagekite") << Peer::Libpagekite << qint64(16'000);
    }

    void chunkSizes()
    {
        QFETCH(Peer, kind);
        QFETCH(qint64, largest);
        Streams setup(kind);
        setup.stream(1).send(QByteArray(100 * kib, 'x'));
        QVERIFY(settles());
        const auto shapes = shapesOf(setup.peer.takeChunks());
        QCOMPARE(qint64(shapes.front().dataBytes), largest);
        for (const Shape &shape : shapes)
            QVERIFY(shape.dataBytes <= largest);
    }

    void mergesSmallWrites()
    {
        Streams setup(Peer::PyPagekite);
        for (const char letter : {'a', 'b', 'c', 'd'})
            QVERIFY(setup.stream(1).stream->write(QByteArrayView(&letter, 1)).bytes == 1);
        QVERIFY(settles());
        QCOMPARE(setup.peer.takeChunks(), QByteArrayList {"SID: 1 | abcd"});
    }

    void sendsUpToTheWindow_data()
    {
        QTest::addColumn<Peer>("kind");
        QTest::addColumn<qint64>("first");  // before any SKB
        QTest::addColumn<qint64>("second"); // in all, after SKB: 0
        QTest::addColumn<qint64>("third");  // in all, after SKB: 100
        QTest::newRow("ours") << Peer::Ours << qint64(mib) << qint64(mib)
                              << qint64(mib + 100 * kib);
        QTest::newRow("pagekite.py")
            << Peer::PyPagekite << qint64(128 * kib) << qint64(256 * kib) << qint64(356 * kib);
        QTest::newRow("libpagekite")
            << Peer::Libpagekite << qint64(128 * kib) << qint64(256 * kib) << qint64(356 * kib);
    }

    void sendsUpToTheWindow()
    {
        QFETCH(Peer, kind);
        QFETCH(qint64, first);
        QFETCH(qint64, second);
        QFETCH(qint64, third);
        constexpr qsizetype notWorthAChunk = 8 * kib;
        Streams setup(kind);
        setup.stream(1).send(pattern(4 * mib));
        QVERIFY(settles());
        qsizetype sent = dataBytes(setup.peer.takeChunks());
        QVERIFY(sent <= first && sent > first - notWorthAChunk);

        setup.peer.send(chunk("NOOP: 1; SID: 1; SKB: 0"));
        QVERIFY(settles());
        sent += dataBytes(setup.peer.takeChunks());
        QVERIFY(sent <= second && sent > second - notWorthAChunk);

        setup.peer.send(chunk("NOOP: 1; SID: 1; SKB: 100"));
        QVERIFY(settles());
        sent += dataBytes(setup.peer.takeChunks());
        QVERIFY(sent <= third && sent > third - notWorthAChunk);
    }

    void neverAcknowledged_data()
    {
        QTest::addColumn<Peer>("kind");
        QTest::addColumn<bool>("goesOn");
        QTest::newRow("pagekite.py 0.3") << Peer::Libpagekite << true;
        QTest::newRow("ours") << Peer::Ours << false;
    }

    void neverAcknowledged()
    {
        QFETCH(Peer, kind);
        QFETCH(bool, goesOn);
        FakeClock clock;
        Streams setup(kind, 1, clock);
        setup.stream(1).send(pattern(4 * mib));
        QVERIFY(settles());
        QVERIFY(setup.stream(1).unsentBytes() > 0);
        clock.advance(1'900ms);
        setup.loop.deadlines().tick();
        QVERIFY(settles());
        QVERIFY(setup.stream(1).unsentBytes() > 0);
        clock.advance(200ms);
        setup.loop.deadlines().tick();
        QVERIFY(settles());
        QCOMPARE(setup.stream(1).unsentBytes() == 0, goesOn);
    }

    void acknowledges_data()
    {
        QTest::addColumn<Peer>("kind");
        QTest::addColumn<bool>("reads");
        QTest::addColumn<QList<qint64>>("sent"); // chunks, the event loop between
        QTest::addColumn<QByteArrayList>("answers");
        const auto skb = [](qint64 n) { return "NOOP: 1; SID: 2; SKB: " + QByteArray::number(n); };

        QTest::newRow("pagekite.py, first bytes")
            << Peer::PyPagekite << true << QList<qint64> {10} << QByteArrayList {skb(0)};
        QTest::newRow("pagekite.py, a visitor that never reads")
            << Peer::PyPagekite << false << QList<qint64> {10, 5'000, 5'000}
            << QByteArrayList {skb(0)};
        QTest::newRow("pagekite.py, each round that brings a KiB")
            << Peer::PyPagekite << true << QList<qint64> {10, 500, 600, 16'000}
            << QByteArrayList {skb(0), skb(1), skb(16)};
        QTest::newRow("libpagekite, whose window may be 4 KiB")
            << Peer::Libpagekite << true << QList<qint64> {4'096, 4'096}
            << QByteArrayList {skb(0), skb(4), skb(8)};
        QTest::newRow("ours, little")
            << Peer::Ours << true << QList<qint64> {10, 100'000} << QByteArrayList {};
        QTest::newRow("ours, 128 KiB")
            << Peer::Ours << true << QList<qint64> {65'536, 65'536, 65'536, 65'536}
            << QByteArrayList {skb(128), skb(256)};
    }

    void acknowledges()
    {
        QFETCH(Peer, kind);
        QFETCH(bool, reads);
        QFETCH(QList<qint64>, sent);
        QFETCH(QByteArrayList, answers);
        Streams setup(kind);
        setup.owner.pausesNew = !reads;
        QByteArray lines = opening(2);
        for (const qint64 bytes : sent) {
            setup.peer.send(chunk(std::exchange(lines, "SID: 2"), QByteArray(bytes, 'x')));
            QVERIFY(settles());
        }
        QCOMPARE(setup.peer.takeChunks(), answers);
    }

    void mergesAcknowledgements()
    {
        Streams setup(Peer::PyPagekite);
        QByteArray burst;
        for (int i = 0; i < 150; ++i)
            burst += chunk("SID: 1", QByteArray(1'400, 'x'));
        setup.peer.send(burst);
        QVERIFY(settles());
        const QByteArrayList answers = setup.peer.takeChunks();
        QVERIFY(answers.size() <= 4);
        QCOMPARE(answers.back(), "NOOP: 1; SID: 1; SKB: 205");
    }

    void controlGoesFirst()
    {
        Streams setup(Peer::Ours);
        setup.peer.pause();
        setup.stream(1).send(QByteArray(mib, 'x'));
        QVERIFY(setup.owner.link->queuedBytes() > 0);
        setup.peer.send(chunk("NOOP: 1; PING: 1"));
        QVERIFY(settles());
        setup.peer.resume();
        QVERIFY(settles());
        const auto shapes = shapesOf(setup.peer.takeChunks());
        // What the pair had taken (256 KiB: four chunks, and a part of the next).
        const auto place = std::find_if(shapes.begin(), shapes.end(),
                                        [](const Shape &shape) { return shape.sid == "control"; });
        QVERIFY(place != shapes.end());
        QVERIFY(place - shapes.begin() <= 5);
        QVERIFY(shapes.size() > 6);
    }

    void littleOvertakesBulk()
    {
        Streams setup(Peer::Ours, 4);
        setup.peer.pause();
        for (const int sid : {1, 2, 3})
            setup.stream(sid).send(QByteArray(mib, 'x'));
        QVERIFY(settles());
        setup.stream(4).send("little");
        QVERIFY(settles());
        setup.peer.resume();
        QVERIFY(settles());
        const auto shapes = shapesOf(setup.peer.takeChunks());
        const auto place = std::find_if(shapes.begin(), shapes.end(),
                                        [](const Shape &shape) { return shape.sid == "4"; });
        // Behind what the pair had taken, and the first turns of those that came before.
        QVERIFY(place - shapes.begin() <= 4 + 1 + 3);
        QVERIFY(shapes.size() > 12);
    }

    void crowdIsBounded()
    {
        constexpr int count = 300;
        Streams setup(Peer::Ours, count);
        setup.peer.pause();
        const QByteArray bytes = pattern(200 * kib);
        for (int sid = 1; sid <= count; ++sid)
            setup.stream(sid).send(bytes);
        QVERIFY(settles());
        QVERIFY(setup.owner.link->queuedBytes() <= Link::queueHigh + 128 * kib);
        setup.peer.resume();
        QVERIFY(eventually([&] {
            for (int sid = 1; sid <= count; ++sid) {
                if (setup.stream(sid).unsentBytes() > 0)
                    return false;
            }
            return setup.owner.link->queuedBytes() == 0;
        }));
        QVERIFY(settles());
        QHash<QByteArray, qsizetype> bySid;
        for (const Shape &shape : shapesOf(setup.peer.takeChunks()))
            bySid[shape.sid] += shape.dataBytes;
        QCOMPARE(bySid.size(), count);
        for (const qsizetype sum : bySid)
            QCOMPARE(sum, bytes.size());
    }

    void peerThatIgnoresTheWindow()
    {
        FakeClock clock;
        Streams setup(Peer::PyPagekite, 2, clock);
        setup.stream(1).pause();
        const QByteArray bytes = pattern(16'000);
        constexpr int chunks = 600; // 9.6 MB
        for (int i = 0; i < chunks; ++i)
            setup.peer.send(chunk("SID: 1", bytes));
        setup.peer.send(chunk("SID: 2", "other"));
        QVERIFY(settles());
        const qsizetype held = chunks * bytes.size() - setup.peer.unsentBytes();
        QVERIFY(held < Link::maxStreamBacklog + mib);
        QCOMPARE(setup.stream(2).received, "G");

        setup.stream(1).resume();
        QVERIFY(eventually([&] { return setup.stream(2).received == "Gother"; }));
        QVERIFY(eventually(
            [&] { return setup.stream(1).received.size() == chunks * bytes.size() + 1; }));
    }

    void stalledVisitorOfSuchAPeerIsCutOff()
    {
        FakeClock clock;
        Streams setup(Peer::PyPagekite, 2, clock);
        setup.stream(1).pause();
        for (int i = 0; i < 600; ++i)
            setup.peer.send(chunk("SID: 1", QByteArray(16'000, 'x')));
        setup.peer.send(chunk("SID: 2", "other"));
        QVERIFY(settles());
        setup.peer.takeChunks();
        for (int i = 0; i < 25; ++i) {
            clock.advance(1s);
            setup.loop.deadlines().tick();
            QVERIFY(settles());
        }
        QCOMPARE(setup.stream(2).received, "Gother");
        QVERIFY(!setup.owner.isOver());
        QVERIFY(setup.peer.takeChunks().contains("SID: 1; EOF: 1WR | Bye!"));
        setup.stream(1).resume();
        QVERIFY(settles());
        QVERIFY(setup.stream(1).failed);
    }

    /// Having waited before does not count once all was taken.
    void aVisitorWhoPausesAgainHasItsWholeTime()
    {
        FakeClock clock;
        Streams setup(Peer::PyPagekite, 1, clock);
        const auto pass = [&](int seconds) {
            for (int i = 0; i < seconds; ++i) {
                clock.advance(1s);
                setup.loop.deadlines().tick();
                QVERIFY(settles());
            }
        };
        const auto fill = [&] {
            setup.stream(1).pause();
            for (int i = 0; i < 200; ++i)
                setup.peer.send(chunk("SID: 1", QByteArray(16'000, 'x')));
            QVERIFY(settles());
        };
        fill();
        pass(15);
        setup.stream(1).resume();
        QVERIFY(eventually([&] { return setup.stream(1).received.size() >= 200 * 16'000; }));
        fill();
        pass(10); // 25 s since it was first too much
        QVERIFY(!setup.stream(1).failed);
        QVERIFY(!setup.peer.takeChunks().contains("SID: 1; EOF: 1WR | Bye!"));
        setup.stream(1).resume();
        QVERIFY(eventually([&] { return setup.stream(1).received.size() >= 400 * 16'000; }));
    }

    /// pagekite.py dies of more than 150 chunks in one read of 50393 bytes.
    void sparseEnough_data()
    {
        QTest::addColumn<Peer>("kind");
        QTest::addColumn<bool>("sparse");
        QTest::newRow("pagekite.py") << Peer::PyPagekite << true;
        QTest::newRow("libpagekite") << Peer::Libpagekite << false;
        QTest::newRow("ours") << Peer::Ours << false;
    }

    void sparseEnough()
    {
        QFETCH(Peer, kind);
        QFETCH(bool, sparse);
        constexpr int count = 500;
        Streams setup(kind, count);
        const qsizetype from = setup.peer.received().size();
        for (int round = 0; round < 3; ++round) {
            for (int sid = 1; sid <= count; ++sid)
                setup.stream(sid).send("x");
            QVERIFY(settles());
        }
        const QByteArray wire = setup.peer.received().mid(from);
        QList<qsizetype> ends; // of chunks
        for (qsizetype at = 0; at < wire.size();) {
            const auto lineEnd = wire.indexOf("\r\n", at);
            at = lineEnd + 2 + wire.mid(at, lineEnd - at).toLongLong(nullptr, 16);
            ends.append(at);
        }
        qsizetype most = 0;
        for (qsizetype first = 0, last = 0; last < ends.size(); ++last) {
            while (ends[last] - ends[first] > ChunkDensity::readBytes)
                ++first;
            most = std::max(most, last - first + 1);
        }
        QCOMPARE(most <= 150, sparse);
        if (!sparse)
            QVERIFY(!wire.contains("!!!!"));
    }

    void compresses_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<bool>("ours");  // we compress
        QTest::addColumn<bool>("peers"); // the peer takes it
        QTest::addColumn<bool>("smaller");
        const QByteArray text = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
            + QByteArray("<p>hello</p>").repeated(3'000);
        const QByteArray packed
            = QByteArray(text).replace("200 OK\r\n", "200 OK\r\nContent-Encoding: gzip\r\n");
        const QByteArray image = QByteArray(text).replace("text/html", "image/png");
        QTest::newRow("text") << text << true << true << true;
        QTest::newRow("text, not wanted by us") << text << false << true << false;
        QTest::newRow("text, not taken by the peer") << text << true << false << false;
        QTest::newRow("text, compressed by its maker") << packed << true << true << false;
        QTest::newRow("image") << image << true << true << false;
        QTest::newRow("too short")
            << QByteArray("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n") << true << true
            << false;
    }

    void compresses()
    {
        QFETCH(QByteArray, answer);
        QFETCH(bool, ours);
        QFETCH(bool, peers);
        QFETCH(bool, smaller);
        LinkOptions options = optionsFor(Peer::PyPagekite);
        options.compress = ours;
        options.peer.compression = peers;
        ScriptedLink setup(options);
        setup.peer.send(chunk(opening(1), "GET"));
        QVERIFY(settles());
        setup.owner.streams.front()->send(answer);
        setup.owner.streams.front()->finish();
        QVERIFY(settles());
        const QByteArray wire = setup.peer.received();
        QCOMPARE(wire.size() < answer.size() / 2, smaller);

        wire::ChunkDecoder decoder;
        QByteArrayView rest = wire;
        QByteArray data;
        for (;;) {
            const auto what = decoder.next(rest);
            QVERIFY(what.has_value());
            if (*what == wire::ChunkDecoder::What::NeedMore)
                break;
            if (*what == wire::ChunkDecoder::What::Data && decoder.head().carriesData())
                data += decoder.data();
        }
        QCOMPARE(data, answer);
    }

    void stopsCompressingWhatGainsNothing()
    {
        LinkOptions options = optionsFor(Peer::PyPagekite);
        options.compress = options.peer.compression = true;
        ScriptedLink setup(options);
        setup.peer.send(chunk(opening(1), "GET"));
        QVERIFY(settles());
        StreamDriver &stream = *setup.owner.streams.front();
        stream.send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + pattern(20'000));
        QVERIFY(settles());
        const auto before = setup.peer.received().size();
        stream.send(QByteArray(10'000, 'x'));
        QVERIFY(settles());
        QVERIFY(setup.peer.received().size() - before > 10'000);
    }
};

QTEST_GUILESS_MAIN(TestLinkFlow)
#include "tst_linkflow.moc"
