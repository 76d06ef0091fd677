#include <QTest>

#include "kitecore/net/splice.h"
#include "kitecore/origin/doorkeeper.h"
#include "tests/support/linkends.h"
#include "tests/support/waits.h"

using namespace kite;
using namespace kite::test;

namespace {

/// A port's target: a socket for each visitor, whose other end the test holds.
class SocketTarget final : public net::Target
{
public:
    explicit SocketTarget(net::Loop &loop) : m_splices(loop) {}

    void visit(net::Loop &loop, std::unique_ptr<net::ByteStream> stream,
               const net::Visitor &) override
    {
        auto [near, far] = socketStreams(loop);
        origin = std::make_unique<StreamDriver>(std::move(far));
        m_splices.join(std::move(stream), std::move(near), nullptr);
    }

    std::unique_ptr<StreamDriver> origin;

private:
    net::Splices m_splices;
};

/// One visitor, at the relay's end of a link between sockets; at the connector's a door with a
/// target behind it. So long bodies of answers go by pipe, past the door.
struct World
{
    static wire::Features ours()
    {
        wire::Features features;
        features.wideWindow = true;
        return features;
    }
    static origin::Rules rules()
    {
        origin::Rules rules;
        rules.firewall = true;
        return rules;
    }

    World() { ends.connector.pausesNew = true; } // the door reads all

    /// @return whether the target has heard all requests so far.
    bool ask(const QByteArray &requests)
    {
        asked += requests;
        visitor.send(requests);
        if (ends.connector.streams.empty()) {
            if (!eventually([&] { return !ends.connector.streams.empty(); }))
                return false;
            door.visit(loop, std::move(ends.connector.streams.front()->stream), who);
        }
        return isAsked();
    }
    bool isAsked()
    {
        return eventually([&] {
                   return target->origin && target->origin->received.size() >= asked.size();
               })
            && target->origin->received == asked;
    }
    void answer(const QByteArray &bytes)
    {
        answered += bytes;
        target->origin->send(bytes);
    }
    bool isAnswered()
    {
        return eventually([&] { return visitor.received.size() >= answered.size(); })
            && visitor.received == answered;
    }

    net::Loop loop;
    const net::Visitor who {"http", "k.test", 80, {QStringLiteral("192.0.2.7"), 5555}, false};
    LinkEnds ends {loop, socketStreams(loop), ours()};
    std::shared_ptr<SocketTarget> target = std::make_shared<SocketTarget>(loop);
    origin::Doorkeeper door {target, rules()};
    StreamDriver &visitor = ends.relay.open(who);
    QByteArray asked;
    QByteArray answered;
};

const QByteArray get = "GET / HTTP/1.1\r\nHost: k.test\r\n\r\n";
const QByteArray refused = "GET /wp-admin/ HTTP/1.1\r\nHost: k.test\r\n\r\n";
constexpr qsizetype manyBytes = 5'000'000;

QByteArray post(const QByteArray &body)
{
    return "POST / HTTP/1.1\r\nHost: k.test\r\nContent-Length: " + QByteArray::number(body.size())
        + "\r\n\r\n" + body;
}

QByteArray answerWith(const QByteArray &body)
{
    return "HTTP/1.1 200 OK\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n"
        + body;
}

QByteArray chunkedAnswer(const QByteArray &body, qsizetype chunk)
{
    QByteArray made = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (qsizetype at = 0; at < body.size(); at += chunk) {
        const auto data = body.mid(at, chunk);
        made += QByteArray::number(data.size(), 16) + "\r\n" + data + "\r\n";
    }
    return made + "0\r\n\r\n";
}

} // namespace

class TestPassagePipe : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersOfAllLengths()
    {
        World world;
        quint32 seed = 0;
        for (const qsizetype bytes :
             {0, 1, 32'767, 32'768, 65'471, 65'472, 65'473, 200'000, 5'000'000, 10}) {
            QVERIFY(world.ask(get));
            world.answer(answerWith(pattern(bytes, ++seed)));
            QVERIFY(world.isAnswered());
        }
    }

    void bodiesOfAllLengths()
    {
        World world;
        quint32 seed = 0;
        for (const qsizetype bytes : {1, 16'384, 65'471, 65'472, 65'473, 200'000, 5'000'000}) {
            QVERIFY(world.ask(post(pattern(bytes, ++seed)) + get));
            world.answer(answerWith("1") + answerWith("2"));
            QVERIFY(world.isAnswered());
        }
    }

    /// Only the body may go unseen, not what stands behind it in the same chunk.
    void whatComesBehindABodyIsJudged()
    {
        World world;
        const QByteArray allowed = post(pattern(manyBytes));
        QVERIFY(world.ask(get));
        world.answer(answerWith("first"));
        QVERIFY(world.isAnswered());
        world.visitor.send(allowed + refused + post(pattern(manyBytes, 2)));
        world.asked += allowed;
        QVERIFY(world.isAsked());
        world.answer(answerWith(pattern(manyBytes, 3)));
        QVERIFY(eventually([&] { return world.visitor.isOver(); }));
        QVERIFY(world.target->origin->received == world.asked);
        QVERIFY(world.visitor.received.startsWith(world.answered + "HTTP/1.1 500 "));
    }

    void aTargetMayPauseInABody()
    {
        World world;
        QVERIFY(world.ask(get));
        world.answer(answerWith("first"));
        world.target->origin->pause();
        const QByteArray body = post(pattern(8 * manyBytes));
        world.visitor.send(body);
        QVERIFY(settles());
        QVERIFY(world.visitor.unsentBytes() > 0);
        world.target->origin->resume();
        world.asked += body;
        QVERIFY(world.isAsked());
        QVERIFY(world.ask(get));
        world.answer(answerWith("second") + answerWith("third"));
        QVERIFY(world.isAnswered());
    }

    /// Where each answer ends has to be known: a refusal must come behind all of them.
    void aRefusalComesBehindThem()
    {
        World world;
        constexpr int count = 9;
        QVERIFY(world.ask(get.repeated(count)));
        world.visitor.send(refused);
        for (int n = 0; n < count; ++n) {
            const auto body = pattern(n % 3 == 2 ? 700 : 1'234'567, quint32(n));
            world.answer(n % 2 == 1 ? chunkedAnswer(body, 300'000) : answerWith(body));
        }
        QVERIFY(eventually([&] { return world.visitor.isOver(); }));
        QCOMPARE(world.target->origin->received, world.asked);
        QVERIFY(world.visitor.received.startsWith(world.answered + "HTTP/1.1 500 "));
    }

    void upToTheEnd()
    {
        World world;
        QVERIFY(world.ask(get));
        world.answer("HTTP/1.0 200 OK\r\n\r\n" + pattern(manyBytes));
        world.target->origin->finish();
        QVERIFY(world.isAnswered());
        QVERIFY(eventually([&] { return world.visitor.ended; }));
    }

    void behindASwitch()
    {
        World world;
        const QByteArray upgrade = "GET /ws HTTP/1.1\r\nHost: k.test\r\nUpgrade: websocket\r\n"
                                   "Connection: Upgrade\r\n\r\n";
        QVERIFY(world.ask(upgrade));
        world.answer("HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\n" + pattern(manyBytes));
        QVERIFY(world.isAnswered());
        QVERIFY(world.ask(pattern(manyBytes, 2)));
        world.answer(pattern(manyBytes, 3));
        QVERIFY(world.isAnswered());
    }

    void whoTakesNothingStopsTheTarget()
    {
        World world;
        QVERIFY(world.ask(get));
        world.visitor.pause();
        world.answer(answerWith(pattern(8 * manyBytes)));
        QVERIFY(settles());
        QVERIFY(world.target->origin->unsentBytes() > 0);
        world.visitor.resume();
        QVERIFY(world.isAnswered());
    }
};

QTEST_GUILESS_MAIN(TestPassagePipe)
#include "tst_passagepipe.moc"
