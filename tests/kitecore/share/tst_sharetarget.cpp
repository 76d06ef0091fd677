#include "kitecore/share/sharetarget.h"

#include <atomic>

#include <unistd.h>

#include <QTest>
#include <QThread>

#include "tests/kitecore/share/site.h"
#include "tests/support/fakeclock.h"
#include "tests/support/httpvisitor.h"

using namespace kite;
using namespace kite::share;
using namespace kite::test;
using Way = HttpVisitor::Way;

class TestShareTarget : public QObject
{
    Q_OBJECT

private Q_SLOTS:
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

    /// So many requests as are answered in one turn.
    void mayBeStoppedAtTheEndOfATurn()
    {
        const Site site;
        net::Loop loop;
        for (const int stopAt : {3, 4, 5}) {
            auto target = sharing({site.path()});
            int visits = 0;
            target->onVisit([&](const Visit &) {
                if (++visits == stopAt)
                    target.reset();
            });
            HttpVisitor visitor(loop, *target);
            visitor.driver.send(request("GET /letters.txt").repeated(6));
            QVERIFY(test::eventually([&] { return visitor.driver.isOver(); }));
            QCOMPARE(visits, stopAt);
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
