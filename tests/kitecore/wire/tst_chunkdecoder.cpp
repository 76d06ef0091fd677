#include <QTest>

#include <zlib.h>

#include "kitecore/wire/chunkdecoder.h"
#include "kitecore/wire/chunkwriter.h"
#include "tests/support/seenchunks.h"
#include "tests/support/vectors.h"

using namespace kite;
using namespace kite::test;
using kite::wire::ChunkDecoder;
using kite::wire::ChunkError;

namespace {

/// What a chunk body should be seen as.
SeenChunk seenAs(const QByteArray &body)
{
    const auto end = body.indexOf("\r\n\r\n");
    const auto head = wire::parseChunkHead(QByteArrayView(body).first(end + 2));
    return {describe(*head), body.sliced(end + 4), true};
}

QByteArray plainChunk(const QByteArray &body, const QByteArray &mark = {})
{
    return QByteArray::number(body.size(), 16) + mark + "\r\n" + body;
}

QByteArray deflated(const QByteArray &body, int flush = Z_SYNC_FLUSH)
{
    z_stream stream {};
    if (deflateInit(&stream, 9) != Z_OK)
        qFatal("no memory");
    QByteArray out(qsizetype(deflateBound(&stream, uLong(body.size()))) + 64, Qt::Uninitialized);
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(body.data()));
    stream.avail_in = uInt(body.size());
    stream.next_out = reinterpret_cast<Bytef *>(out.data());
    stream.avail_out = uInt(out.size());
    deflate(&stream, flush);
    out.truncate(out.size() - qsizetype(stream.avail_out));
    deflateEnd(&stream);
    return out;
}

QByteArray zChunk(qsizetype announced, const QByteArray &wireBytes, const QByteArray &mark = {})
{
    return QByteArray::number(announced, 16) + 'Z' + QByteArray::number(wireBytes.size(), 16) + mark
        + "\r\n" + wireBytes;
}

QByteArray lowCompression(qsizetype bytes)
{
    QByteArray noise(bytes, Qt::Uninitialized);
    quint32 state = 1;
    for (char &c : noise) {
        state = state * 1'664'525 + 1'013'904'223;
        c = char(state >> 24);
    }
    return noise;
}

} // namespace

class TestChunkDecoder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cuts_data()
    {
        QTest::addColumn<QByteArray>("wire");
        QTest::addColumn<QByteArrayList>("bodies");

        const QByteArray hello = "SID: 1\r\n\r\nhello";
        const QByteArray empty = "SID: 1\r\n\r\n";
        QTest::newRow("one") << plainChunk(hello) << QByteArrayList {hello};
        QTest::newRow("nothing follows the body at once")
            << plainChunk(hello) + plainChunk(empty) << QByteArrayList {hello, empty};
        QTest::newRow("size in upper case")
            << QByteArray("F\r\n" + hello) << QByteArrayList {hello};
        QTest::newRow("leading zeros")
            << QByteArray("0000000f\r\n" + hello) << QByteArrayList {hello};
        QTest::newRow("blank lines inside data")
            << plainChunk("SID: 1\r\n\r\n\r\n\r\n") << QByteArrayList {"SID: 1\r\n\r\n\r\n\r\n"};
        QTest::newRow("head closed twice, as PyPagekite does")
            << plainChunk("NOOP: 1\r\n\r\n\r\n!") << QByteArrayList {"NOOP: 1\r\n\r\n\r\n!"};
        QTest::newRow("compressed")
            << zChunk(hello.size(), deflated(hello)) << QByteArrayList {hello};
        QTest::newRow("compressed, size in upper case")
            << zChunk(hello.size(), deflated(hello)).replace(0, 1, "F") << QByteArrayList {hello};
        QTest::newRow("reset on a plain chunk") << zChunk(hello.size(), deflated(hello))
                + plainChunk(empty, "R") + zChunk(hello.size(), deflated(hello))
                                                << QByteArrayList {hello, empty, hello};
        QTest::newRow("reset on a compressed chunk")
            << zChunk(hello.size(), deflated(hello)) + zChunk(hello.size(), deflated(hello), "R")
            << QByteArrayList {hello, hello};
        QTest::newRow("reset before anything was compressed")
            << zChunk(hello.size(), deflated(hello), "R") << QByteArrayList {hello};
        QTest::newRow("a deflate stream that ends with its chunk")
            << zChunk(hello.size(), deflated(hello, Z_FINISH)) << QByteArrayList {hello};
        const QByteArray noise = empty + lowCompression(1500);
        QTest::newRow("incompressible")
            << zChunk(noise.size(), deflated(noise)) << QByteArrayList {noise};
        const QByteArray zeros = empty + QByteArray(100'000, '\0');
        QTest::newRow("inflates to several windows")
            << zChunk(zeros.size(), deflated(zeros)) << QByteArrayList {zeros};
        QByteArray longHead = "NOOP: 1\r\n";
        for (int i = 0; i < 40; ++i)
            longHead += "X-PageKite-OK: http:kite" + QByteArray::number(i) + ".test:salt\r\n";
        QTest::newRow("long head") << plainChunk(longHead + "\r\n!") + plainChunk(hello)
                                   << QByteArrayList {longHead + "\r\n!", hello};

        const auto vectors = readVectors(QStringLiteral(KITE_TEST_DATA "/chunks.json"));
        for (const auto &value : vectors[u"encode"].toArray()) {
            QByteArray wire;
            QByteArrayList bodies;
            for (const auto &step : value.toObject()[u"steps"].toArray()) {
                wire += fromHex(step.toObject()[u"wire_hex"]);
                if (const auto body = fromHex(step.toObject()[u"payload_hex"]); !body.isEmpty())
                    bodies += body;
            }
            QTest::addRow("written: %s", qPrintable(value.toObject()[u"label"].toString()))
                << wire << bodies;
        }
    }

    void cuts()
    {
        QFETCH(QByteArray, wire);
        QFETCH(QByteArrayList, bodies);

        std::vector<SeenChunk> expected;
        for (const QByteArray &body : bodies)
            expected.push_back(seenAs(body));
        forEachSlicing(wire.size(), [&](qsizetype slice) {
            const auto seen = decodeInSlices(wire, slice);
            QVERIFY(!seen.error);
            QVERIFY2(seen.chunks == expected, qPrintable(QStringLiteral("slice %1").arg(slice)));
        });
    }

    /// The reference's own decoder results. Its number parser is Python's: where it takes what
    /// PageKite itself never sends, we refuse, and the row's note says so.
    void agreesWithTheReference_data()
    {
        QTest::addColumn<QByteArray>("wire");
        QTest::addColumn<QByteArrayList>("bodies");
        QTest::addColumn<std::optional<ChunkError>>("error");

        const QHash<QString, ChunkError> stricter {
            {QStringLiteral("size line with spaces and upper case"), ChunkError::BadLength},
            {QStringLiteral("0x prefix accepted by Python"), ChunkError::BadLength},
            {QStringLiteral("underscore accepted by Python (reject it)"), ChunkError::BadLength},
        };
        const auto vectors = readVectors(QStringLiteral(KITE_TEST_DATA "/chunks.json"));
        for (const auto &value : vectors[u"decode"].toArray()) {
            const auto v = value.toObject();
            const auto label = v[u"label"].toString();
            QByteArray wire;
            for (const auto &read : v[u"reads_hex"].toArray())
                wire += fromHex(read);
            QByteArrayList bodies;
            std::optional<ChunkError> error;
            for (const auto &chunk : v[u"chunks_hex"].toArray()) {
                if (chunk.toString() == QLatin1String("CORRUPT"))
                    error = ChunkError::BadDeflate; // the reference asks for a reset and goes on
                else
                    bodies += fromHex(chunk);
            }
            const auto returned = v[u"return_values"].toArray();
            if (returned.last().toVariant() != QVariant(true))
                error = ChunkError::BadLength;
            if (const auto strict = stricter.constFind(label); strict != stricter.cend()) {
                bodies.clear();
                error = *strict;
            }
            QTest::addRow("%s%s", qPrintable(label), stricter.contains(label) ? ": stricter" : "")
                << wire << bodies << error;
        }
    }

    void agreesWithTheReference()
    {
        QFETCH(QByteArray, wire);
        QFETCH(QByteArrayList, bodies);
        QFETCH(std::optional<ChunkError>, error);

        std::vector<SeenChunk> expected;
        for (const QByteArray &body : bodies)
            expected.push_back(seenAs(body));
        forEachSlicing(wire.size(), [&](qsizetype slice) {
            auto seen = decodeInSlices(wire, slice);
            QCOMPARE(seen.error, error);
            std::erase_if(seen.chunks, [](const SeenChunk &chunk) { return !chunk.complete; });
            QCOMPARE(seen.chunks.size(), expected.size());
            QVERIFY(seen.chunks == expected);
        });
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("wire");
        QTest::addColumn<ChunkError>("error");
        const auto row = [](const char *name, const QByteArray &wire, ChunkError error) {
            QTest::newRow(name) << wire << error;
        };

        const QByteArray body = "SID: 1\r\n\r\nhello";
        row("no size", "\r\n" + body, ChunkError::BadLength);
        row("negative size", "-5\r\nhello", ChunkError::BadLength);
        row("size with a plus", "+5\r\nhello", ChunkError::BadLength);
        row("size with 0x", "0xf\r\n" + body, ChunkError::BadLength);
        row("size with an underscore", "1_1\r\n" + body, ChunkError::BadLength);
        row("blank before the size", " f\r\n" + body, ChunkError::BadLength);
        row("blank after the size", "f \r\n" + body, ChunkError::BadLength);
        row("LF alone", "f\n" + body, ChunkError::BadLength);
        row("CR alone", "f\r" + body, ChunkError::BadLength);
        row("chunk extension", "f;a=b\r\n" + body, ChunkError::BadLength);
        row("no hex", "zz\r\nhello", ChunkError::BadLength);
        row("lower-case z", "fz5\r\n" + body, ChunkError::BadLength);
        row("no size after Z", "fZ\r\n" + body, ChunkError::BadLength);
        row("no size before Z", "Z5\r\n" + body, ChunkError::BadLength);
        row("Z twice", "fZ5Z5\r\n" + body, ChunkError::BadLength);
        row("R before Z", "fRZ5\r\n" + body, ChunkError::BadLength);
        row("R twice", "fRR\r\n" + body, ChunkError::BadLength);
        row("digits after R", "fR5\r\n" + body, ChunkError::BadLength);
        row("R alone", "R\r\n" + body, ChunkError::BadLength);
        row("endless zeros", QByteArray(40, '0'), ChunkError::BadLength);
        row("zero", "0\r\n\r\n", ChunkError::ZeroLength);
        row("zero after Z", "fZ0\r\n", ChunkError::ZeroLength);
        row("zero before Z", "0Z5\r\n", ChunkError::ZeroLength);
        row("one over the limit", "100001\r\n", ChunkError::TooLong);
        row("one over the limit, inflated", "100001Z5\r\n", ChunkError::TooLong);
        row("one over the limit, on the wire", "fZ100001\r\n", ChunkError::TooLong);
        row("no blank line", plainChunk("SID: 1\r\nhello"), ChunkError::BadHead);
        row("no line at all", "5\r\nhello", ChunkError::BadHead);
        row("blank line at once", plainChunk("\r\n\r\nhello"), ChunkError::BadHead);
        row("chunk ends inside its blank line", "b\r\nSID: 1\r\n\r\n\r\n", ChunkError::BadLength);
        row("chunk ends before its last LF", "9\r\nSID: 1\r\n\r\n", ChunkError::BadHead);
        row("lines end in LF", plainChunk("NOOP: 1\nPING: 5\n\nx"), ChunkError::BadHead);
        row("stream id in words", plainChunk("SID: abc\r\n\r\nxx"), ChunkError::BadStreamId);
        row("not deflate", zChunk(15, "nothing like deflate"), ChunkError::BadDeflate);
        row("inflates to less", zChunk(body.size() + 1, deflated(body)), ChunkError::BadDeflate);
        row("inflates to more", zChunk(body.size() - 1, deflated(body)), ChunkError::BadDeflate);
        row("bytes after the end of a deflate stream",
            zChunk(body.size(), deflated(body, Z_FINISH) + "x"), ChunkError::BadDeflate);
        row("chunk after the end of a deflate stream",
            zChunk(body.size(), deflated(body, Z_FINISH)) + zChunk(15, "x"),
            ChunkError::BadDeflate);
        row("bad head inside", zChunk(5, deflated("hello")), ChunkError::BadHead);
    }

    void refuses()
    {
        QFETCH(QByteArray, wire);
        QFETCH(ChunkError, error);

        forEachSlicing(wire.size(), [&](qsizetype slice) {
            const auto seen = decodeInSlices(wire, slice);
            QVERIFY2(seen.error, qPrintable(QStringLiteral("slice %1").arg(slice)));
            QCOMPARE(*seen.error, error);
        });
    }

    void headsHaveALimit_data()
    {
        QTest::addColumn<qsizetype>("headBytes");
        QTest::addColumn<std::optional<ChunkError>>("error");
        QTest::newRow("at the limit") << wire::maxChunkHeadBytes << std::optional<ChunkError> {};
        QTest::newRow("one over") << wire::maxChunkHeadBytes + 1
                                  << std::optional {ChunkError::HeadTooLong};
    }

    void headsHaveALimit()
    {
        QFETCH(qsizetype, headBytes);
        QFETCH(std::optional<ChunkError>, error);

        QByteArray body = "NOOP: 1\r\nX: ";
        body += QByteArray(headBytes - body.size() - 4, 'x') + "\r\n\r\n";
        for (const qsizetype slice : {qsizetype(1), qsizetype(1000), qsizetype(1'000'000)}) {
            const auto seen = decodeInSlices(plainChunk(body + "data"), slice);
            QCOMPARE(seen.error, error);
            QCOMPARE(seen.chunks.size(), size_t(error ? 0 : 1));
            QVERIFY(seen.largestBuffer <= 2 * wire::maxChunkHeadBytes); // grows by doubling
        }
    }

    void errorsAreFinal()
    {
        ChunkDecoder decoder;
        const QByteArray bad = "zz\r\n";
        QByteArrayView bytes(bad);
        QCOMPARE(decoder.next(bytes).error(), ChunkError::BadLength);
        const QByteArray good = plainChunk("SID: 1\r\n\r\nx");
        bytes = good;
        QCOMPARE(decoder.next(bytes).error(), ChunkError::BadLength);
    }

    /// Bulk is handed on where it lies, with nothing held back.
    void plainDataIsNotCopied()
    {
        const QByteArray head = "SID: 1\r\n\r\n";
        const QByteArray wire = plainChunk(head + QByteArray(60'000, 'x'));
        ChunkDecoder decoder;
        QByteArrayView rest(wire);
        QCOMPARE(*decoder.next(rest), ChunkDecoder::What::Head);
        QCOMPARE(*decoder.next(rest), ChunkDecoder::What::Data);
        QCOMPARE(decoder.data().size(), 60'000);
        QCOMPARE(decoder.data().data(), wire.data() + wire.size() - 60'000);
        QCOMPARE(decoder.bufferedBytes(), 0);
        QCOMPARE(*decoder.next(rest), ChunkDecoder::What::End);
        QCOMPARE(*decoder.next(rest), ChunkDecoder::What::NeedMore);
    }

    void dataThatWentAnotherWay()
    {
        using What = ChunkDecoder::What;
        const QByteArray head = "SID: 1\r\n\r\n";
        const auto chunk = plainChunk(head + QByteArray(100, 'x'));
        const auto begin = chunk.chopped(95);
        ChunkDecoder decoder;
        QVERIFY(decoder.awaitsHead());
        QByteArrayView rest = QByteArrayView(begin).chopped(8);
        QCOMPARE(*decoder.next(rest), What::NeedMore);
        QVERIFY(decoder.awaitsHead()); // in the middle of it
        QCOMPARE(decoder.dataLeft(), 0);
        rest = QByteArrayView(begin).last(8);
        QCOMPARE(*decoder.next(rest), What::Head);
        QCOMPARE(decoder.dataLeft(), 100);
        QCOMPARE(*decoder.next(rest), What::Data);
        QCOMPARE(*decoder.next(rest), What::NeedMore);
        QVERIFY(!decoder.awaitsHead());
        QCOMPARE(decoder.dataLeft(), 95);
        decoder.skip(40);
        decoder.skip(55);
        QVERIFY(decoder.awaitsHead());
        QCOMPARE(decoder.dataLeft(), 0);
        const auto next = plainChunk(head + "hello");
        rest = next;
        QCOMPARE(*decoder.next(rest), What::End);
        QCOMPARE(*decoder.next(rest), What::Head);
        QCOMPARE(*decoder.next(rest), What::Data);
        QCOMPARE(decoder.data(), QByteArrayView("hello"));
    }

    void compressedDataCannotGoAnotherWay()
    {
        const QByteArray body = "SID: 1\r\n\r\n" + QByteArray(100, 'x');
        const auto chunk = zChunk(body.size(), deflated(body)).chopped(1);
        ChunkDecoder decoder;
        QByteArrayView rest(chunk);
        while (*decoder.next(rest) != ChunkDecoder::What::NeedMore)
            QCOMPARE(decoder.dataLeft(), 0);
        QCOMPARE(decoder.dataLeft(), 0);
    }

    /// A megabyte that fits in a kilobyte: no more comes out than was announced, in small windows.
    void bombsStayInTheirBounds_data()
    {
        QTest::addColumn<qsizetype>("announced");
        QTest::newRow("hidden") << qsizetype(1000);
        QTest::newRow("announced") << wire::maxChunkBytes;
    }

    void bombsStayInTheirBounds()
    {
        QFETCH(qsizetype, announced);

        const auto bomb = deflated("SID: 1\r\n\r\n" + QByteArray(8 * wire::maxChunkBytes, '\0'));
        const auto seen = decodeInSlices(zChunk(announced, bomb), 1'000'000);
        QCOMPARE(seen.error, std::optional(ChunkError::BadDeflate));
        QCOMPARE(seen.chunks.size(), size_t(1));
        QVERIFY(seen.chunks.front().data.size() < announced);
        QVERIFY(seen.largestBuffer <= 40 * 1024);
    }
};

QTEST_APPLESS_MAIN(TestChunkDecoder)
#include "tst_chunkdecoder.moc"
