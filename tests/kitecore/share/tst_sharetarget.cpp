#include <atomic>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QTest>
#include <QThread>

#include "kitecore/http/httpdate.h"
#include "kitecore/share/shareconnection.h"
#include "kitecore/share/sharetarget.h"
#include "tests/support/fakeclock.h"
#include "tests/support/httpvisitor.h"
#include "tests/support/sharedfolder.h"
#include "tests/support/slicing.h"

using namespace kite;
using namespace kite::share;
using kite::test::HttpAnswer;
using kite::test::HttpVisitor;
using Way = HttpVisitor::Way;

namespace {

const QByteArray alphabet = "abcdefghijklmnopqrstuvwxyz";
/// 2023-11-14T22:13:20Z, when FakeClock begins.
constexpr qint64 now = 1'700'000'000;

/// What most tests share.
class Site : public test::SharedFolder
{
public:
    Site()
    {
        write("letters.txt", alphabet);
        write("empty.bin", "");
        write("page/index.html", "<p>page</p>");
        write("folder/inner.txt", "inner");
        write(".hidden", "hidden");
        write("data", QByteArray(200'000, 'd'));
        setTime("letters.txt", now - 1000);
    }

    void setTime(const QByteArray &name, qint64 seconds) const
    {
        const timespec times[2] {{seconds, 0}, {seconds, 0}};
        ::utimensat(AT_FDCWD, file(name).constData(), times, 0);
    }
};

std::shared_ptr<ShareTarget> sharing(const QStringList &paths, ShareOptions options = {},
                                     std::shared_ptr<stats::Meter> meter = {})
{
    auto target = ShareTarget::open(paths, options, std::move(meter));
    if (!target)
        qFatal("cannot share %s", qPrintable(target.error().path));
    return *target;
}

QByteArray request(const QByteArray &line, const QByteArray &headers = {})
{
    return line + " HTTP/1.1\r\nHost: kite.example\r\n" + headers + "\r\n";
}

} // namespace

class TestShareTarget : public QObject
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

    void refusesAndCloses_data()
    {
        QTest::addColumn<QByteArray>("asked");
        QTest::addColumn<int>("status");

        QTest::newRow("garbage") << QByteArray("\x16\x03\x01") << 400;
        QTest::newRow("two words") << QByteArray("GET /\r\n") << 400;
        QTest::newRow("HTTP/2") << QByteArray("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") << 505;
        QTest::newRow("no host") << QByteArray("GET /letters.txt HTTP/1.1\r\n\r\n") << 400;
        QTest::newRow("two hosts") << request("GET /", "Host: b\r\n") << 400;
        QTest::newRow("folded") << request("GET /", "A: b\r\n c\r\n") << 400;
        QTest::newRow("two framings")
            << request("POST /", "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n") << 400;
        QTest::newRow("endless line") << "GET /" + QByteArray(limits::maxHeadBytes, 'x') << 414;
        QTest::newRow("endless head")
            << "GET / HTTP/1.1\r\nA: " + QByteArray(limits::maxHeadBytes, 'x') << 431;
        QTest::newRow("chunked body") << request("POST /", "Transfer-Encoding: chunked\r\n")
                + "0\r\n\r\n" << 405;
        QTest::newRow("long body") << request("POST /", "Content-Length: 999999999\r\n") << 405;
        QTest::newRow("expects 100")
            << request("POST /", "Content-Length: 3\r\nExpect: 100-continue\r\n") << 405;
        QTest::newRow("close asked") << request("GET /letters.txt", "Connection: close\r\n") << 200;
        QTest::newRow("HTTP/1.0") << QByteArray("GET /letters.txt HTTP/1.0\r\n\r\n") << 200;
    }

    void refusesAndCloses()
    {
        QFETCH(QByteArray, asked);
        QFETCH(int, status);

        const Site site;
        net::Loop loop;
        const auto target = sharing({site.path()});
        for (const Way way : {Way::Memory, Way::Socket}) {
            HttpVisitor visitor(loop, *target, way);
            const auto answer = visitor.ask(asked);
            QCOMPARE(answer.status, status);
            QCOMPARE(answer.header("Connection"), "close");
            QVERIFY(visitor.isClosed());
        }
    }

    void keepsOldClientsThatAsk()
    {
        const Site site;
        net::Loop loop;
        const auto target = sharing({site.path()});
        HttpVisitor visitor(loop, *target);
        for (int i = 0; i < 2; ++i) {
            const auto answer
                = visitor.ask("GET /letters.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            QCOMPARE(answer.body, alphabet);
            QCOMPARE(answer.header("Connection"), "keep-alive");
        }
        QVERIFY(visitor.isQuiet());
    }

    /// A conversation with everything in it comes to the same however it is cut.
    void answersInEverySlicing()
    {
        const Site site;
        net::Loop loop;
        const auto target = sharing({site.path()});
        const QByteArray conversation = request("GET /letters.txt", "Range: bytes=0-2\r\n")
            + request("POST /x", "Content-Length: 5\r\n") + "GET /" // a body, no request
            + request("GET /missing") + "\r\n"
            + request("GET /letters.txt", "Connection: close\r\n");
        test::forEachSlicing(conversation.size(), [&](qsizetype slice) {
            HttpVisitor visitor(loop, *target);
            test::inSlices(conversation, slice, [&](QByteArrayView part) {
                visitor.driver.send(part);
                QVERIFY(test::settles());
            });
            QCOMPARE(visitor.answer().body, "abc");
            QCOMPARE(visitor.answer().status, 405);
            QCOMPARE(visitor.answer().status, 404);
            QCOMPARE(visitor.answer().body, alphabet);
            QVERIFY(visitor.isClosed());
        });
    }

    void answersManySentAhead()
    {
        const Site site;
        net::Loop loop;
        const auto target = sharing({site.path()});
        for (const Way way : {Way::Memory, Way::Socket}) {
            HttpVisitor visitor(loop, *target, way);
            visitor.driver.send(request("GET /letters.txt").repeated(3000));
            for (int i = 0; i < 3000; ++i)
                QCOMPARE(visitor.answer().body, alphabet);
            QVERIFY(visitor.isQuiet());
        }
    }

    void answersSentAheadInOrderAroundABigFile()
    {
        const Site site;
        const auto content = test::pattern(3'000'000);
        site.write("big", content);
        net::Loop loop;
        const auto target = sharing({site.path()});
        for (const Way way : {Way::Memory, Way::Socket}) {
            HttpVisitor visitor(loop, *target, way);
            visitor.driver.send(request("GET /letters.txt") + request("GET /big")
                                + request("GET /letters.txt", "Range: bytes=0-0\r\n"));
            QCOMPARE(visitor.answer().body, alphabet);
            QVERIFY(visitor.answer().body == content);
            QCOMPARE(visitor.answer().body, "a");
        }
    }

    void answersAVisitorWhoHasNothingMoreToSay()
    {
        const Site site;
        net::Loop loop;
        const auto target = sharing({site.path()});
        for (const Way way : {Way::Memory, Way::Socket}) {
            HttpVisitor visitor(loop, *target, way);
            visitor.driver.send(request("GET /data") + request("GET /letters.txt"));
            visitor.driver.finish();
            QCOMPARE(visitor.answer().body.size(), 200'000);
            QCOMPARE(visitor.answer().body, alphabet);
            QVERIFY(visitor.isClosed());
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

    void servesNamesOfAllKinds_data()
    {
        QTest::addColumn<QByteArray>("name");

        QTest::newRow("blanks") << QByteArray("a b  c.txt");
        QTest::newRow("quotes") << QByteArray("it's \"quoted\".txt");
        QTest::newRow("markup") << QByteArray("<script>alert(1)&amp;.txt");
        QTest::newRow("percent") << QByteArray("100%41%zz.txt");
        QTest::newRow("query") << QByteArray("a?b=c&d#e.txt");
        QTest::newRow("colon") << QByteArray("javascript:alert(1)");
        QTest::newRow("plus") << QByteArray("a+b;c=d,e.txt");
        QTest::newRow("UTF-8") << QByteArray("\xc3\xa4\xe2\x82\xac\xf0\x9f\xaa\x81.txt");
        QTest::newRow("right to left") << QByteArray("\xd9\x85\xd9\x84\xd9\x81.txt");
        QTest::newRow("direction override") << QByteArray("a\xe2\x80\xae"
                                                          "txt.exe");
        QTest::newRow("no UTF-8") << QByteArray("gr\xfc\xdf\xff.txt");
        QTest::newRow("line break") << QByteArray("a\r\nSet-Cookie: b.txt");
        QTest::newRow("dots") << QByteArray("..a..");
        QTest::newRow("tilde") << QByteArray("~");
        QTest::newRow("long") << QByteArray(255, 'n');
    }

    /// Whatever a name is made of: the listing's link leads to the file, and nothing gets loose.
    void servesNamesOfAllKinds()
    {
        QFETCH(QByteArray, name);

        const test::SharedFolder site;
        const bool hidden = name.startsWith('.');
        site.write("sub/" + name, "found");
        net::Loop loop;
        const auto target = sharing({site.path()}, {.hiddenFiles = hidden});
        HttpVisitor visitor(loop, *target);
        const auto page = visitor.get("/sub/").body;
        const auto rows = page.sliced(page.indexOf("Parent folder"));
        const auto begin = rows.indexOf("<td><a href=\"") + 13;
        const auto link = rows.sliced(begin, rows.indexOf('"', begin) - begin);
        for (const char c : link)
            QVERIFY(std::isalnum(static_cast<unsigned char>(c)) || strchr("-._~%", c));
        QCOMPARE(visitor.get("/sub/" + link).body, "found");
        QVERIFY(!page.contains("<script>"));
        QVERIFY(page.isValidUtf8());
        if (name.contains("quoted"))
            QVERIFY(page.contains("it&#39;s &quot;quoted&quot;"));
    }

    void servesOneFile()
    {
        const Site site;
        net::Loop loop;
        const auto target = sharing({site.path() + QStringLiteral("/letters.txt")});
        HttpVisitor visitor(loop, *target);
        const auto top = visitor.get("/");
        QCOMPARE(top.body, alphabet);
        QCOMPARE(top.header("Content-Type"), "text/plain; charset=utf-8");
        QCOMPARE(top.header("Content-Disposition"), "inline; filename*=UTF-8''letters.txt");
        const auto named = visitor.get("/letters.txt");
        QCOMPARE(named.body, alphabet);
        QVERIFY(named.header("Content-Disposition").isNull());
        QCOMPARE(visitor.get("/data").status, 404);
        QCOMPARE(visitor.get("/letters.txt/").status, 404);
        QCOMPARE(visitor.get("/letters.txt/x").status, 404);

        site.write("new", "saved anew"); // as editors do: write beside, then rename
        QCOMPARE(::rename(site.file("new").constData(), site.file("letters.txt").constData()), 0);
        QCOMPARE(visitor.get("/").body, "saved anew");
        QVERIFY(QFile::remove(site.path() + QStringLiteral("/letters.txt")));
        QCOMPARE(visitor.get("/").status, 404);
    }

    void servesSeveralPaths()
    {
        const Site site;
        net::Loop loop;
        const auto target = sharing({site.path() + QStringLiteral("/letters.txt"),
                                     site.path() + QStringLiteral("/folder/")});
        HttpVisitor visitor(loop, *target);
        const auto top = visitor.get("/").body;
        QVERIFY(top.contains("href=\"letters.txt\""));
        QVERIFY(top.contains("href=\"folder/\""));
        QVERIFY(!top.contains("Parent folder"));
        QCOMPARE(visitor.get("/letters.txt").body, alphabet);
        QCOMPARE(visitor.get("/folder").header("Location"), "/folder/");
        QCOMPARE(visitor.get("/folder/inner.txt").body, "inner");
        QCOMPARE(visitor.get("/inner.txt").status, 404);
        QCOMPARE(visitor.get("/data").status, 404);
        QVERIFY(visitor.get("/folder/").body.contains("href=\"../\""));
    }

    void hidesWhatIsHidden()
    {
        const Site site;
        site.write(".git/config", "hidden");
        net::Loop loop;
        const auto closed = sharing({site.path()});
        HttpVisitor visitor(loop, *closed);
        for (const char *path : {"/.hidden", "/.git/", "/.git/config", "/.git"})
            QCOMPARE(visitor.get(path).status, 404);
        QVERIFY(!visitor.get("/").body.contains("hidden"));

        const auto open = sharing({site.path()}, {.hiddenFiles = true});
        HttpVisitor other(loop, *open);
        QCOMPARE(other.get("/.hidden").body, "hidden");
        QCOMPARE(other.get("/.git/config").body, "hidden");
        QVERIFY(other.get("/").body.contains(".hidden"));
    }

    void listsOnlyIfAllowed()
    {
        const Site site;
        net::Loop loop;
        const auto target = sharing({site.path()}, {.listing = false});
        HttpVisitor visitor(loop, *target);
        QCOMPARE(visitor.get("/").status, 403);
        QCOMPARE(visitor.get("/folder/").status, 403);
        QCOMPARE(visitor.get("/page/").status, 200);
        QCOMPARE(visitor.get("/folder/inner.txt").status, 200);
    }

    void namesTheKite()
    {
        const Site site;
        net::Loop loop;
        const auto target = sharing({site.path()});
        HttpVisitor visitor(loop, *target);
        for (const char *path : {"/", "/folder/", "/missing"})
            QVERIFY(visitor.get(path).body.contains("<title>kite.example</title>"));
    }

    void tellsWhatTheSystemDenies()
    {
        const Site site;
        ::chmod(site.file("letters.txt").constData(), 0);
        ::chmod(site.file("folder").constData(), 0);
        ::chmod(site.bytes().constData(), 0755);
        net::Loop loop;
        const auto target = sharing({site.path()});
        HttpVisitor visitor(loop, *target);
        const bool isRoot = ::geteuid() == 0; // whom nothing is denied
        if (isRoot)
            QCOMPARE(::seteuid(65534), 0);
        const auto file = visitor.get("/letters.txt");
        const auto folder = visitor.get("/folder/");
        const auto inside = visitor.get("/folder/inner.txt");
        const auto listing = visitor.get("/");
        if (isRoot)
            QCOMPARE(::seteuid(0), 0);
        ::chmod(site.file("folder").constData(), 0755);
        QCOMPARE(file.status, 403);
        QCOMPARE(folder.status, 403);
        QCOMPARE(inside.status, 403);
        QCOMPARE(listing.status, 200);
    }

    void tellsVisits()
    {
        const Site site;
        test::FakeClock clock;
        net::Loop loop(clock);
        QList<Visit> visits;
        const auto target = sharing({site.path()});
        target->onVisit([&](const Visit &visit) { visits << visit; });
        HttpVisitor visitor(loop, *target);
        visitor.get("/letters.txt?q=1");
        visitor.ask(request("HEAD /letters.txt"));
        visitor.get("/data", "Range: bytes=0-9\r\n");
        visitor.get("/missing%20x");
        visitor.ask("nonsense\r\n\r\n");
        QCOMPARE(visits.size(), 4);
        QCOMPARE(visits[0].visitor, QStringLiteral("192.0.2.1"));
        QCOMPARE(visits[0].method, "GET");
        QCOMPARE(visits[0].path, "/letters.txt");
        QCOMPARE(visits[0].status, 200);
        QCOMPARE(visits[0].bytes, 26);
        QCOMPARE(visits[0].milliseconds, 0);
        QCOMPARE(visits[1].method, "HEAD");
        QCOMPARE(visits[1].bytes, 0);
        QCOMPARE(visits[2].status, 206);
        QCOMPARE(visits[2].bytes, 10);
        QCOMPARE(visits[3].path, "/missing%20x");
        QCOMPARE(visits[3].status, 404);
    }

    void counts()
    {
        const Site site;
        net::Loop loop;
        const auto meter = std::make_shared<stats::Meter>();
        const auto target = sharing({site.path()}, {}, meter);
        const auto asked = request("GET /data");
        {
            HttpVisitor visitor(loop, *target);
            QCOMPARE(meter->streams(), 1);
            const auto answer = visitor.ask(asked);
            QCOMPARE(meter->in(), asked.size());
            QCOMPARE(meter->out(), answer.head.size() + answer.body.size());
        }
        QVERIFY(test::eventually([&] { return meter->streams() == 0; }));
        QCOMPARE(meter->visits(), 1);
    }

    void losesPatience_data()
    {
        QTest::addColumn<QByteArray>("sent");
        QTest::addColumn<int>("seconds");
        QTest::addColumn<int>("status"); // 0: closed without a word

        QTest::newRow("nothing") << QByteArray() << 20 << 0;
        QTest::newRow("half a head") << QByteArray("GET / HTTP/1.1\r\nHos") << 20 << 408;
        QTest::newRow("idle after an answer") << request("GET /letters.txt") << 30 << 0;
        QTest::newRow("missing body")
            << request("POST /letters.txt", "Content-Length: 5\r\n") + "12" << 30 << 0;
    }

    void losesPatience()
    {
        QFETCH(QByteArray, sent);
        QFETCH(int, seconds);
        QFETCH(int, status);

        const Site site;
        test::FakeClock clock;
        net::Loop loop(clock);
        const auto target = sharing({site.path()});
        HttpVisitor visitor(loop, *target);
        visitor.driver.send(sent);
        QVERIFY(test::settles());
        while (test::takeAnswer(visitor.driver.received)) {}
        clock.advance(std::chrono::seconds {seconds - 1});
        loop.deadlines().tick();
        QVERIFY(visitor.isQuiet());
        clock.advance(std::chrono::seconds {2});
        loop.deadlines().tick();
        if (status != 0)
            QCOMPARE(visitor.answer().status, status);
        QVERIFY(visitor.isClosed());
    }

    /// A trickle of single bytes does not make the time for a head longer.
    void aTrickleGainsNoTime()
    {
        const Site site;
        test::FakeClock clock;
        net::Loop loop(clock);
        const auto target = sharing({site.path()});
        HttpVisitor visitor(loop, *target);
        const auto head = request("GET /letters.txt");
        for (qsizetype at = 0; at < 25 && !visitor.driver.isOver(); ++at) {
            visitor.driver.send(head.sliced(at, 1));
            QVERIFY(test::settles());
            clock.advance(std::chrono::seconds {1});
            loop.deadlines().tick();
        }
        QCOMPARE(visitor.answer().status, 408);
    }

    /// Half a request, and no room for the answer to it: that wait has its end too.
    void givesUpOnAVisitorWhoDoesNotTakeTheBadNews()
    {
        const Site site;
        site.write("much", QByteArray(261'500, 'm')); // leaves little of the pair's 256 KiB
        test::FakeClock clock;
        net::Loop loop(clock);
        const auto meter = std::make_shared<stats::Meter>();
        const auto target = sharing({site.path()}, {}, meter);
        HttpVisitor visitor(loop, *target);
        visitor.driver.pause();
        visitor.driver.send(request("GET /much") + "GET /");
        QVERIFY(test::settles());
        clock.advance(ShareConnection::idleTimeout + std::chrono::seconds {1});
        loop.deadlines().tick();
        QVERIFY(test::settles());
        QCOMPARE(meter->streams(), 1);
        clock.advance(ShareConnection::stallTimeout + std::chrono::seconds {1});
        loop.deadlines().tick();
        QVERIFY(test::eventually([&] { return meter->streams() == 0; }));
    }

    void givesUpOnAVisitorWhoTakesNothing()
    {
        const Site site;
        site.write("big", QByteArray(3'000'000, 'b'));
        test::FakeClock clock;
        net::Loop loop(clock);
        QList<Visit> visits;
        const auto target = sharing({site.path()});
        target->onVisit([&](const Visit &visit) { visits << visit; });
        HttpVisitor visitor(loop, *target);
        visitor.driver.pause();
        visitor.driver.send(request("GET /big"));
        QVERIFY(test::settles());
        clock.advance(ShareConnection::stallTimeout - std::chrono::seconds {1});
        loop.deadlines().tick();
        visitor.driver.resume(); // takes a little
        QVERIFY(test::eventually([&] { return visitor.driver.received.size() > 300'000; }));
        visitor.driver.pause();
        QVERIFY(test::settles());
        clock.advance(ShareConnection::stallTimeout - std::chrono::seconds {1});
        loop.deadlines().tick();
        QVERIFY(visits.isEmpty());
        clock.advance(std::chrono::seconds {2});
        loop.deadlines().tick();
        QCOMPARE(visits.size(), 1);
        QVERIFY(visits[0].bytes < 3'000'000);
        visitor.driver.resume();
        QVERIFY(test::eventually([&] { return visitor.driver.isOver(); }));
        QVERIFY(visitor.driver.received.size() < 3'000'000);
    }

    void survivesVisitorsWhoLeave()
    {
        const Site site;
        site.write("big", QByteArray(8'000'000, 'b'));
        net::Loop loop;
        const auto meter = std::make_shared<stats::Meter>();
        const auto target = sharing({site.path()}, {}, meter);
        for (const Way way : {Way::Memory, Way::Socket}) {
            HttpVisitor visitor(loop, *target, way);
            visitor.driver.send(request("GET /big"));
            QVERIFY(test::eventually([&] { return visitor.driver.received.size() > 100'000; }));
            visitor.driver.close();
            QVERIFY(test::eventually([&] { return meter->streams() == 0; }));
        }
    }

    /// Everything is sent before the connection is closed, though the visitor goes on sending.
    void answersBeforeItCloses()
    {
        const Site site;
        net::Loop loop;
        const auto target = sharing({site.path()});
        HttpVisitor visitor(loop, *target, Way::Socket);
        visitor.driver.send(request("GET /data", "Connection: close\r\n")
                            + QByteArray(500'000, 'x'));
        QCOMPARE(visitor.answer().body.size(), 200'000);
    }

    void changesWhileSent_data()
    {
        QTest::addColumn<Way>("way");
        QTest::addColumn<QByteArray>("change");

        for (const QByteArray change : {"shorter", "empty", "rewritten"}) {
            QTest::addRow("%s, memory", change.constData()) << Way::Memory << change;
            QTest::addRow("%s, socket", change.constData()) << Way::Socket << change;
        }
    }

    /// A file that becomes another while it is sent ends the connection early: nothing is made up,
    /// and nobody takes half of one and half of another for a whole.
    void changesWhileSent()
    {
        QFETCH(Way, way);
        QFETCH(QByteArray, change);

        constexpr qsizetype size = 40'000'000;
        const Site site;
        site.write("big", QByteArray(size, 'o'));
        site.setTime("big", now);
        net::Loop loop;
        const auto target = sharing({site.path()});
        HttpVisitor visitor(loop, *target, way);
        visitor.driver.send(request("GET /big"));
        QVERIFY(test::eventually([&] { return visitor.driver.received.size() > 100'000; }));
        if (change == "rewritten") {
            QFile file(site.path() + QStringLiteral("/big"));
            QVERIFY(file.open(QIODevice::ReadWrite));
            QVERIFY(file.seek(size - 10));
            file.write("new");
        } else {
            QCOMPARE(::truncate(site.file("big").constData(), change == "empty" ? 0 : size - 10),
                     0);
        }
        QVERIFY(test::eventually([&] { return visitor.driver.isOver(); }));
        auto received = visitor.driver.received;
        QVERIFY(received.size() < size);
        received.remove(0, received.indexOf("\r\n\r\n") + 4);
        QVERIFY(received == QByteArray(received.size(), 'o'));
    }

    /// Whoever asks for a large folder again and again must not keep others waiting.
    void takesTurnsWithLargeFolders()
    {
        const Site site;
        for (int i = 0; i < 3'000; ++i)
            site.write("many/" + QByteArray::number(i), "x");
        net::Loop loop;
        const auto target = sharing({site.path()});
        HttpVisitor greedy(loop, *target, Way::Socket);
        greedy.driver.send(request("HEAD /many/").repeated(50));
        HttpVisitor modest(loop, *target, Way::Socket);
        QCOMPARE(modest.get("/letters.txt").status, 200);
        QVERIFY(greedy.driver.received.count("HTTP/1.1 200") < 50);
        QVERIFY(
            test::eventually([&] { return greedy.driver.received.count("HTTP/1.1 200") == 50; }));
    }

    /// As a log does.
    void goesOnWithAFileThatGrows()
    {
        const Site site;
        const auto content = test::pattern(4'000'000);
        net::Loop loop;
        const auto target = sharing({site.path()});
        for (const Way way : {Way::Memory, Way::Socket}) {
            site.write("log", content);
            site.setTime("log", now);
            HttpVisitor visitor(loop, *target, way);
            visitor.driver.send(request("GET /log"));
            QVERIFY(test::eventually([&] { return visitor.driver.received.size() > 100'000; }));
            QFile file(site.path() + QStringLiteral("/log"));
            QVERIFY(file.open(QIODevice::Append));
            file.write("one line more\n");
            file.close();
            QVERIFY(visitor.answer().body == content);
        }
    }

    void goesOnWithADeletedOrReplacedFile()
    {
        const Site site;
        const auto content = test::pattern(4'000'000);
        site.write("big", content);
        site.write("other", "other");
        net::Loop loop;
        const auto target = sharing({site.path()});
        for (const Way way : {Way::Memory, Way::Socket}) {
            site.write("big", content);
            site.write("other", "other");
            HttpVisitor visitor(loop, *target, way);
            visitor.driver.send(request("GET /big"));
            QVERIFY(test::eventually([&] { return visitor.driver.received.size() > 100'000; }));
            QCOMPARE(::rename(site.file("other").constData(), site.file("big").constData()), 0);
            QVERIFY(visitor.answer().body == content);
            QCOMPARE(visitor.get("/big").body, "other");
        }
    }

    /// `rm -r dist; build`: the folder at the path is what is shared, whichever it is by now.
    void servesAFolderThatTookTheOldOnesPlace()
    {
        const Site site;
        net::Loop loop;
        const auto target = sharing({site.path()});
        HttpVisitor visitor(loop, *target);
        QCOMPARE(visitor.get("/letters.txt").status, 200);
        const auto away = QFile::encodeName(site.home() + QStringLiteral("/old"));
        QCOMPARE(::rename(site.bytes().constData(), away.constData()), 0);
        QCOMPARE(visitor.get("/letters.txt").status, 404);
        QCOMPARE(visitor.get("/").status, 404);
        site.makeFolder("");
        site.write("new.txt", "new");
        QCOMPARE(visitor.get("/new.txt").body, "new");
        QCOMPARE(visitor.get("/letters.txt").status, 404);
    }

    void endsConnectionsWithTheShare()
    {
        const Site site;
        site.write("big", QByteArray(8'000'000, 'b'));
        net::Loop loop;
        const auto meter = std::make_shared<stats::Meter>();
        auto target = sharing({site.path()}, {}, meter);
        HttpVisitor idle(loop, *target);
        HttpVisitor busy(loop, *target, Way::Socket);
        idle.get("/letters.txt");
        busy.driver.send(request("GET /big"));
        QVERIFY(test::eventually([&] { return busy.driver.received.size() > 100'000; }));
        target.reset();
        QVERIFY(idle.isClosed());
        QVERIFY(test::eventually([&] { return busy.driver.isOver(); }));
        QVERIFY(busy.driver.received.size() < 8'000'000);
        QVERIFY(test::eventually([&] { return meter->streams() == 0; }));
    }

    void mayBeStoppedByWhoIsTold()
    {
        const Site site;
        net::Loop loop;
        for (const QByteArray headers : {"", "Connection: close\r\n"}) {
            auto target = sharing({site.path()});
            target->onVisit([&](const Visit &) { target.reset(); });
            HttpVisitor visitor(loop, *target);
            visitor.driver.send(request("GET /letters.txt", headers).repeated(2));
            QVERIFY(test::eventually([&] { return visitor.driver.isOver(); }));
            QCOMPARE(visitor.answer().body, alphabet);
            QVERIFY(visitor.driver.received.isEmpty());
        }
    }

    void endsConnectionsWithTheLoop()
    {
        const Site site;
        const auto meter = std::make_shared<stats::Meter>();
        const auto target = sharing({site.path()}, {}, meter);
        {
            net::Loop loop;
            HttpVisitor visitor(loop, *target);
            visitor.get("/letters.txt");
            QCOMPARE(meter->streams(), 1);
        }
        QCOMPARE(meter->streams(), 0);
        net::Loop next; // and the share works on
        HttpVisitor visitor(next, *target);
        QCOMPARE(visitor.get("/letters.txt").body, alphabet);
    }

    /// Relays with several workers bring visitors on several threads.
    void servesOnSeveralThreads()
    {
        const Site site;
        const auto meter = std::make_shared<stats::Meter>();
        auto target = sharing({site.path()}, {}, meter);
        std::atomic<int> served = 0;
        std::atomic<int> ended = 0;
        std::vector<std::unique_ptr<QThread>> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back(QThread::create([&] {
                net::Loop loop;
                HttpVisitor visitor(loop, *target, Way::Socket);
                for (int n = 0; n < 200; ++n)
                    served += visitor.get("/letters.txt").body == alphabet ? 1 : 0;
                ended += test::eventually([&] { return visitor.driver.isOver(); }) ? 1 : 0;
            }));
            threads.back()->start();
        }
        QVERIFY(test::eventually([&] { return served == 4 * 200; }));
        target.reset(); // on this thread, while theirs hold connections
        for (const auto &thread : threads)
            QVERIFY(thread->wait(20'000));
        QCOMPARE(ended, 4);
        QCOMPARE(meter->streams(), 0);
    }

    void cannotBeMadeOf_data()
    {
        QTest::addColumn<QStringList>("names");
        QTest::addColumn<ShareError>("error");

        const auto device = QStringLiteral("/dev/null");
        QTest::newRow("nothing") << QStringList {} << ShareError::Missing;
        QTest::newRow("empty path") << QStringList {QString()} << ShareError::Missing;
        QTest::newRow("missing") << QStringList {QStringLiteral("missing")} << ShareError::Missing;
        QTest::newRow("device") << QStringList {device} << ShareError::NotAFile;
        QTest::newRow("pipe") << QStringList {QStringLiteral("pipe")} << ShareError::NotAFile;
        QTest::newRow("two of one name")
            << QStringList {QStringLiteral("folder"), QStringLiteral("page/folder")}
            << ShareError::Clash;
        QTest::newRow("one of two is missing")
            << QStringList {QStringLiteral("folder"), QStringLiteral("missing")}
            << ShareError::Missing;
    }

    void cannotBeMadeOf()
    {
        QFETCH(QStringList, names);
        QFETCH(ShareError, error);

        const Site site;
        site.makeFolder("page/folder");
        QCOMPARE(::mkfifo(site.file("pipe").constData(), 0644), 0);
        QStringList paths;
        for (const auto &name : names) {
            const bool isAbsolute = name.isEmpty() || name.startsWith(u'/');
            paths << (isAbsolute ? name : site.path() + u'/' + name);
        }
        const auto target = ShareTarget::open(paths, {}, {});
        QVERIFY(!target);
        QCOMPARE(target.error().error, error);
        if (!paths.isEmpty())
            QCOMPARE(target.error().path, paths.last());
    }
};

QTEST_GUILESS_MAIN(TestShareTarget)
#include "tst_sharetarget.moc"
