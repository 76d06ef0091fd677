#include <QTest>

#include "kitecore/http/responseframing.h"
#include "tests/support/doorfixture.h"
#include "tests/support/fakeclock.h"

using namespace kite;
using namespace kite::origin;
using namespace kite::test;

namespace {

const QByteArray added
    = "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: http\r\nX-PageKite-Port: 443\r\n";

QByteArray request(const QByteArray &line, const QByteArray &fields = {})
{
    return line + " HTTP/1.1\r\nHost: k.test\r\n" + fields + "\r\n";
}
/// The same as the target sees it.
QByteArray passed(const QByteArray &line, const QByteArray &fields = {})
{
    return line + " HTTP/1.1\r\n" + added + "Host: k.test\r\n" + fields + "\r\n";
}
QByteArray answer(const QByteArray &body)
{
    return "HTTP/1.1 200 OK\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n"
        + body;
}
QByteArray sized(const QByteArray &body)
{
    return "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
}
const QByteArray chunkedField = "Transfer-Encoding: chunked\r\n";

Rules forwarding()
{
    Rules rules;
    rules.forwardingFields = true;
    rules.firewall = true;
    return rules;
}

/// Each way that bytes come, in pieces of several sizes.
void addWays()
{
    QTest::addColumn<Way>("way");
    QTest::addColumn<qsizetype>("slice");
    for (const qsizetype slice : {1, 2, 3, 7, 40, 65'536}) {
        QTest::addRow("read by %d", int(slice)) << Way::Memory << slice;
        QTest::addRow("offered by %d", int(slice)) << Way::Link << slice;
    }
}

} // namespace

Q_DECLARE_METATYPE(kite::test::Way)

class TestPassage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void editsEveryRequest_data() { addWays(); }
    void editsEveryRequest()
    {
        QFETCH(Way, way);
        QFETCH(qsizetype, slice);
        DoorFixture f(forwarding(), way, slice);
        f.come();
        const QByteArray spoofed = "X-Forwarded-For: 1.1.1.1\r\n";
        const QByteArray old = "X-Old-" + spoofed;
        const QByteArray evil = request("GET /evil", spoofed);
        const QByteArray chunks = "5;x=y\r\nabcde\r\n0\r\nA: b\r\n\r\n";
        f.visitor->send(request("GET /1", spoofed));
        QVERIFY(f.sees(passed("GET /1", old)));
        f.origin()->send(answer("one"));
        f.visitor->send(request("POST /2", spoofed + sized(evil)) + evil
                        + request("GET /3", spoofed) + request("POST /4", chunkedField) + chunks
                        + "\r\n" + request("GET /5"));
        QVERIFY(f.sees(passed("GET /1", old) + passed("POST /2", old + sized(evil)) + evil
                       + passed("GET /3", old) + passed("POST /4", chunkedField) + chunks
                       + passed("GET /5")));
        QVERIFY(f.visitor->received == answer("one"));
        QCOMPARE(f.target->visitors.size(), 1U);
        QCOMPARE(f.target->visitors[0].port, 443);
    }

    void passesEnds()
    {
        DoorFixture f(forwarding());
        f.come();
        f.visitor->send(request("GET /"));
        f.visitor->finish();
        QVERIFY(eventually([&] { return f.origin() && f.origin()->ended; }));
        QCOMPARE(f.seen(), passed("GET /"));
        f.origin()->send("HTTP/1.0 200 OK\r\n\r\nup to the end");
        f.origin()->finish();
        QVERIFY(eventually([&] { return f.visitor->ended; }));
        QVERIFY(f.visitor->received.endsWith("up to the end"));
        QVERIFY(eventually([&] { return f.target->splices.count() == 0; }));
    }

    void refusesInOrder_data() { addWays(); }
    void refusesInOrder()
    {
        QFETCH(Way, way);
        QFETCH(qsizetype, slice);
        DoorFixture f(forwarding(), way, slice);
        f.come();
        f.visitor->send(request("GET /1") + request("HEAD /2") + request("GET /admin/")
                        + request("GET /never"));
        const QByteArray both = passed("GET /1") + passed("HEAD /2");
        QVERIFY(f.sees(both));
        QVERIFY(f.visitor->received.isEmpty());
        f.origin()->send(answer("one").chopped(1));
        QVERIFY(settles());
        f.origin()->send("e");
        QVERIFY(settles());
        QCOMPARE(f.visitor->received, answer("one"));
        const QByteArray two = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n";
        f.origin()->send(two);
        QVERIFY(f.getsPage(answer("one") + two, 500));
        QCOMPARE(f.seen(), both);
        QVERIFY(eventually([&] { return f.origin()->isOver(); }));
    }

    void refusesBetweenRequests_data()
    {
        QTest::addColumn<QByteArray>("bad");
        QTest::addColumn<int>("status");
        QTest::newRow("two framings") << request("POST /x", chunkedField + sized("abc"))
                + "0\r\n\r\n" << 400;
        QTest::newRow("garbage") << QByteArray("\x16\x03\x01\r\n") << 400;
        QTest::newRow("other host") << QByteArray("GET / HTTP/1.1\r\nHost: b.test\r\n\r\n") << 421;
        QTest::newRow("endless head") << "GET /" + QByteArray(70'000, 'x') << 431;
        QTest::newRow("firewall") << request("POST /wp-admin/", sized("abc")) + "abc" << 500;
        QTest::newRow("tunnel") << request("CONNECT k.test:80") << 405;
    }
    void refusesBetweenRequests()
    {
        QFETCH(QByteArray, bad);
        QFETCH(int, status);
        for (const Way way : {Way::Memory, Way::Link}) {
            DoorFixture f(forwarding(), way);
            f.come();
            f.visitor->send(request("GET /1"));
            QVERIFY(f.sees(passed("GET /1")));
            f.origin()->send(answer("one"));
            QVERIFY(eventually([&] { return f.visitor->received == answer("one"); }));
            f.visitor->send(bad);
            QVERIFY(f.getsPage(answer("one"), status));
            QCOMPARE(f.seen(), passed("GET /1"));
            QVERIFY(eventually([&] { return f.origin()->isOver(); }));
            QVERIFY(eventually([&] { return f.target->splices.count() == 0; }));
        }
    }

    /// What was passed of a body cannot be taken back, what is wrong with it stays out.
    void refusesInsideABody_data() { addWays(); }
    void refusesInsideABody()
    {
        QFETCH(Way, way);
        QFETCH(qsizetype, slice);
        DoorFixture f(forwarding(), way, slice);
        f.come();
        f.visitor->send(request("POST /", chunkedField) + "3\r\nabc\r\n");
        QVERIFY(f.sees(passed("POST /", chunkedField) + "3\r\nabc\r\n"));
        f.visitor->send("3\nabc\r\n0\r\n\r\n" + request("GET /evil"));
        QVERIFY(f.getsPage({}, 400));
        QVERIFY(eventually([&] { return f.origin()->isOver(); }));
        QCOMPARE(f.seen(), passed("POST /", chunkedField) + "3\r\nabc\r\n");
    }

    void aRefusalIsNoAnswerToAnotherRequest()
    {
        DoorFixture f(forwarding());
        f.come();
        f.visitor->send(request("GET /1") + request("GET /admin"));
        QVERIFY(f.sees(passed("GET /1")));
        f.origin()->finish(); // without an answer
        QVERIFY(eventually([&] { return f.visitor->isOver(); }));
        QVERIFY(f.visitor->received.isEmpty());
        QVERIFY(eventually([&] { return f.target->splices.count() == 0; }));
    }

    void changesProtocols_data() { addWays(); }
    void changesProtocols()
    {
        QFETCH(Way, way);
        QFETCH(qsizetype, slice);
        DoorFixture f(forwarding(), way, slice);
        f.come();
        const QByteArray upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
        const QByteArray frames = "\x81\x05Hello" + request("GET /admin") + "\n\n";
        f.visitor->send(request("GET /1") + request("GET /ws", upgrade) + frames.first(20));
        const QByteArray heads = passed("GET /1") + passed("GET /ws", upgrade);
        QVERIFY(f.sees(heads)); // the rest waits
        f.origin()->send(answer("one"));
        QVERIFY(settles());
        QCOMPARE(f.seen(), heads);
        const QByteArray switching
            = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x02hi";
        f.origin()->send(switching);
        QVERIFY(f.sees(heads + frames.first(20)));
        f.visitor->send(frames.sliced(20));
        QVERIFY(f.sees(heads + frames));
        f.origin()->send("HTTP/1.1 101 x\r\n\r\n");
        QVERIFY(eventually([&] {
            return f.visitor->received == answer("one") + switching + "HTTP/1.1 101 x\r\n\r\n";
        }));
        f.visitor->finish();
        QVERIFY(eventually([&] { return f.origin()->ended; }));
        f.origin()->finish();
        QVERIFY(eventually([&] { return f.visitor->ended; }));
    }

    void staysHttpWhereAnUpgradeIsRefused()
    {
        for (const Way way : {Way::Memory, Way::Link}) {
            DoorFixture f(forwarding(), way);
            f.come();
            const QByteArray upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
            f.visitor->send(request("GET /ws", upgrade) + request("GET /2"));
            QVERIFY(f.sees(passed("GET /ws", upgrade)));
            f.origin()->send("HTTP/1.1 100 Continue\r\n\r\n");
            QVERIFY(f.sees(passed("GET /ws", upgrade)));
            f.origin()->send(answer("no"));
            QVERIFY(f.sees(passed("GET /ws", upgrade) + passed("GET /2")));
            f.visitor->send(request("GET /admin"));
            f.origin()->send(answer("two"));
            QVERIFY(
                f.getsPage("HTTP/1.1 100 Continue\r\n\r\n" + answer("no") + answer("two"), 500));
        }
    }

    void aSwitchThatNobodyAskedForEndsAll()
    {
        DoorFixture f(forwarding());
        f.come();
        f.visitor->send(request("GET /"));
        QVERIFY(f.sees(passed("GET /")));
        f.origin()->send("HTTP/1.1 101 Switching Protocols\r\n\r\n");
        QVERIFY(eventually([&] { return f.visitor->isOver() && f.origin()->isOver(); }));
    }

    /// More than are ever passed on unanswered.
    void manyRequestsAtOnce_data() { addWays(); }
    void manyRequestsAtOnce()
    {
        QFETCH(Way, way);
        QFETCH(qsizetype, slice);
        constexpr int count = 100;
        DoorFixture f(forwarding(), way, slice);
        f.come();
        f.visitor->send(request("GET /").repeated(count));
        QVERIFY(settles());
        constexpr int most = http::ResponseFraming::maxUnanswered;
        QCOMPARE(f.seen(), passed("GET /").repeated(most));
        for (int n = 0; n < count; ++n) {
            f.origin()->send(answer("x"));
            const auto expected = std::min(n + 1 + most, count);
            QVERIFY(f.sees(passed("GET /").repeated(expected)));
        }
        QVERIFY(eventually([&] { return f.visitor->received == answer("x").repeated(count); }));
    }

    void bulk_data()
    {
        QTest::addColumn<Way>("way");
        QTest::addColumn<bool>("chunked");
        QTest::newRow("read, length") << Way::Memory << false;
        QTest::newRow("read, chunks") << Way::Memory << true;
        QTest::newRow("offered, length") << Way::Link << false;
        QTest::newRow("offered, chunks") << Way::Link << true;
    }
    void bulk()
    {
        QFETCH(Way, way);
        QFETCH(bool, chunked);
        DoorFixture f(forwarding(), way);
        f.come();
        QByteArray body = pattern(5'000'000);
        if (chunked) {
            QByteArray chunks;
            for (qsizetype at = 0, size = 1; at < body.size(); at += size, size = size * 3 % 99'991)
                chunks += QByteArray::number(std::min(size, body.size() - at), 16) + "\r\n"
                    + body.mid(at, size) + "\r\n";
            body = chunks + "0\r\n\r\n";
        }
        const auto field = chunked ? chunkedField : sized(body);
        f.visitor->send(request("PUT /", field));
        QVERIFY(f.sees(passed("PUT /", field)));
        f.origin()->pause(); // a target that takes nothing stops the visitor
        f.visitor->send(body + request("GET /"));
        QVERIFY(settles());
        QVERIFY(f.visitor->unsentBytes() > 3'500'000);
        f.origin()->resume();
        const QByteArray down = pattern(5'000'000, 2);
        f.origin()->send(answer(down));
        QVERIFY(f.sees(passed("PUT /", field) + body + passed("GET /")));
        QVERIFY(eventually([&] { return f.visitor->received == answer(down); }));
        f.visitor->send(request("GET /admin"));
        f.origin()->send(answer({}));
        QVERIFY(f.getsPage(answer(down) + answer({}), 500));
    }

    void aHeadMustNotTakeLong()
    {
        FakeClock clock;
        DoorFixture f(forwarding(), Way::Link, 65'536, clock);
        f.come();
        f.visitor->send(request("GET /1"));
        QVERIFY(f.sees(passed("GET /1")));
        f.origin()->send(answer("one"));
        QVERIFY(settles());
        clock.advance(std::chrono::hours(1)); // between requests: as long as the target likes
        f.loop.deadlines().tick();
        f.visitor->send("GET /2 HTTP/1.1\r\n");
        QVERIFY(settles());
        clock.advance(limits::headTimeout - std::chrono::seconds(1));
        f.loop.deadlines().tick();
        QVERIFY(settles());
        f.visitor->send("Host: k.test\r\n"); // a little does not help
        QVERIFY(settles());
        QVERIFY(!f.visitor->isOver());
        clock.advance(std::chrono::seconds(2));
        f.loop.deadlines().tick();
        QVERIFY(f.getsPage(answer("one"), 408));
        QCOMPARE(f.seen(), passed("GET /1"));
    }

    void aBodyMayTakeLong()
    {
        FakeClock clock;
        DoorFixture f(forwarding(), Way::Link, 65'536, clock);
        f.come();
        f.visitor->send(request("POST /", chunkedField) + "5");
        QVERIFY(settles());
        clock.advance(std::chrono::hours(1));
        f.loop.deadlines().tick();
        f.visitor->send("\r\nabcde\r\n0\r\n\r\n");
        QVERIFY(f.sees(passed("POST /", chunkedField) + "5\r\nabcde\r\n0\r\n\r\n"));
    }

    void leavesNothingBehind()
    {
        for (const Way way : {Way::Memory, Way::Link}) {
            DoorFixture f(forwarding(), way);
            f.come();
            f.visitor->send("GET /1 HTTP/1.1\r\nHo");
            QVERIFY(settles());
            f.visitor->close(); // before there is a request
            QVERIFY(settles());
            QVERIFY(f.target->visitors.empty());
            f.come();
            f.visitor->send(request("GET /1") + request("GET /admin"));
            QVERIFY(f.sees(passed("GET /1")));
            f.visitor->close(); // while a refusal waits
            f.origin()->send(answer("one"));
            f.origin()->finish();
            QVERIFY(eventually([&] { return f.target->splices.count() == 0; }));
        }
    }

    void theLoopEndsWithVisitorsInIt()
    {
        DoorFixture f(forwarding());
        f.come();
        f.visitor->send("GET /1 HT"); // before there is a request
        QVERIFY(settles());
        auto first = std::move(f.visitor);
        f.come();
        f.visitor->send(request("GET /1") + "GET");
        QVERIFY(f.sees(passed("GET /1")));
    }
};

QTEST_GUILESS_MAIN(TestPassage)
#include "tst_passage.moc"
