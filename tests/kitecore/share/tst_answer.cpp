#include "kitecore/share/answer.h"

#include <QTest>

#include "tests/kitecore/share/site.h"
#include "tests/support/fakeclock.h"
#include "tests/support/httpvisitor.h"

using namespace kite;
using namespace kite::share;
using namespace kite::test;
using Way = HttpVisitor::Way;

/// What one request is answered with.
class TestAnswer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answers_data()
    {
        QTest::addColumn<QByteArray>("asked");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArrayList>("lines"); // that the head must have
        QTest::addColumn<QByteArray>("body");      // null: whatever Content-Length says

        const auto row = [](const char *name, const QByteArray &asked, int status,
                            const QByteArrayList &lines = {}, const QByteArray &body = {}) {
            QTest::newRow(name) << asked << status << lines << body;
        };
        row("file", request("GET /letters.txt"), 200,
            {"Content-Type: text/plain; charset=utf-8", "Content-Length: 26",
             "Accept-Ranges: bytes", "Last-Modified: Tue, 14 Nov 2023 21:56:40 GMT",
             "Cache-Control: no-cache", "X-Content-Type-Options: nosniff",
             "Date: Tue, 14 Nov 2023 22:13:20 GMT"},
            alphabet);
        row("file, HEAD", request("HEAD /letters.txt"), 200, {"Content-Length: 26"}, "");
        row("file with a query", request("GET /letters.txt?v=3"), 200, {}, alphabet);
        row("empty file", request("GET /empty.bin"), 200, {"Content-Length: 0"}, "");
        row("unknown type", request("GET /data"), 200, {"Content-Type: application/octet-stream"},
            QByteArray(200'000, 'd'));
        row("index", request("GET /page/"), 200, {"Content-Type: text/html; charset=utf-8"},
            "<p>page</p>");
        row("index, HEAD", request("HEAD /page/"), 200, {"Content-Length: 11"}, "");
        row("folder without slash", request("GET /page"), 301, {"Location: /page/"});
        row("folder without slash, query", request("GET /page?a=/b"), 301,
            {"Location: /page/?a=/b"});
        row("folder that looks like a host", request("GET //folder"), 301, {"Location: /folder/"});
        row("double slashes", request("GET //folder//inner.txt"), 200, {}, "inner");
        row("listing", request("GET /"), 200, {"Content-Type: text/html; charset=utf-8"});
        row("file as a folder", request("GET /letters.txt/"), 404);
        row("below a file", request("GET /letters.txt/x"), 404);
        row("missing", request("GET /missing"), 404, {"Content-Type: text/html; charset=utf-8"});
        row("missing, HEAD", request("HEAD /missing"), 404, {}, "");
        row("hidden", request("GET /.hidden"), 404);
        row("long name", request("GET /" + QByteArray(300, 'x')), 404);
        row("long path", request("GET " + QByteArray("/x").repeated(5000)), 404);
        row("absolute form", request("GET http://other.example/letters.txt"), 200, {}, alphabet);
        row("asterisk", request("GET *"), 400);
        row("bad escape", request("GET /%zz"), 400);
        row("OPTIONS", request("OPTIONS /letters.txt"), 204, {"Allow: GET, HEAD, OPTIONS"}, "");
        row("OPTIONS *", request("OPTIONS *"), 204, {"Allow: GET, HEAD, OPTIONS"}, "");
        row("POST", request("POST /letters.txt"), 405, {"Allow: GET, HEAD, OPTIONS"});
        row("DELETE", request("DELETE /letters.txt"), 405, {"Allow: GET, HEAD, OPTIONS"});
        row("unknown method", request("get /letters.txt"), 405, {"Allow: GET, HEAD, OPTIONS"});

        row("first bytes", request("GET /letters.txt", "Range: bytes=0-2\r\n"), 206,
            {"Content-Range: bytes 0-2/26", "Content-Length: 3"}, "abc");
        row("last bytes", request("GET /letters.txt", "Range: bytes=-2\r\n"), 206,
            {"Content-Range: bytes 24-25/26"}, "yz");
        row("from the middle", request("GET /letters.txt", "Range: bytes=23-\r\n"), 206,
            {"Content-Range: bytes 23-25/26"}, "xyz");
        row("no such bytes", request("GET /letters.txt", "Range: bytes=26-\r\n"), 416,
            {"Content-Range: bytes */26"});
        row("bytes of an empty file", request("GET /empty.bin", "Range: bytes=0-\r\n"), 416,
            {"Content-Range: bytes */0"});
        row("malformed range", request("GET /letters.txt", "Range: bytes=3-1\r\n"), 200, {},
            alphabet);
        row("range, HEAD", request("HEAD /letters.txt", "Range: bytes=0-2\r\n"), 200,
            {"Content-Length: 26"}, "");
        row("range of an index", request("GET /page/", "Range: bytes=3-6\r\n"), 206, {}, "page");
        row("range of a listing", request("GET /", "Range: bytes=3-6\r\n"), 200);
        row("joined ranges", request("GET /letters.txt", "Range: bytes=0-2,3-4\r\n"), 206,
            {"Content-Range: bytes 0-4/26"}, "abcde");

        row("not modified since",
            request("GET /letters.txt", "If-Modified-Since: Tue, 14 Nov 2023 21:56:40 GMT\r\n"),
            304, {}, "");
        row("modified since",
            request("GET /letters.txt", "If-Modified-Since: Tue, 14 Nov 2023 21:56:39 GMT\r\n"),
            200, {}, alphabet);
        row("not modified, HEAD",
            request("HEAD /letters.txt", "If-Modified-Since: Tue, 14 Nov 2023 21:56:40 GMT\r\n"),
            304, {}, "");
        row("other tag", request("GET /letters.txt", "If-None-Match: \"x\"\r\n"), 200, {},
            alphabet);
        row("any tag", request("GET /letters.txt", "If-None-Match: *\r\n"), 304, {}, "");
        row("must match", request("GET /letters.txt", "If-Match: \"x\"\r\n"), 412);
        row("must be unmodified",
            request("GET /letters.txt", "If-Unmodified-Since: Tue, 14 Nov 2023 21:56:39 GMT\r\n"),
            412);
        row("range if unmodified",
            request("GET /letters.txt",
                    "Range: bytes=0-2\r\nIf-Range: Tue, 14 Nov 2023 21:56:40 GMT\r\n"),
            206, {}, "abc");
        row("range, but modified",
            request("GET /letters.txt",
                    "Range: bytes=0-2\r\nIf-Range: Tue, 14 Nov 2023 21:56:41 GMT\r\n"),
            200, {}, alphabet);
        row("range, other tag",
            request("GET /letters.txt", "Range: bytes=0-2\r\nIf-Range: \"x\"\r\n"), 200, {},
            alphabet);
    }

    void answers()
    {
        QFETCH(QByteArray, asked);
        QFETCH(int, status);
        QFETCH(QByteArrayList, lines);
        QFETCH(QByteArray, body);

        const Site site;
        test::FakeClock clock;
        net::Loop loop(clock);
        const auto target = sharing({site.path()});
        for (const Way way : {Way::Memory, Way::Socket}) {
            HttpVisitor visitor(loop, *target, way);
            const auto answer = visitor.ask(asked);
            QCOMPARE(answer.status, status);
            QVERIFY(answer.head.startsWith("HTTP/1.1 "));
            for (const auto &line : lines)
                QVERIFY2(answer.head.contains("\r\n" + line + "\r\n"), answer.head.constData());
            if (!body.isNull())
                QCOMPARE(answer.body, body);
            QVERIFY(visitor.isQuiet()); // kept alive, and not a byte too many
        }
    }

    void sendsSeveralRanges()
    {
        const Site site;
        net::Loop loop;
        const auto target = sharing({site.path()});
        HttpVisitor visitor(loop, *target);
        const auto answer = visitor.get("/letters.txt", "Range: bytes=0-1,5-7,-1\r\n");
        QCOMPARE(answer.status, 206);
        QVERIFY(answer.header("Content-Range").isNull());
        const auto type = answer.header("Content-Type");
        QVERIFY(type.startsWith("multipart/byteranges; boundary="));
        const auto boundary = "--" + type.sliced(type.indexOf('=') + 1);
        const auto part = [&](const char *range, const char *bytes) {
            return boundary + "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes "
                + range + "/26\r\n\r\n" + bytes + "\r\n";
        };
        QCOMPARE(answer.body,
                 part("0-1", "ab") + part("5-7", "fgh") + part("25-25", "z") + boundary + "--\r\n");
        QCOMPARE(visitor.get("/letters.txt").body, alphabet); // and the framing was right
    }

    void tagTellsContentsApart()
    {
        const Site site;
        net::Loop loop;
        const auto target = sharing({site.path()});
        HttpVisitor visitor(loop, *target);
        const auto tag = visitor.get("/letters.txt").header("ETag");
        QVERIFY(tag.startsWith('"') && tag.endsWith('"') && tag.size() > 10);
        QCOMPARE(visitor.get("/letters.txt").header("ETag"), tag);
        const auto unchanged = visitor.get("/letters.txt", "If-None-Match: " + tag + "\r\n");
        QCOMPARE(unchanged.status, 304);
        QCOMPARE(unchanged.header("ETag"), tag);
        QCOMPARE(visitor.get("/letters.txt", "If-Match: " + tag + "\r\n").status, 200);
        const auto conditional = "Range: bytes=0-0\r\nIf-Range: " + tag + "\r\n";
        QCOMPARE(visitor.get("/letters.txt", conditional).body, "a");

        const auto other = visitor.get("/data").header("ETag");
        QVERIFY(other != tag);
        site.setTime("letters.txt", now - 999); // same size, another time
        QVERIFY(visitor.get("/letters.txt").header("ETag") != tag);
        QCOMPARE(visitor.get("/letters.txt", "If-None-Match: " + tag + "\r\n").status, 200);
        QCOMPARE(visitor.get("/letters.txt", conditional).body, alphabet);
    }

    void saysNoTimeThatHasNotCome()
    {
        const Site site;
        site.setTime("letters.txt", now + 5000);
        test::FakeClock clock;
        net::Loop loop(clock);
        const auto target = sharing({site.path()});
        HttpVisitor visitor(loop, *target);
        const auto answer = visitor.get("/letters.txt");
        QCOMPARE(answer.header("Last-Modified"), answer.header("Date"));
    }
};

QTEST_GUILESS_MAIN(TestAnswer)
#include "tst_answer.moc"
