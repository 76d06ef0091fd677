#include <QTest>

#include "kitecore/http/responseframing.h"
#include "tests/support/doorfixture.h"
#include "tests/support/fakeclock.h"

using namespace kite;
using namespace kite::origin;
using namespace kite::test;
using namespace std::chrono_literals;

namespace {

QByteArray request(const QByteArray &line, const QByteArray &fields = {})
{
    return line + " HTTP/1.1\r\nHost: k.test\r\n" + fields + "\r\n";
}
const QByteArray answer = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes";
const QByteArray body = "abcdefgh";
const QByteArray sized = "Content-Length: 8\r\n";
const QByteArray chunkedHead = request("POST /", "Transfer-Encoding: chunked\r\n");
const QByteArray brokenChunks = "3\r\nabc\r\n5;a\nb\r\nhello\r\n0\r\n\r\n";

Rules guarding()
{
    Rules rules;
    rules.firewall = true;
    return rules;
}

/// Answers every head as soon as it comes, before it says how much it took of what was offered.
class PromptTarget final : public net::Target, private net::StreamUser
{
public:
    void visit(net::Loop &, std::unique_ptr<net::ByteStream> stream, const net::Visitor &) override
    {
        m_stream = std::move(stream);
        m_stream->setUser(this);
        m_stream->setInterest({.read = true});
    }

    QByteArray seen;
    bool isBroken = false; ///< the visitor is gone

private:
    void streamReady(net::ByteStream &stream, net::Readiness) override
    {
        char buffer[4096];
        const auto io = stream.read(buffer);
        if (io.status == net::Io::Status::Moved) {
            dataArrived(stream, QByteArrayView(buffer, io.bytes));
        } else if (io.status != net::Io::Status::Blocked) {
            isBroken = true;
            stream.setInterest({});
        }
    }

    qsizetype dataArrived(net::ByteStream &stream, QByteArrayView data) override
    {
        const auto heads = data.toByteArray().count("\r\n\r\n");
        for (qsizetype i = 0; i < heads; ++i)
            stream.write(QByteArrayView(answer));
        seen.append(data); // after the answers: it must still be there
        return data.size();
    }

    std::unique_ptr<net::ByteStream> m_stream;
};

void addWays()
{
    QTest::addColumn<Way>("way");
    QTest::addColumn<qsizetype>("slice");
    for (const qsizetype slice : {1, 3, 40, 65'536}) {
        QTest::addRow("read by %d", int(slice)) << Way::Memory << slice;
        QTest::addRow("offered by %d", int(slice)) << Way::Link << slice;
    }
}

} // namespace

Q_DECLARE_METATYPE(kite::test::Way)

/// Where a passage stops in the middle of what it was given.
class TestPassageHalts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aTargetAnswersWhileItIsGivenMore_data() { addWays(); }
    void aTargetAnswersWhileItIsGivenMore()
    {
        QFETCH(Way, way);
        QFETCH(qsizetype, slice);
        DoorFixture f(guarding(), way, slice);
        const auto target = std::make_shared<PromptTarget>();
        Doorkeeper door(target, guarding());
        auto [far, near] = net::streamPair(f.loop);
        StreamDriver visitor(std::move(far));
        if (way == Way::Link)
            near = std::make_unique<OfferingStream>(f.loop, std::move(near), slice);
        door.visit(f.loop, std::move(near), DoorFixture::httpVisitor());
        visitor.send(request("GET /1"));
        QVERIFY(eventually([&] { return visitor.received == answer; }));
        visitor.send(request("PUT /2", sized) + body + request("GET /3") + request("GET /admin/"));
        QVERIFY(eventually([&] { return visitor.isOver() && target->isBroken; }));
        QVERIFY(settles());
        QVERIFY(visitor.received.startsWith(answer.repeated(3) + "HTTP/1.1 500 "));
        QCOMPARE(target->seen,
                 request("GET /1") + request("PUT /2", sized) + body + request("GET /3"));
    }

    /// So many that no more may pass, and the last of them ends where others follow at once.
    void theLastOfManyEndsInTheMiddle_data() { addWays(); }
    void theLastOfManyEndsInTheMiddle()
    {
        QFETCH(Way, way);
        QFETCH(qsizetype, slice);
        constexpr int most = http::ResponseFraming::maxUnanswered;
        DoorFixture f(guarding(), way, slice);
        f.come();
        const QByteArray before = request("GET /").repeated(most - 1) + request("PUT /", sized);
        f.visitor->send(before + body.first(3));
        QVERIFY(f.sees(before + body.first(3)));
        f.visitor->send(body.sliced(3) + request("GET /a") + request("GET /b"));
        QVERIFY(f.sees(before + body));
        f.visitor->send(request("GET /c"));
        QVERIFY(settles());
        QCOMPARE(f.seen(), before + body);
        f.origin()->send(answer);
        QVERIFY(f.sees(before + body + request("GET /a")));
        f.origin()->send(answer.repeated(2));
        QVERIFY(f.sees(before + body + request("GET /a") + request("GET /b") + request("GET /c")));
    }

    /// The refusal has its own way to the visitor, and keeps out of what the target reads.
    void aRefusalBehindABodyThatIsAnswered_data() { addWays(); }
    void aRefusalBehindABodyThatIsAnswered()
    {
        QFETCH(Way, way);
        QFETCH(qsizetype, slice);
        DoorFixture f(guarding(), way, slice);
        f.come();
        f.visitor->send(request("PUT /", sized) + body.first(3));
        QVERIFY(f.sees(request("PUT /", sized) + body.first(3)));
        f.origin()->send(answer);
        QVERIFY(eventually([&] { return f.visitor->received == answer; }));
        f.visitor->send(body.sliced(3) + request("GET /admin/"));
        QVERIFY(f.getsPage(answer, 500));
        QCOMPARE(f.seen(), request("PUT /", sized) + body);
        QVERIFY(eventually([&] { return f.origin()->isOver(); }));
    }

    /// Its target waits for the rest, and could do so for ever.
    void aBodyThatBreaks_data() { addWays(); }
    void aBodyThatBreaks()
    {
        QFETCH(Way, way);
        QFETCH(qsizetype, slice);
        DoorFixture f(guarding(), way, slice);
        f.come();
        f.visitor->send(chunkedHead + brokenChunks);
        QVERIFY(f.getsPage({}, 400));
        QVERIFY(eventually([&] { return !f.origin() || f.origin()->isOver(); }));
    }

    void aBodyThatBreaksBehindAnotherRequest_data() { addWays(); }
    void aBodyThatBreaksBehindAnotherRequest()
    {
        QFETCH(Way, way);
        QFETCH(qsizetype, slice);
        DoorFixture f(guarding(), way, slice);
        f.come();
        f.visitor->send(request("GET /") + chunkedHead + brokenChunks);
        QVERIFY(eventually([&] { return f.seen().contains("POST"); }) && settles());
        QVERIFY(!f.visitor->isOver());
        f.origin()->send(answer);
        QVERIFY(f.getsPage(answer, 400));
        QVERIFY(eventually([&] { return f.origin()->isOver(); }));
    }

    void aBodyThatBreaksAfterItsAnswer()
    {
        DoorFixture f(guarding());
        f.come();
        f.visitor->send(chunkedHead);
        QVERIFY(f.sees(chunkedHead));
        f.origin()->send(answer);
        QVERIFY(eventually([&] { return f.visitor->received == answer; }));
        f.visitor->send(brokenChunks);
        QVERIFY(eventually([&] { return f.visitor->isOver(); }));
        QCOMPARE(f.visitor->received, answer); // a page would pass for another one's
    }

    void aTargetThatSaysNothing_data()
    {
        QTest::addColumn<QByteArray>("asked");
        QTest::addColumn<bool>("leaves");
        QTest::addColumn<bool>("isLetGo");
        const auto upgrade = request("GET /", "Upgrade: websocket\r\nConnection: Upgrade\r\n");
        const auto many = request("GET /").repeated(http::ResponseFraming::maxUnanswered + 1);
        const auto refused = request("GET /") + request("GET /admin/");
        QTest::newRow("asked for a switch, and left") << upgrade << true << true;
        QTest::newRow("asked for a switch, and waits") << upgrade << false << false;
        QTest::newRow("asked much, and left") << many << true << true;
        QTest::newRow("asked much, and waits") << many << false << false;
        QTest::newRow("was refused, and left") << refused << true << true;
        QTest::newRow("was refused, and waits") << refused << false << true;
    }
    void aTargetThatSaysNothing()
    {
        QFETCH(QByteArray, asked);
        QFETCH(bool, leaves);
        QFETCH(bool, isLetGo);
        FakeClock clock;
        DoorFixture f(guarding(), Way::Memory, 65'536, clock);
        f.come();
        f.visitor->send(asked);
        QVERIFY(eventually([&] { return f.seen().contains("GET"); }) && settles());
        clock.advance(net::Splices::halfOpen - 1s);
        f.loop.deadlines().tick();
        f.origin()->send("HTTP/1.1 100 Continue\r\n\r\n"); // a sign of life
        QVERIFY(eventually([&] { return f.visitor->received.contains("100"); }));
        if (leaves)
            f.visitor.reset();
        clock.advance(net::Splices::halfOpen - 1s);
        f.loop.deadlines().tick();
        QVERIFY(settles());
        QVERIFY(!f.origin()->isOver());
        clock.advance(2s);
        f.loop.deadlines().tick();
        QVERIFY(settles());
        QCOMPARE(f.origin()->isOver(), isLetGo);
    }

    void aRefusedVisitorWhoPausesInAnAnswer()
    {
        FakeClock clock;
        DoorFixture f(guarding(), Way::Memory, 65'536, clock);
        f.come();
        f.visitor->pause();
        f.visitor->send(request("GET /") + request("GET /admin/"));
        QVERIFY(eventually([&] { return f.seen() == request("GET /"); }));
        const auto big
            = "HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n" + QByteArray(3'000'000, 'x');
        f.origin()->send(big);
        QVERIFY(settles());
        QVERIFY(f.origin()->unsentBytes() > 0);
        clock.advance(net::Splices::halfOpen * 2);
        f.loop.deadlines().tick();
        QVERIFY(settles());
        f.visitor->resume();
        QVERIFY(f.getsPage(big, 500));
    }

    /// The kite points elsewhere now, or has other rules: whoever is there comes anew.
    void aDoorThatIsGone()
    {
        DoorFixture f(guarding());
        auto door = std::make_unique<Doorkeeper>(f.target, guarding());
        auto [far, near] = net::streamPair(f.loop);
        StreamDriver visitor(std::move(far));
        door->visit(f.loop, std::move(near), DoorFixture::httpVisitor());
        visitor.send(request("GET /1"));
        QVERIFY(f.sees(request("GET /1")));
        door.reset();
        visitor.send(request("GET /2"));
        QVERIFY(settles());
        f.origin()->send(answer);
        QVERIFY(eventually([&] { return visitor.isOver() && f.origin()->isOver(); }));
        QCOMPARE(visitor.received, answer);
        QCOMPARE(f.seen(), request("GET /1"));
    }
};

QTEST_GUILESS_MAIN(TestPassageHalts)
#include "tst_passagehalts.moc"
