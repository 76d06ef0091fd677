#include <QTest>

#include "kitecore/wire/chunkwriter.h"
#include "tests/support/seenchunks.h"
#include "tests/support/vectors.h"

using namespace kite;
using namespace kite::test;
using kite::wire::StreamId;

namespace {

constexpr StreamId five {5};

} // namespace

class TestChunkWriter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Byte for byte what deployed programs send.
    void writes_data()
    {
        QTest::addColumn<QByteArray>("written");
        QTest::addColumn<QByteArray>("wire");

        const auto vectors = readVectors(QStringLiteral(KITE_TEST_DATA "/chunks.json"));
        const auto plain = vectors[u"encode"][0][u"steps"];
        const auto wireOf = [&plain](int step) { return fromHex(plain[step][u"wire_hex"]); };
        const QByteArray request = "GET /hello HTTP/1.1\r\nHost: kite.test\r\n\r\n";
        const QByteArray answer
            = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 18"
              "\r\nConnection: close\r\n\r\nHello from origin\n";

        QTest::newRow("opening") << wire::openingChunkHead(
                                        five, {"http", "kite.test", 443, "192.0.2.7", 5555, false},
                                        request.size())
                + request << wireOf(0);
        QTest::newRow("data") << wire::DataChunkHead(five, answer.size()).bytes().toByteArray()
                + answer << wireOf(1);
        QTest::newRow("end of reading") << wire::endChunk(five, {true, false}) << wireOf(2);
        QTest::newRow("ping") << wire::pingChunk("1234.5678") << wireOf(3);

        QTest::newRow("opening, TLS ended at the relay, nothing yet")
            << wire::openingChunkHead(StreamId {11}, {"raw", "kite.test", 22, "::1", 1, true}, 0)
            << QByteArray("4f\r\nSID: 11\r\nProto: raw\r\nHost: kite.test\r\nPort: 22\r\nRIP: ::1"
                          "\r\nRPort: 1\r\nRTLS: 1\r\n\r\n");
        QTest::newRow("empty data") << wire::DataChunkHead(five, 0).bytes().toByteArray()
                                    << QByteArray("a\r\nSID: 5\r\n\r\n");
        QTest::newRow("end of writing") << wire::endChunk(five, {false, true})
                                        << QByteArray("17\r\nSID: 5\r\nEOF: 1W\r\n\r\nBye!");
        QTest::newRow("end of both") << wire::endChunk(five, {true, true})
                                     << QByteArray("18\r\nSID: 5\r\nEOF: 1WR\r\n\r\nBye!");
        QTest::newRow("progress") << wire::progressChunk(StreamId {7}, 143)
                                  << QByteArray("1d\r\nNOOP: 1\r\nSID: 7\r\nSKB: 143\r\n\r\n");
        QTest::newRow("pong") << wire::pongChunk("77.7777")
                              << QByteArray("1b\r\nNOOP: 1\r\nPONG: 77.7777\r\n\r\n!");
        QTest::newRow("pong is cut at 64")
            << wire::pongChunk(QByteArray(100, 'x'))
            << "54\r\nNOOP: 1\r\nPONG: " + QByteArray(64, 'x') + "\r\n\r\n!";
        QTest::newRow("pong does not pass on line breaks")
            << wire::pongChunk("1\r\nSID: 5") << QByteArray("15\r\nNOOP: 1\r\nPONG: 1\r\n\r\n!");
        QTest::newRow("pong does not pass on what Python splits lines at")
            << wire::pongChunk("1\x0b"
                               "2")
            << QByteArray("15\r\nNOOP: 1\r\nPONG: 1\r\n\r\n!");
        QTest::newRow("deflate reset")
            << wire::deflateResetChunk() << QByteArray("15\r\nNOOP: 1\r\nZRST: 1\r\n\r\n!");
        QTest::newRow("control") << wire::controlChunk("X-PageKite-OK: http:a:b\r\n")
                                 << QByteArray("25\r\nNOOP: 1\r\nX-PageKite-OK: http:a:b\r\n\r\n!");
    }

    void writes()
    {
        QFETCH(QByteArray, written);
        QFETCH(QByteArray, wire);
        QCOMPARE(written, wire);

        const auto seen = decodeInSlices(written, written.size());
        QVERIFY(!seen.error);
        QCOMPARE(seen.chunks.size(), size_t(1));
        QVERIFY(seen.chunks.front().complete);
    }

    void largestDataHeadFits()
    {
        const wire::DataChunkHead head(StreamId {99'999'999}, wire::maxChunkBytes - 17);
        QCOMPARE(head.bytes(), "100000\r\nSID: 99999999\r\n\r\n");
    }

    /// Our own streams inflate to what went in; bytes of other deflaters need not be equal.
    void deflatesRoundTrip_data()
    {
        QTest::addColumn<int>("level");
        QTest::newRow("fastest") << 1;
        QTest::newRow("best") << 9;
    }

    void deflatesRoundTrip()
    {
        QFETCH(int, level);

        wire::ChunkDeflater deflater(level);
        QByteArray wireBytes;
        std::vector<SeenChunk> expected;
        for (int i = 0; i < 20; ++i) {
            const QByteArray data = QByteArray("line ").repeated(i * 100) + QByteArray::number(i);
            const std::array<QByteArrayView, 3> body {"SID: 5\r\n", "\r\n", data};
            if (i == 10)
                deflater.reset();
            bool gained = false;
            const auto chunk = deflater.deflate(body, &gained);
            QCOMPARE(gained, i > 0);
            QCOMPARE(chunk.left(chunk.indexOf('\r')).endsWith('R'), i == 10);
            wireBytes += chunk;
            expected.push_back({"sid=5", data, true});
        }
        for (const qsizetype slice : {qsizetype(1), qsizetype(7), wireBytes.size()}) {
            const auto seen = decodeInSlices(wireBytes, slice);
            QVERIFY(!seen.error);
            QVERIFY(seen.chunks == expected);
        }
    }

    void deflatingNoiseTellsSo()
    {
        QByteArray noise(100'000, Qt::Uninitialized);
        quint32 state = 7;
        for (char &c : noise) {
            state = state * 1'664'525 + 1'013'904'223;
            c = char(state >> 24);
        }
        wire::ChunkDeflater deflater;
        const std::array<QByteArrayView, 2> body {"SID: 5\r\n\r\n", noise};
        bool gained = true;
        const auto chunk = deflater.deflate(body, &gained);
        QVERIFY(!gained);
        const auto seen = decodeInSlices(chunk, chunk.size());
        QVERIFY(!seen.error);
        QCOMPARE(seen.chunks.front().data, noise);
    }
};

QTEST_APPLESS_MAIN(TestChunkWriter)
#include "tst_chunkwriter.moc"
