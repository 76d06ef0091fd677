#include <QTest>

#include "kitecore/http/responseframing.h"
#include "tests/support/doorfixture.h"

using namespace kite;
using namespace kite::origin;
using namespace kite::test;

namespace {

QByteArray request(const QByteArray &line, const QByteArray &fields = {})
{
    return line + " HTTP/1.1\r\nHost: k.test\r\n" + fields + "\r\n";
}
const QByteArray answer = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes";
const QByteArray body = "abcdefgh";
const QByteArray sized = "Content-Length: 8\r\n";

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
};

QTEST_GUILESS_MAIN(TestPassageHalts)
#include "tst_passagehalts.moc"
