#include <QTest>

#include "kitecore/net/splice.h"
#include "kitecore/net/streams.h"
#include "tests/support/scriptedlink.h"
#include "tests/support/waits.h"

using namespace kite;
using namespace kite::link;
using namespace kite::test;

namespace {

QByteArray chunk(QByteArrayView lines, QByteArrayView data = {})
{
    return ChunkPeer::chunk(lines, data);
}

const QByteArray opening = "SID: 5; Proto: http; Host: kite.test";

LinkOptions wideOptions(Role role = Role::Connector)
{
    LinkOptions options;
    options.role = role;
    options.own.wideWindow = options.peer.wideWindow = true;
    return options;
}

/// A connector with one stream that has been read from.
struct OneStream : ScriptedLink
{
    explicit OneStream(const LinkOptions &options = {}) : ScriptedLink(options)
    {
        peer.send(chunk(opening, "GET"));
        settles();
        peer.takeChunks();
    }
    StreamDriver &stream() { return *owner.streams.front(); }
};

/// Destroys what it is told to from inside a call.
class Destroyer final : public LinkUser, public net::StreamUser
{
public:
    enum class When { Offered, Arrived, Ready, Control, Ended };
    enum class What { Link, Stream, Both };

    Destroyer(net::Loop &loop, std::unique_ptr<net::ByteStream> lower, When when, What what)
        : m_when(when)
        , m_what(what)
        , link(std::make_unique<Link>(loop, std::move(lower), LinkOptions {}, *this))
    {
    }

private:
    void strike(When when)
    {
        if (when != m_when)
            return;
        if (m_what != What::Link)
            stream.reset();
        if (m_what != What::Stream)
            link.reset();
    }

    void streamOffered(Link &, std::unique_ptr<net::ByteStream> offered,
                       const net::Visitor &) override
    {
        stream = std::move(offered);
        stream->setUser(this);
        stream->setInterest({.read = true});
        strike(When::Offered);
    }
    void controlArrived(Link &, const wire::ChunkHead &) override { strike(When::Control); }
    void linkEnded(Link &, LinkEnd, const QString &) override { strike(When::Ended); }

    void streamReady(net::ByteStream &, net::Readiness) override
    {
        strike(When::Ready);
        std::array<char, 16> buffer {};
        if (stream && stream->read(buffer).status != net::Io::Status::Moved)
            stream->setInterest({});
    }
    qsizetype dataArrived(net::ByteStream &, QByteArrayView) override
    {
        strike(When::Arrived);
        return m_when == When::Ready ? 0 : 1;
    }

    When m_when;
    What m_what;

public:
    std::unique_ptr<net::ByteStream> stream;
    std::unique_ptr<Link> link;
};

} // namespace

Q_DECLARE_METATYPE(Destroyer::When)
Q_DECLARE_METATYPE(Destroyer::What)

/// How streams end, and who may go when.
class TestLinkStreams : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void endsWriting()
    {
        OneStream setup;
        setup.stream().send("answer");
        setup.stream().finish();
        QVERIFY(settles());
        QCOMPARE(setup.peer.takeChunks(),
                 (QByteArrayList {"SID: 5 | answer", "SID: 5; EOF: 1R | Bye!"}));

        setup.peer.send(chunk("SID: 5", "still reading"));
        QVERIFY(settles());
        QCOMPARE(setup.stream().received, "GETstill reading");
    }

    void peerEndsWriting()
    {
        OneStream setup;
        setup.peer.send(chunk("SID: 5; EOF: 1R", "Bye!"));
        QVERIFY(settles());
        QVERIFY(setup.stream().ended);
        setup.stream().send("late answer");
        QVERIFY(settles());
        QCOMPARE(setup.peer.takeChunks(), QByteArrayList {"SID: 5 | late answer"});
        QVERIFY(!setup.stream().unwanted);
    }

    void peerStopsReading()
    {
        OneStream setup;
        setup.peer.send(chunk("SID: 5; EOF: 1W", "Bye!"));
        QVERIFY(settles());
        setup.stream().send("for nobody");
        QVERIFY(setup.stream().unwanted);
        setup.peer.send(chunk("SID: 5", " / HTTP"));
        QVERIFY(settles());
        QCOMPARE(setup.stream().received, "GET / HTTP");
        QCOMPARE(setup.peer.takeChunks(), QByteArrayList {});
    }

    /// Whoever waits for room, with nothing in hand, is woken to write and must find room.
    void peerStopsReadingAFullStream()
    {
        OneStream setup(wideOptions());
        setup.stream().send(QByteArray(3'000'000, 'x'));
        QVERIFY(settles());
        QCOMPARE(setup.stream().stream->writeRoom(), 0);
        setup.peer.send(chunk("SID: 5; EOF: 1W", "Bye!"));
        QVERIFY(settles());
        QVERIFY(setup.stream().stream->writeRoom() > 0);
        QVERIFY(setup.stream().unwanted);
    }

    /// Both ways of a splice are full when the peer ends them: it waits, and then ends.
    void peerLeavesAFullSplice()
    {
        OneStream setup(wideOptions());
        auto [visitor, target] = net::streamPair(setup.loop);
        net::Splices splices(setup.loop);
        splices.join(std::move(setup.stream().stream), std::move(target), nullptr);
        StreamDriver origin(std::move(visitor));
        origin.pause();
        origin.send(QByteArray(3'000'000, 'x'));
        setup.peer.send(chunk("SID: 5", QByteArray(400'000, 'y')));
        QVERIFY(settles());
        QVERIFY(origin.unsentBytes() > 0);
        setup.peer.send(chunk("SID: 5; EOF: 1WR", "Bye!"));
        QVERIFY(settles());
        origin.resume();
        QVERIFY(settles());
        QCOMPARE(origin.received.size(), 400'000);
        origin.close();
        QVERIFY(settles());
        QCOMPARE(splices.count(), 0);
    }

    void peerStopsReadingWhileDataWaits()
    {
        OneStream setup;
        setup.stream().send("gathered");
        setup.peer.send(chunk("SID: 5; EOF: 1WR", "Bye!"));
        QVERIFY(settles());
        setup.stream().close();
        QVERIFY(settles());
        QCOMPARE(setup.owner.link->streamCount(), 0);
        QCOMPARE(setup.owner.link->queuedBytes(), 0);
    }

    void closing_data()
    {
        QTest::addColumn<bool>("wide");
        QTest::addColumn<QByteArray>("before"); // what the peer said
        QTest::addColumn<bool>("finish");       // we ended our half first
        QTest::addColumn<QByteArrayList>("said");

        const QByteArray peerEnds = chunk("SID: 5; EOF: 1R", "Bye!");
        const QByteArray peerLeaves = chunk("SID: 5; EOF: 1WR", "Bye!");
        const QByteArray half = "SID: 5; EOF: 1R | Bye!";
        const QByteArray both = "SID: 5; EOF: 1WR | Bye!";
        QTest::newRow("in the middle") << false << QByteArray() << false << QByteArrayList {both};
        QTest::newRow("after our end")
            << false << QByteArray() << true << QByteArrayList {half, both};
        QTest::newRow("after the peer's end")
            << false << peerEnds << false << QByteArrayList {both};
        QTest::newRow("after both ends")
            << false << peerEnds << true << QByteArrayList {half, both};
        QTest::newRow("after the peer left")
            << false << peerLeaves << false << QByteArrayList {both};
        QTest::newRow("wide: after both ends nothing is left to say")
            << true << peerEnds << true << QByteArrayList {half};
        QTest::newRow("wide: in the middle")
            << true << QByteArray() << false << QByteArrayList {both};
    }

    void closing()
    {
        QFETCH(bool, wide);
        QFETCH(QByteArray, before);
        QFETCH(bool, finish);
        QFETCH(QByteArrayList, said);
        OneStream setup(wide ? wideOptions() : LinkOptions {});
        setup.peer.send(before);
        QVERIFY(settles());
        if (finish)
            setup.stream().finish();
        QVERIFY(settles());
        setup.stream().close();
        QVERIFY(settles());
        QCOMPARE(setup.peer.takeChunks(), said);
        QCOMPARE(setup.owner.link->streamCount(), 0);

        setup.peer.send(chunk("SID: 5", "late") + chunk("SID: 5; EOF: 1WR", "Bye!"));
        QVERIFY(settles());
        const bool expected = !before.isEmpty();
        QCOMPARE(setup.peer.takeChunks(),
                 expected ? QByteArrayList {"SID: 5; EOF: 1WR | Bye!"} : QByteArrayList {});
    }

    void sendsWhatWasWrittenBeforeClosing()
    {
        OneStream setup;
        setup.stream().send("answer");
        setup.stream().close();
        QVERIFY(settles());
        QCOMPARE(setup.peer.takeChunks(),
                 (QByteArrayList {"SID: 5 | answer", "SID: 5; EOF: 1WR | Bye!"}));
        QCOMPARE(setup.owner.link->streamCount(), 0);
    }

    void sendsEverythingThroughABlockedLink()
    {
        OneStream setup(wideOptions());
        setup.peer.pause();
        const QByteArray answer(400'000, 'a'); // the pair holds 256 KiB
        setup.stream().send(answer);
        QVERIFY(setup.owner.link->queuedBytes() > 0);
        setup.stream().close();
        QVERIFY(settles());
        setup.peer.resume();
        QVERIFY(settles());
        qsizetype bytes = 0;
        QByteArrayList chunks = setup.peer.takeChunks();
        QCOMPARE(chunks.takeLast(), "SID: 5; EOF: 1WR | Bye!");
        for (const QByteArray &each : chunks)
            bytes += each.size() - 9;
        QVERIFY(bytes >= 256 * 1024);
        QCOMPARE(setup.owner.link->streamCount(), 0);
    }

    void opensNothingIfNothingIsWritten()
    {
        ScriptedLink setup(wideOptions(Role::Relay));
        setup.owner.open({"http", "kite.test", 80, {}, false}).close();
        setup.owner.open({"raw", "kite.test", 22, {}, false}).close();
        StreamDriver &finished = setup.owner.open({"http", "kite.test", 80, {}, false});
        finished.finish();
        QVERIFY(settles());
        QVERIFY(finished.ended);
        finished.close();
        QVERIFY(settles());
        QCOMPARE(setup.peer.received(), QByteArray());
        QCOMPARE(setup.owner.link->streamCount(), 0);
    }

    void readsBacklogAfterTheLinkEnded()
    {
        OneStream setup;
        setup.stream().pause();
        setup.peer.send(chunk("SID: 5", "backlog"));
        QVERIFY(settles());
        setup.peer.close();
        QVERIFY(settles());
        QCOMPARE(setup.owner.ends, 1);
        QCOMPARE(setup.owner.why, LinkEnd::Closed);
        setup.owner.link.reset();
        QCOMPARE(setup.stream().received, "GET");
        setup.stream().resume();
        QVERIFY(settles());
        QCOMPARE(setup.stream().received, "GETbacklog");
        QVERIFY(setup.stream().failed);
        setup.stream().close();
    }

    void toldEndSurvivesTheLinksEnd()
    {
        OneStream setup;
        setup.stream().pause();
        setup.peer.send(chunk("SID: 5", "all") + chunk("SID: 5; EOF: 1R", "Bye!"));
        QVERIFY(settles());
        setup.owner.link.reset();
        setup.stream().resume();
        QVERIFY(settles());
        QCOMPARE(setup.stream().received, "GETall");
        QVERIFY(setup.stream().ended);
    }

    void writersHearOfTheLinksEnd()
    {
        OneStream setup(wideOptions());
        setup.peer.pause();
        setup.stream().send(QByteArray(3'000'000, 'x'));
        QVERIFY(settles());
        QVERIFY(setup.stream().unsentBytes() > 0);
        setup.owner.link.reset();
        QVERIFY(settles());
        QVERIFY(setup.stream().unwanted);
        QCOMPARE(setup.stream().unsentBytes(), 0);
    }

    /// A visitor that stays after its answer, spliced to a stream whose link goes.
    void visitorsOfAFinishedStreamHearOfTheLinksEnd()
    {
        ScriptedLink setup(wideOptions(Role::Relay));
        auto visitor = net::streamPair(setup.loop);
        StreamDriver browser(std::move(visitor.first));
        browser.send("GET");
        net::Splices splices(setup.loop);
        splices.join(std::move(visitor.second),
                     setup.owner.link->open({"http", "kite.test", 80, {}, false}), {});
        QVERIFY(settles());
        setup.peer.send(chunk("SID: 0", "answer") + chunk("SID: 0; EOF: 1R", "Bye!"));
        QVERIFY(settles());
        QCOMPARE(browser.received, "answer");
        QVERIFY(browser.ended);

        setup.owner.link.reset();
        QVERIFY(settles()); // and waits for the visitor
        browser.send("GET");
        QVERIFY(eventually([&] { return splices.count() == 0; }));
    }

    void fullWindowOfSomebodyWhoReadsNoMore()
    {
        ScriptedLink setup(wideOptions(Role::Relay));
        auto visitor = net::streamPair(setup.loop);
        StreamDriver browser(std::move(visitor.first));
        net::Splices splices(setup.loop);
        splices.join(std::move(visitor.second),
                     setup.owner.link->open({"http", "kite.test", 80, {}, false}), {});
        browser.send(QByteArray(Link::wideWindow, 'x')); // never acknowledged
        QVERIFY(settles());
        QCOMPARE(browser.unsentBytes(), 0);
        setup.peer.takeChunks();
        setup.peer.send(chunk("SID: 0; EOF: 1W", "Bye!"));
        QVERIFY(settles());
        browser.send("more");
        QVERIFY(settles());
        QCOMPARE(browser.unsentBytes(), 0);
    }

    void destroys_data()
    {
        QTest::addColumn<Destroyer::When>("when");
        QTest::addColumn<Destroyer::What>("what");
        using When = Destroyer::When;
        const std::pair<const char *, When> whens[] {{"offered", When::Offered},
                                                     {"data arrived", When::Arrived},
                                                     {"ready", When::Ready},
                                                     {"control", When::Control},
                                                     {"ended", When::Ended}};
        for (const auto &[name, when] : whens) {
            QTest::addRow("link, %s", name) << when << Destroyer::What::Link;
            QTest::addRow("stream, %s", name) << when << Destroyer::What::Stream;
            QTest::addRow("both, %s", name) << when << Destroyer::What::Both;
        }
    }

    void destroys()
    {
        QFETCH(Destroyer::When, when);
        QFETCH(Destroyer::What, what);
        net::Loop loop;
        auto streams = net::streamPair(loop);
        ChunkPeer peer(std::move(streams.second));
        Destroyer destroyer(loop, std::move(streams.first), when, what);
        peer.send(chunk(opening, "GET") + chunk("NOOP: 1; X-PageKite-OK: a") + chunk("SID: 5", "x")
                  + chunk("SID: 6; Proto: http; Host: kite.test", "y") + "zz\r\n");
        QVERIFY(settles());
        if (what != Destroyer::What::Stream)
            QVERIFY(!destroyer.link);
    }

    void wrapsNumbers()
    {
        ScriptedLink setup(wideOptions(Role::Relay));
        StreamDriver &kept = setup.owner.open({"http", "kite.test", 80, {}, false});
        kept.send("first");
        QVERIFY(settles());
        QVERIFY(setup.peer.takeChunks().front().startsWith("SID: 0; "));
        for (int i = 0; i < 131'071; ++i)
            setup.owner.link->open({"http", "kite.test", 80, {}, false});
        StreamDriver &wrapped = setup.owner.open({"http", "kite.test", 80, {}, false});
        wrapped.send("second");
        QVERIFY(settles());
        QVERIFY(setup.peer.takeChunks().front().startsWith("SID: 1; "));
    }

    void spinsNot()
    {
        OneStream setup(wideOptions());
        setup.peer.pause();
        setup.stream().send(QByteArray(3'000'000, 'x'));
        setup.stream().finish();
        setup.stream().stream->setInterest({true, true});
        QVERIFY(settles()); // and waits
    }
};

QTEST_GUILESS_MAIN(TestLinkStreams)
#include "tst_linkstreams.moc"
