#include <QTest>

#include "kitecore/wire/chunkhead.h"
#include "tests/support/seenchunks.h"

using namespace kite;
using kite::wire::ChunkError;

class TestChunkHead : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads_data()
    {
        QTest::addColumn<QByteArray>("lines");
        QTest::addColumn<QByteArray>("description");
        const auto row = [](const char *name, const char *lines, const char *description) {
            QTest::newRow(name) << QByteArray(lines) << QByteArray(description);
        };

        row("data", "SID: 5\r\n", "sid=5");
        row("opening",
            "SID: 5\r\nProto: http\r\nHost: kite.test\r\nPort: 443\r\nRIP: 192.0.2.7\r\n"
            "RPort: 5555\r\nRTLS: 1\r\n",
            "sid=5 proto=http host=kite.test port=443 from=192.0.2.7 fromPort=5555 tls=1");
        row("mapped visitor address", "SID: 5\r\nRIP: ::ffff:192.0.2.7\r\n",
            "sid=5 from=::ffff:192.0.2.7");
        row("any case, no blank, many blanks", "sid:7\r\npROTO:   raw  \r\nhost: K.test\r\n",
            "sid=7 proto=raw host=K.test");
        row("largest stream id", "SID: 99999999\r\n", "sid=99999999");
        row("end of reading", "SID: 1\r\nEOF: 1R\r\n", "sid=1 end=R");
        row("end of writing", "SID: 1\r\nEOF: 1W\r\n", "sid=1 end=W");
        row("end of both, PageKite", "SID: 1\r\nEOF: 1WR\r\n", "sid=1 end=RW");
        row("end of both, libpagekite", "SID: 1\r\nEOF: 1RW\r\n", "sid=1 end=RW");
        row("end of both, old", "SID: 1\r\nEOF: 1\r\n", "sid=1 end=RW");
        row("ping", "NOOP: 1\r\nPING: 1795217901.8887\r\n", "noop=1 ping=1795217901.8887");
        row("ping without NOOP", "PING: 1\r\n", "ping=1");
        row("pong", "NOOP: 1\r\nPONG: x\r\n", "noop=1 pong=x");
        row("bare NOOP", "NOOP: 1\r\n", "noop=1");
        row("deflate reset", "NOOP: 1\r\nZRST: 1\r\n", "noop=1 zrst=1");
        row("progress", "NOOP: 1\r\nSID: 7\r\nSKB: 143\r\n", "sid=7 noop=1 skb=143");
        row("progress on data", "SID: 7\r\nSKB: 1\r\n", "sid=7 skb=1");
        row("progress without a number", "NOOP: 1\r\nSID: 7\r\nSKB:\r\n", "sid=7 noop=1");
        row("negative progress", "NOOP: 1\r\nSID: 7\r\nSKB: -1\r\n", "sid=7 noop=1");
        row("progress past what bytes can count",
            "NOOP: 1\r\nSID: 7\r\nSKB: 9223372036854775807\r\n", "sid=7 noop=1");
        row("old flow control is ignored", "NOOP: 1\r\nSID: 7\r\nSPD: 20000\r\n", "sid=7 noop=1");
        row("quota", "NOOP: 1\r\nQuota: 10240\r\nQDays: 3\r\nQConns: 4\r\n", "noop=1 quota=10240");
        row("unknown names", "X-New: z\r\nSID: 3\r\nFoo:\r\n", "sid=3");
        row("the first of two counts",
            "SID: 3\r\nHost: a\r\nHost: b\r\nSID: 4\r\nEOF: 1R\r\nEOF: 1W\r\n",
            "sid=3 host=a end=R");
        row("greeting lines keep order and spelling",
            "NOOP: 1\r\nX-PageKite-OK: http:a.test:s\r\nx-beanstalk: raw:b:c::\r\n",
            "noop=1 [X-PageKite-OK|http:a.test:s] [x-beanstalk|raw:b:c::]");
        row("ports out of range are not said", "SID: 3\r\nPort: 65536\r\nRPort: -1\r\n", "sid=3");
        // A visitor chooses its Host; what cannot be a host must not end everybody's link.
        row("host with a control character",
            "SID: 3\r\nProto: http\r\nHost: a\x0b"
            "b.test\r\n",
            "sid=3 proto=http");
        row("host with a bare CR", "SID: 3\r\nHost: a\rb.test\r\n", "sid=3");
        row("host beyond ASCII",
            "SID: 3\r\nHost: a\x85"
            "b.test\r\n",
            "sid=3");
        row("address with markup of its own", "SID: 3\r\nRIP: 192.0.2.7 evil\r\n", "sid=3");
    }

    void reads()
    {
        QFETCH(QByteArray, lines);
        QFETCH(QByteArray, description);

        const auto head = wire::parseChunkHead(lines);
        QVERIFY(head);
        QCOMPARE(test::describe(*head), description);
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("lines");
        QTest::addColumn<ChunkError>("error");
        const auto row = [](const char *name, const QByteArray &lines, ChunkError error) {
            QTest::newRow(name) << lines << error;
        };

        row("no colon", "NOOP\r\nPING: 5\r\n", ChunkError::BadHead);
        row("no name", ": 1\r\nNOOP: 1\r\n", ChunkError::BadHead);
        row("LF alone", "NOOP: 1\nPING: 5\r\n", ChunkError::BadHead);
        row("empty line", "\r\n", ChunkError::BadHead);
        row("nothing", "", ChunkError::BadHead);
        row("last line without its end", "NOOP: 1\r\nPING: 5", ChunkError::BadHead);
        row("belongs to nothing", "Foo: 1\r\n", ChunkError::BadHead);
        row("end of no stream", "EOF: 1R\r\n", ChunkError::BadHead);
        row("stream id in words", "SID: abc\r\n", ChunkError::BadStreamId);
        row("empty stream id", "SID:\r\n", ChunkError::BadStreamId);
        row("negative stream id", "SID: -1\r\n", ChunkError::BadStreamId);
        row("stream id with a sign", "SID: +1\r\n", ChunkError::BadStreamId);
        row("hexadecimal stream id", "SID: 0x1\r\n", ChunkError::BadStreamId);
        row("stream id of nine digits", "SID: 123456789\r\n", ChunkError::BadStreamId);
        row("bad second stream id", "SID: 1\r\nSID: x\r\n", ChunkError::BadStreamId);
    }

    void refuses()
    {
        QFETCH(QByteArray, lines);
        QFETCH(ChunkError, error);

        const auto head = wire::parseChunkHead(lines);
        QVERIFY(!head);
        QCOMPARE(head.error(), error);
    }

    void tellsDataFromDummies_data()
    {
        QTest::addColumn<QByteArray>("lines");
        QTest::addColumn<bool>("data");
        QTest::newRow("data") << QByteArray("SID: 1\r\n") << true;
        QTest::newRow("data with progress") << QByteArray("SID: 1\r\nSKB: 3\r\n") << true;
        QTest::newRow("end") << QByteArray("SID: 1\r\nEOF: 1R\r\n") << false;
        QTest::newRow("control") << QByteArray("SID: 1\r\nNOOP: 1\r\n") << false;
        QTest::newRow("ping with a stream") << QByteArray("SID: 1\r\nPING: 1\r\n") << false;
    }

    void tellsDataFromDummies()
    {
        QFETCH(QByteArray, lines);
        QFETCH(bool, data);
        QCOMPARE(wire::parseChunkHead(lines)->carriesData(), data);
    }
};

QTEST_APPLESS_MAIN(TestChunkHead)
#include "tst_chunkhead.moc"
