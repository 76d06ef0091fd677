#include "kitecore/share/shareconnection.h"

#include <QTest>

#include "tests/kitecore/share/site.h"
#include "tests/support/fakeclock.h"
#include "tests/support/httpvisitor.h"
#include "tests/support/slicing.h"

using namespace kite;
using namespace kite::share;
using namespace kite::test;
using Way = HttpVisitor::Way;

/// Requests in a row on one connection, and how long a visitor is waited for.
class TestShareConnection : public QObject
{
    Q_OBJECT

private Q_SLOTS:
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
};

QTEST_GUILESS_MAIN(TestShareConnection)
#include "tst_shareconnection.moc"
