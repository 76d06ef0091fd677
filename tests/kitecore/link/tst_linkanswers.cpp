#include <QTest>

#include "kitecore/wire/chunkwriter.h"
#include "tests/support/scriptedlink.h"
#include "tests/support/slicing.h"
#include "tests/support/waits.h"

using namespace kite;
using namespace kite::link;
using namespace kite::test;

namespace {

QByteArray chunk(QByteArrayView lines, QByteArrayView data = {})
{
    return ChunkPeer::chunk(lines, data);
}

const QByteArray opening
    = "SID: 5; Proto: http; Host: kite.test; Port: 80; RIP: 192.0.2.7; RPort: 4711";
const QByteArray refused = "SID: 5; EOF: 1WR | Bye!";

QByteArray deflated(QByteArrayView body)
{
    wire::ChunkDeflater deflater;
    bool gained = false;
    return deflater.deflate({&body, 1}, &gained);
}

/// What became of the first stream, in words.
QByteArray fateOf(const LinkOwner &owner)
{
    if (owner.streams.empty())
        return "none";
    const StreamDriver &stream = *owner.streams.front();
    QByteArray fate = "got '" + stream.received + "'";
    if (stream.ended)
        fate += ", ended";
    if (stream.failed)
        fate += ", failed";
    return fate;
}

} // namespace

/// What a link answers to a PageKite peer's bytes.
class TestLinkAnswers : public QObject
{
    Q_OBJECT

    static void columns()
    {
        QTest::addColumn<QByteArray>("wire");
        QTest::addColumn<QByteArrayList>("answers");
        QTest::addColumn<QByteArray>("fate");
    }

    static void check(const LinkOptions &options)
    {
        QFETCH(QByteArray, wire);
        QFETCH(QByteArrayList, answers);
        QFETCH(QByteArray, fate);
        for (const qsizetype slice : {qsizetype(1), qsizetype(2), qsizetype(7), wire.size()}) {
            ScriptedLink setup(options);
            inSlices(wire, slice, [&](QByteArrayView part) {
                setup.peer.send(part);
                QVERIFY(settles());
            });
            QCOMPARE(setup.peer.takeChunks(), answers);
            QCOMPARE(fateOf(setup.owner), fate);
            QVERIFY(!setup.owner.isOver());
        }
    }

private Q_SLOTS:
    void connector_data()
    {
        columns();
        const QByteArray open = chunk(opening, "GET");
        const QByteArray first = "NOOP: 1; SID: 5; SKB: 0";
        const auto row = [](const char *name, const QByteArray &wire, const QByteArrayList &answers,
                            const QByteArray &fate = "none") {
            QTest::newRow(name) << wire << answers << fate;
        };

        row("ping", chunk("NOOP: 1; PING: 1795217901.8887", "!"),
            {"NOOP: 1; PONG: 1795217901.8887 | !"});
        row("ping of 0.3", chunk("NOOP: 1; PING: 1", "!"), {"NOOP: 1; PONG: 1 | !"});
        row("ping of libpagekite", chunk("NOOP: 1; PING: 1"), {"NOOP: 1; PONG: 1 | !"});
        row("ping without NOOP", chunk("PING: 77.7777"), {"NOOP: 1; PONG: 77.7777 | !"});
        row("nothing", chunk("NOOP: 1", "!"), {});
        row("SPD", chunk("NOOP: 1; SID: 5; SPD: 1000", "!"), {});
        row("SKB for nobody", chunk("NOOP: 1; SID: 5; SKB: 10"), {});
        row("ZRST", chunk("NOOP: 1; ZRST: 1", "!"), {});
        row("unknown header", chunk("NOOP: 1; QWhat: 5", "!"), {});

        row("unknown stream", chunk("SID: 5", "data"), {refused});
        row("unknown stream, told once", chunk("SID: 5", "data") + chunk("SID: 5", "more"),
            {refused});
        row("two unknown streams", chunk("SID: 5", "data") + chunk("SID: 6", "more"),
            {refused, "SID: 6; EOF: 1WR | Bye!"});
        row("unknown stream, nothing in it", chunk("SID: 5"), {});
        row("unknown stream without Host", chunk("SID: 5; Proto: http", "data"), {refused});
        row("unknown stream ends", chunk("SID: 5; EOF: 1WR", "Bye!"), {});

        row("opening", open, {first}, "got 'GET'");
        row("opening without data", chunk(opening), {}, "got ''");
        row("more data", open + chunk("SID: 5", " / HTTP"), {first}, "got 'GET / HTTP'");
        row("empty data", open + chunk("SID: 5") + chunk("SID: 5", "x"), {first}, "got 'GETx'");
        row("SKB rides on data", open + chunk("SID: 5; SKB: 1", "x"), {first}, "got 'GETx'");
        row("a KiB more", open + chunk("SID: 5", QByteArray(1024, 'x')),
            {first, "NOOP: 1; SID: 5; SKB: 1"}, "got 'GET" + QByteArray(1024, 'x') + "'");
        row("header names in any case", chunk("sid: 5; PROTO: http; host: kite.test", "GET"),
            {first}, "got 'GET'");
        row("opening in a compressed chunk",
            deflated(QByteArray(opening).replace("; ", "\r\n") + "\r\n\r\nGET"), {first},
            "got 'GET'");
        row("opening for what is no host", chunk("SID: 5; Proto: http; Host: <b>", "GET"),
            {refused});
        row("opening for what is no protocol", chunk("SID: 5; Proto: \x7f; Host: a.b", "GET"),
            {refused});

        row("relay's visitor stops sending", open + chunk("SID: 5; EOF: 1R", "Bye!"), {first},
            "got 'GET', ended");
        row("empty data before the end", open + chunk("SID: 5") + chunk("SID: 5; EOF: 1R", "Bye!"),
            {first}, "got 'GET', ended");
        row("data after the end", open + chunk("SID: 5; EOF: 1R", "Bye!") + chunk("SID: 5", "late"),
            {first}, "got 'GET', ended");
        row("ends twice",
            open + chunk("SID: 5; EOF: 1R", "Bye!") + chunk("SID: 5; EOF: 1WR", "Bye!"), {first},
            "got 'GET', ended");
        row("end of 0.3, compressed", open + deflated("SID: 5\r\nEOF: 1WR\r\n\r\nBye!"), {first},
            "got 'GET', ended");
        row("end without letters", open + chunk("SID: 5; EOF: 1"), {first}, "got 'GET', ended");
        row("end of libpagekite", open + chunk("SID: 5; EOF: 1RW"), {first}, "got 'GET', ended");
        row("relay's visitor stops reading", open + chunk("SID: 5; EOF: 1W", "Bye!"), {first},
            "got 'GET'");
    }

    void connector()
    {
        LinkOptions options;
        check(options);
    }

    void relay_data()
    {
        columns();
        QTest::newRow("opens a stream")
            << chunk(opening, "GET") << QByteArrayList {refused} << QByteArray("none");
        QTest::newRow("opens a stream without data")
            << chunk(opening) << QByteArrayList {} << QByteArray("none");
        QTest::newRow("ping") << chunk("NOOP: 1; PING: 1", "!")
                              << QByteArrayList {"NOOP: 1; PONG: 1 | !"} << QByteArray("none");
    }

    void relay()
    {
        LinkOptions options;
        options.role = Role::Relay;
        check(options);
    }

    void refuses()
    {
        ScriptedLink setup(LinkOptions {});
        setup.owner.refuses = true;
        setup.peer.send(chunk(opening, "GET / HTTP") + chunk("SID: 5", "more"));
        QVERIFY(settles());
        QCOMPARE(setup.peer.takeChunks(), QByteArrayList {refused});
        QCOMPARE(setup.owner.link->streamCount(), 0);
    }

    void reusesNumber_data()
    {
        QTest::addColumn<QByteArray>("end");
        QTest::addColumn<size_t>("visitors");
        QTest::newRow("after both halves") << chunk("SID: 5; EOF: 1WR", "Bye!") << size_t(2);
        QTest::newRow("while one is open") << chunk("SID: 5; EOF: 1R", "Bye!") << size_t(1);
        QTest::newRow("while it flows") << QByteArray() << size_t(1);
    }

    void reusesNumber()
    {
        QFETCH(QByteArray, end);
        QFETCH(size_t, visitors);
        ScriptedLink setup(LinkOptions {});
        setup.peer.send(chunk(opening, "GET") + end + chunk(opening, "PUT"));
        QVERIFY(settles());
        QCOMPARE(setup.owner.visitors.size(), visitors);
        if (visitors == 2)
            QCOMPARE(setup.owner.streams.back()->received, "PUT");
        QCOMPARE(setup.owner.link->streamCount(), 1);
        setup.owner.streams.clear();
        QVERIFY(settles());
        QCOMPARE(setup.owner.link->streamCount(), 0);
    }

    void describesVisitor()
    {
        ScriptedLink setup(LinkOptions {});
        setup.peer.send(
            chunk("SID: 5; Proto: HTTP; Host: Kite.Test; Port: 8080; RIP: ::ffff:192.0.2.7; "
                  "RPort: 4711; RTLS: 1",
                  "GET"));
        QVERIFY(settles());
        QCOMPARE(setup.owner.visitors.size(), 1U);
        const net::Visitor &visitor = setup.owner.visitors.front();
        QCOMPARE(visitor.protocol, "http");
        QCOMPARE(visitor.host, "kite.test");
        QCOMPARE(visitor.port, 8080);
        QCOMPARE(visitor.peer.address, QStringLiteral("192.0.2.7"));
        QCOMPARE(visitor.peer.port, 4711);
        QVERIFY(visitor.tls);
        QCOMPARE(setup.owner.streams.front()->stream->peer().address, QStringLiteral("192.0.2.7"));
    }

    void passesControlOn()
    {
        ScriptedLink setup(LinkOptions {});
        setup.peer.send(chunk("NOOP: 1; X-PageKite-OK: http:kite.test:salt; Quota: 10240", "!"));
        setup.peer.send(chunk("NOOP: 1; PONG: 1; Quota: 5", "!"));
        QVERIFY(settles());
        QCOMPARE(setup.owner.controls,
                 (QByteArrayList {"X-PageKite-OK=http:kite.test:salt", "Quota=10240", "Quota=5"}));

        setup.owner.link->sendControl("X-PageKite: http:kite.test:a::\r\n");
        QVERIFY(settles());
        QCOMPARE(setup.peer.takeChunks(),
                 QByteArrayList {"NOOP: 1; X-PageKite: http:kite.test:a:: | !"});
    }

    void opens_data()
    {
        QTest::addColumn<QByteArray>("protocol");
        QTest::addColumn<QByteArrayList>("silent"); // before anything is written
        QTest::addColumn<QByteArrayList>("spoken");
        const QByteArray lines = "; Host: kite.test; Port: 80; RIP: 192.0.2.7; RPort: 4711";
        QTest::newRow("http") << QByteArray("http") << QByteArrayList {}
                              << QByteArrayList {"SID: 0; Proto: http" + lines + " | GET"};
        QTest::newRow("websocket")
            << QByteArray("websocket") << QByteArrayList {}
            << QByteArrayList {"SID: 0; Proto: websocket" + lines + " | GET"};
        QTest::newRow("raw: the server may speak first")
            << QByteArray("raw") << QByteArrayList {"SID: 0; Proto: raw" + lines}
            << QByteArrayList {"SID: 0 | GET"};
    }

    void opens()
    {
        QFETCH(QByteArray, protocol);
        QFETCH(QByteArrayList, silent);
        QFETCH(QByteArrayList, spoken);
        LinkOptions options;
        options.role = Role::Relay;
        ScriptedLink setup(options);
        StreamDriver &stream = setup.owner.open(
            {protocol, "kite.test", 80, {QStringLiteral("192.0.2.7"), 4711}, false});
        QVERIFY(settles());
        QCOMPARE(setup.peer.takeChunks(), silent);
        stream.send("GET");
        QVERIFY(settles());
        QCOMPARE(setup.peer.takeChunks(), spoken);
    }

    void opensNothingUnsafe()
    {
        LinkOptions options;
        options.role = Role::Relay;
        ScriptedLink setup(options);
        QVERIFY(!setup.owner.link->open({"http", "a\r\nEOF: 1", 80, {}, false}));
        QVERIFY(!setup.owner.link->open({"http", "", 80, {}, false}));
        QVERIFY(!setup.owner.link->open({"ht tp", "kite.test", 80, {}, false}));
        QVERIFY(!setup.owner.link->open(
            {"http", "kite.test", 80, {QStringLiteral("1\r\nEOF: 1"), 1}, false}));
        QCOMPARE(setup.owner.link->streamCount(), 0);
    }

    void breaksOff_data()
    {
        QTest::addColumn<QByteArray>("wire");
        QTest::newRow("no size") << QByteArray("GET / HTTP/1.1\r\n\r\n");
        QTest::newRow("zero") << QByteArray("0\r\n\r\n");
        QTest::newRow("no head") << QByteArray("4\r\nabcd");
        QTest::newRow("no deflate") << QByteArray("20Z4\r\nabcd");
        QTest::newRow("SID is no number") << chunk("SID: x", "data");
        QTest::newRow("good, then bad") << chunk(opening, "GET") + "zz\r\n";
    }

    void breaksOff()
    {
        QFETCH(QByteArray, wire);
        ScriptedLink setup(LinkOptions {});
        setup.peer.send(wire);
        QVERIFY(settles());
        QCOMPARE(setup.owner.ends, 1);
        QCOMPARE(setup.owner.why, LinkEnd::Protocol);
        if (!setup.owner.streams.empty())
            QCOMPARE(fateOf(setup.owner), "got 'GET', failed");
    }
};

QTEST_GUILESS_MAIN(TestLinkAnswers)
#include "tst_linkanswers.moc"
