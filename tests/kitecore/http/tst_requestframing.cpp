#include <QTest>

#include "kitecore/base/limits.h"
#include "kitecore/http/requestframing.h"
#include "tests/support/slicing.h"

using namespace kite;
using namespace kite::http;

Q_DECLARE_METATYPE(kite::http::HeadError)

namespace {

/// What became of one connection's bytes.
struct Cut
{
    QByteArrayList requests; ///< `METHOD target body`
    std::optional<HeadError> error;
    bool between = true;
    QByteArray rest; ///< not judged yet
};

Cut cutInSlices(const QByteArray &wire, qsizetype slice)
{
    Cut cut;
    RequestFraming framing;
    test::inSlices(wire, slice, [&](QByteArrayView part) {
        cut.rest.append(part);
        while (!cut.error && !cut.rest.isEmpty()) {
            RequestView view;
            const auto next = framing.next(cut.rest, view);
            if (!next) {
                cut.error = next.error();
                return;
            }
            if (next->piece == RequestFraming::Piece::Incomplete)
                return;
            if (next->piece == RequestFraming::Piece::Head)
                cut.requests.append(view.method.toByteArray() + ' ' + view.target.toByteArray()
                                    + ' ');
            else
                cut.requests.last().append(cut.rest.first(next->bytes));
            cut.rest.remove(0, next->bytes);
        }
    });
    cut.between = framing.isBetweenRequests();
    return cut;
}

QByteArray post(const QByteArray &headers, const QByteArray &rest = {})
{
    return "POST /p HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n" + rest;
}

QByteArray chunked(const QByteArray &body)
{
    return post("Transfer-Encoding: chunked\r\n", body);
}

/// A request that must never be seen where it stands.
const QByteArray evil = "GET /evil HTTP/1.1\r\nHost: a\r\n\r\n";
const QByteArray get = "GET /g HTTP/1.1\r\nHost: a\r\n\r\n";

} // namespace

class TestRequestFraming : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cuts_data()
    {
        QTest::addColumn<QByteArray>("wire");
        QTest::addColumn<QByteArrayList>("requests");
        const auto row
            = [](const char *name, const QByteArray &wire, const QByteArrayList &requests) {
                  QTest::newRow(name) << wire << requests;
              };
        row("one without body", get, {"GET /g "});
        row("pipelined", get + evil + get, {"GET /g ", "GET /evil ", "GET /g "});
        row("empty line between", get + "\r\n" + get, {"GET /g ", "GET /g "});
        row("HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n", {"GET / "});
        row("by length", post("Content-Length: 4\r\n", "body") + get, {"POST /p body", "GET /g "});
        row("length 0", post("Content-Length: 0\r\n") + get, {"POST /p ", "GET /g "});
        row("length with zeros in front", post("Content-Length: 0004\r\n", "body") + get,
            {"POST /p body", "GET /g "});
        row("same length twice", post("Content-Length: 4\r\ncontent-length: 4\r\n", "body") + get,
            {"POST /p body", "GET /g "});
        row("request in a body",
            post("Content-Length: " + QByteArray::number(evil.size()) + "\r\n", evil) + get,
            {"POST /p " + evil, "GET /g "});
        row("GET with a body", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n\r\n" + get,
            {"GET / \r\n", "GET /g "});
        row("no chunk but the last", chunked("0\r\n\r\n") + get, {"POST /p 0\r\n\r\n", "GET /g "});
        row("chunks", chunked("4\r\nbody\r\n0A\r\n0123456789\r\n000\r\n\r\n") + get,
            {"POST /p 4\r\nbody\r\n0A\r\n0123456789\r\n000\r\n\r\n", "GET /g "});
        row("line ends inside a chunk", chunked("4\r\n\r\n\r\n\r\n0\r\n\r\n") + get,
            {"POST /p 4\r\n\r\n\r\n\r\n0\r\n\r\n", "GET /g "});
        row("request inside a chunk", chunked("1F\r\n" + evil + "\r\n0\r\n\r\n") + get,
            {"POST /p 1F\r\n" + evil + "\r\n0\r\n\r\n", "GET /g "});
        row("extensions", chunked("4;a=b\r\nbody\r\n0 ; \"x\"\r\n\r\n") + get,
            {"POST /p 4;a=b\r\nbody\r\n0 ; \"x\"\r\n\r\n", "GET /g "});
        row("trailers", chunked("0\r\nDigest: x\r\nX-Y:\r\n\r\n") + get,
            {"POST /p 0\r\nDigest: x\r\nX-Y:\r\n\r\n", "GET /g "});
        row("any case of chunked", post("transfer-encoding:\tCHUNKED \r\n", "0\r\n\r\n") + get,
            {"POST /p 0\r\n\r\n", "GET /g "});
    }

    void cuts()
    {
        QFETCH(QByteArray, wire);
        QFETCH(QByteArrayList, requests);
        test::forEachSlicing(wire.size(), [&](qsizetype slice) {
            const auto cut = cutInSlices(wire, slice);
            QVERIFY2(!cut.error, qPrintable(QString::number(slice)));
            QCOMPARE(cut.requests, requests);
            QVERIFY(cut.between);
            QVERIFY(cut.rest.isEmpty());
        });
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("wire");
        QTest::addColumn<HeadError>("error");
        const auto row = [](const char *name, const QByteArray &wire, HeadError error) {
            QTest::newRow(name) << wire << error;
        };
        using enum HeadError;
        const QByteArray bare = "GET / HTTP/1.1\r\nHost: a\r\n";
        row("length and coding", post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"),
            BadLength);
        row("coding and length", post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n"),
            BadLength);
        row("one length, spelled differently", post("Content-Length: 8\r\nContent-Length: 08\r\n"),
            BadLength);
        row("two lengths", post("Content-Length: 4\r\nContent-Length: 5\r\n"), BadLength);
        row("list of lengths", post("Content-Length: 4, 4\r\n"), BadLength);
        row("length with sign", post("Content-Length: +4\r\n"), BadLength);
        row("negative length", post("Content-Length: -1\r\n"), BadLength);
        row("hex length", post("Content-Length: 0x4\r\n"), BadLength);
        row("empty length", post("Content-Length:\r\n"), BadLength);
        row("length over 63 bits", post("Content-Length: 9223372036854775808\r\n"), BadLength);
        row("length over 64 bits", post("Content-Length: 18446744073709551620\r\n"), BadLength);
        row("length with underscore", post("Content_Length: 4\r\n"), BadLength);
        row("unknown coding", post("Transfer-Encoding: identity\r\n"), BadLength);
        row("coding before chunked", post("Transfer-Encoding: gzip, chunked\r\n"), BadLength);
        row("chunked is not last", post("Transfer-Encoding: chunked, identity\r\n"), BadLength);
        row("chunked twice", post("Transfer-Encoding: chunked, chunked\r\n"), BadLength);
        row("chunked on two lines",
            post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), BadLength);
        row("quoted coding", post("Transfer-Encoding: \"chunked\"\r\n"), BadLength);
        row("almost chunked", post("Transfer-Encoding: xchunked\r\n"), BadLength);
        row("vertical tab before chunked", post("Transfer-Encoding: \vchunked\r\n"), BadHeader);
        row("coding with underscore", post("Transfer_Encoding: chunked\r\n"), BadLength);
        row("coding in HTTP/1.0",
            "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", BadLength);
        row("blank before the colon", post("Content-Length : 4\r\n"), BadHeader);
        row("folded line", post("X: a\r\n b\r\n"), BadHeader);
        row("folded first line", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", BadHeader);
        row("folded coding", post("Transfer-Encoding:\r\n chunked\r\n"), BadLength);
        row("NUL in a value", post(QByteArray("X: a\0b\r\n", 8)), BadHeader);
        row("NUL in a name", post(QByteArray("X\0: ab\r\n", 8)), BadHeader);
        row("bare CR in a value", post("X: a\rTransfer-Encoding: chunked\r\n"), BadHeader);
        row("bare LF behind a header", bare + "X: a\nY: b\r\n\r\n", BadHeader);
        row("bare LF behind the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", BadRequestLine);
        row("bare LF as the blank line", bare + "\n", BadHeader);
        row("LF everywhere", "GET / HTTP/1.1\nHost: a\n\n", BadRequestLine);
        row("no name", post(": x\r\n"), BadHeader);
        row("no colon", post("Host\r\n"), BadHeader);
        row("two hosts", post("Host: a\r\n"), BadHost);
        row("host with underscore for a dash", post("HOST: b\r\n"), BadHost);
        row("no host", "GET / HTTP/1.1\r\n\r\n", BadHost);
        row("host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", BadHost);
        row("host with user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", BadHost);
        row("two blanks", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", BadRequestLine);
        row("tab in the request line", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", BadRequestLine);
        row("blank in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", BadRequestLine);
        row("no version", "GET /\r\n\r\n", BadRequestLine);
        row("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", BadVersion);
        row("HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", BadVersion);
        row("two empty lines in front", "\r\n\r\n" + get, BadRequestLine);
        row("too many headers",
            "GET / HTTP/1.1\r\nHost: a\r\n" + QByteArray("A: b\r\n").repeated(200) + "\r\n",
            TooLong);
        row("garbage behind a body", post("Content-Length: 4\r\n", "bodyX\r\n"), BadRequestLine);

        row("chunk size with LF", chunked("4\nbody\r\n0\r\n\r\n"), BadLength);
        row("chunk ends with LF", chunked("4\r\nbody\n0\r\n\r\n"), BadLength);
        row("chunk longer than said", chunked("4\r\nbodyX\r\n0\r\n\r\n"), BadLength);
        row("chunk size with sign", chunked("+4\r\nbody\r\n0\r\n\r\n"), BadLength);
        row("chunk size with 0x", chunked("0x4\r\nbody\r\n0\r\n\r\n"), BadLength);
        row("chunk size after blank", chunked(" 4\r\nbody\r\n0\r\n\r\n"), BadLength);
        row("blank behind the chunk size", chunked("4 \r\nbody\r\n0\r\n\r\n"), BadLength);
        row("empty chunk size", chunked("\r\nbody\r\n0\r\n\r\n"), BadLength);
        row("two chunk sizes", chunked("4 5\r\nbody\r\n0\r\n\r\n"), BadLength);
        row("chunk over 31 bits", chunked("80000000\r\n"), BadLength);
        row("chunk over 64 bits", chunked("10000000000000004\r\nbody\r\n0\r\n\r\n"), BadLength);
        row("size line too long", chunked("4;" + QByteArray(520, 'x') + "\r\nbody\r\n"), BadLength);
        row("LF in an extension", chunked("4;x\nGET /\r\nbody\r\n"), BadLength);
        row("CR in an extension", chunked("4;x\ry\r\nbody\r\n"), BadLength);
        row("LF behind a trailer", chunked("0\r\nX: y\n\r\n"), BadHeader);
        row("LF ends the trailers", chunked("0\r\n\n"), BadHeader);
        row("no trailer", chunked("0\r\n" + evil), BadHeader);
        row("length as trailer", chunked("0\r\nContent-Length: 4\r\n\r\n"), BadHeader);
        row("origin as trailer", chunked("0\r\nX_Forwarded-For: ::1\r\n\r\n"), BadHeader);
        row("trailers too long", chunked("0\r\nX: " + QByteArray(8200, 'x') + "\r\n\r\n"), TooLong);
    }

    void refuses()
    {
        QFETCH(QByteArray, wire);
        QFETCH(HeadError, error);
        test::forEachSlicing(wire.size(), [&](qsizetype slice) {
            const auto cut = cutInSlices(wire + get, slice);
            QVERIFY2(cut.error, qPrintable(QString::number(slice)));
            QCOMPARE(*cut.error, error);
        });
    }

    void longHeads()
    {
        const QByteArray fits = post("X: " + QByteArray(limits::maxHeadBytes - 34, 'x') + "\r\n");
        QCOMPARE(fits.size(), limits::maxHeadBytes);
        QVERIFY(!cutInSlices(fits, 1).error); // also fast enough, byte by byte
        QCOMPARE(cutInSlices(fits + get, fits.size() + 9).requests.size(), 2);
        const QByteArray endless = "GET /" + QByteArray(limits::maxHeadBytes, 'x');
        QCOMPARE(cutInSlices(endless, 7).error, HeadError::TooLong);
        QCOMPARE(cutInSlices(endless, endless.size()).error, HeadError::TooLong);
    }

    void tellsWhatNeedsNoLook()
    {
        RequestFraming framing;
        RequestView view;
        QVERIFY(framing.next(post("Content-Length: 7\r\n"), view));
        QCOMPARE(framing.unwatched(), 7U);
        QVERIFY(framing.next("ab", view));
        framing.skip(4);
        QCOMPARE(framing.unwatched(), 1U);
        QVERIFY(!framing.isBetweenRequests());
        framing.skip(1);
        QVERIFY(framing.isBetweenRequests());
        QCOMPARE(framing.unwatched(), 0U);
        QVERIFY(framing.next(post("Transfer-Encoding: chunked\r\n"), view));
        QVERIFY(framing.next("5\r\nab", view));
        QCOMPARE(framing.unwatched(), 0U);
    }

    void seesFields()
    {
        RequestFraming framing;
        RequestView view;
        const QByteArray wire = "\r\nPUT /a?b HTTP/1.1\r\nHost: a:80\r\nX-One: \t1 \r\n\r\n";
        const auto next = framing.next(wire, view);
        QVERIFY(next && next->piece == RequestFraming::Piece::Head);
        QCOMPARE(next->bytes, wire.size());
        QCOMPARE(view.requestLine, "PUT /a?b HTTP/1.1\r\n");
        QCOMPARE(view.fields.size(), 2);
        QCOMPARE(view.field("x-one")->value, "1");
        QCOMPARE(view.field("x-one")->line, "X-One: \t1 \r\n");
        QVERIFY(view.field("x-two") == nullptr);
        QVERIFY(!view.hasBody());
    }
};

QTEST_APPLESS_MAIN(TestRequestFraming)
#include "tst_requestframing.moc"
