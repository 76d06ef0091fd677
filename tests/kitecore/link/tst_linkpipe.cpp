#include <QTest>

#include "kitecore/net/splice.h"
#include "tests/support/linkends.h"

#ifdef Q_OS_UNIX
#include <sys/socket.h>
#endif

using namespace kite;
using kite::test::eventually;
using kite::test::pattern;

namespace {

constexpr qsizetype MiB = 1024 * 1024;

wire::Features ours()
{
    wire::Features features;
    features.wideWindow = true;
    return features;
}

/// What a pair's witness was told last.
class Watching final : public net::Witness
{
public:
    explicit Watching(std::shared_ptr<net::Moved> into) : m_into(std::move(into)) {}
    void over(const net::Moved &moved) override { *m_into = moved; }

private:
    const std::shared_ptr<net::Moved> m_into;
};

/// Visitors and targets with sockets, spliced to the streams of a link between sockets: so long
/// chunks are made and handed on by pipe.
class World
{
public:
    struct Visit
    {
        std::unique_ptr<test::StreamDriver> visitor;
        std::unique_ptr<test::StreamDriver> target;
        const std::shared_ptr<net::Moved> moved = std::make_shared<net::Moved>();
    };

    std::unique_ptr<Visit> come(const char *protocol = "raw")
    {
        auto visit = std::make_unique<Visit>();
        auto [far, near] = test::socketStreams(loop);
        visit->visitor = std::make_unique<test::StreamDriver>(std::move(far));
        const auto before = ends.connector.streams.size();
        auto stream = ends.relay.link->open({QByteArray(protocol), "kite.test", 22, {}, false});
        splices.join(std::move(near), std::move(stream), nullptr,
                     std::make_unique<Watching>(visit->moved));
        eventually([&] { return ends.connector.streams.size() > before; });
        auto [origin, target] = test::socketStreams(loop);
        visit->target = std::make_unique<test::StreamDriver>(std::move(origin));
        splices.join(std::move(ends.connector.streams.back()->stream), std::move(target), nullptr);
        return visit;
    }

    net::Loop loop;
    test::LinkEnds ends {loop, test::socketStreams(loop), ours()};
    net::Splices splices {loop};
};

} // namespace

class TestLinkPipe : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyByteInItsPlace_data();
    void everyByteInItsPlace();
    void smallOnesBeside();
    void whoTakesNothingHoldsUpNobody();
    void whoLeavesInTheMiddle();
    void theTargetEndsInTheMiddle();
    void whoBreaksInTheMiddleEndsBothWays_data();
    void whoBreaksInTheMiddleEndsBothWays();
    void bothWaysAtOnce();
    void urgentDataStopsNothing();
};

void TestLinkPipe::everyByteInItsPlace_data()
{
    QTest::addColumn<int>("visitors");
    QTest::addColumn<int>("bytes");
    QTest::newRow("nothing") << 1 << 0;
    QTest::newRow("less than is piped") << 1 << 10'000;
    QTest::newRow("a chunk") << 1 << 65'472;
    QTest::newRow("a chunk and a byte") << 1 << 65'473;
    QTest::newRow("many chunks") << 1 << int(20 * MiB + 12'345);
    // Stream numbers of one digit and of two: heads of different lengths.
    QTest::newRow("many visitors") << 20 << int(2 * MiB + 4'321);
}

void TestLinkPipe::everyByteInItsPlace()
{
    QFETCH(const int, visitors);
    QFETCH(const int, bytes);
    World world;
    std::vector<std::unique_ptr<World::Visit>> visits;
    for (int i = 0; i < visitors; ++i) {
        visits.push_back(world.come());
        visits.back()->target->send(pattern(bytes, quint32(i)));
        visits.back()->target->finish();
        visits.back()->visitor->finish();
    }
    for (int i = 0; i < visitors; ++i) {
        QVERIFY(eventually([&] { return visits[size_t(i)]->visitor->ended; }));
        QVERIFY(visits[size_t(i)]->visitor->received == pattern(bytes, quint32(i)));
    }
    QVERIFY(eventually([&] { return world.splices.count() == 0; }));
    for (const auto &visit : visits) {
        QCOMPARE(visit->moved->out, bytes);
        QCOMPARE(visit->moved->begin,
                 pattern(bytes, quint32(&visit - visits.data())).first(std::min(bytes, 12)));
    }
}

void TestLinkPipe::smallOnesBeside()
{
    World world;
    const auto bulk = world.come();
    const auto talk = world.come();
    bulk->target->send(pattern(30 * MiB));
    int answers = 0;
    while (bulk->visitor->received.size() < 30 * MiB) {
        talk->visitor->send("?");
        QVERIFY(eventually([&] { return talk->target->received.size() > answers; }));
        talk->target->send(pattern(700, quint32(answers)));
        ++answers;
        QVERIFY(eventually([&] { return talk->visitor->received.size() == 700 * answers; }));
        QVERIFY(talk->visitor->received.endsWith(pattern(700, quint32(answers - 1))));
    }
    QVERIFY(bulk->visitor->received == pattern(30 * MiB));
}

void TestLinkPipe::whoTakesNothingHoldsUpNobody()
{
    World world;
    const auto slow = world.come();
    const auto other = world.come();
    slow->visitor->pause();
    slow->target->send(pattern(40 * MiB));
    other->target->send(pattern(10 * MiB, 2));
    QVERIFY(eventually([&] { return other->visitor->received.size() == 10 * MiB; }));
    QVERIFY(slow->target->unsentBytes() > 0); // its window holds
    slow->visitor->resume();
    QVERIFY(eventually([&] { return slow->visitor->received.size() == 40 * MiB; }));
    QVERIFY(slow->visitor->received == pattern(40 * MiB));
    QVERIFY(other->visitor->received == pattern(10 * MiB, 2));
}

void TestLinkPipe::whoLeavesInTheMiddle()
{
    World world;
    const auto leaver = world.come();
    const auto other = world.come();
    leaver->target->send(pattern(40 * MiB));
    other->target->send(pattern(10 * MiB, 2));
    QVERIFY(eventually([&] { return leaver->visitor->received.size() > 2 * MiB; }));
    leaver->visitor->close();
    QVERIFY(eventually([&] { return leaver->target->isOver() || leaver->target->unwanted; }));
    QVERIFY(eventually([&] { return other->visitor->received.size() == 10 * MiB; }));
    QVERIFY(other->visitor->received == pattern(10 * MiB, 2));
    const auto later = world.come();
    later->target->send(pattern(3 * MiB, 3));
    QVERIFY(eventually([&] { return later->visitor->received.size() == 3 * MiB; }));
    QVERIFY(later->visitor->received == pattern(3 * MiB, 3));
    QVERIFY(!world.ends.relay.isOver());
}

void TestLinkPipe::theTargetEndsInTheMiddle()
{
    World world;
    const auto visit = world.come();
    visit->target->send(pattern(5 * MiB));
    QVERIFY(eventually([&] { return visit->target->unsentBytes() == 0; }));
    visit->target->finish();
    QVERIFY(eventually([&] { return visit->visitor->ended; }));
    QVERIFY(visit->visitor->received == pattern(5 * MiB));
}

void TestLinkPipe::whoBreaksInTheMiddleEndsBothWays_data()
{
    QTest::addColumn<bool>("isVisitor");
    QTest::newRow("visitor") << true;
    QTest::newRow("target") << false;
}

/// A socket tells of a reset once, to whoever asks first.
void TestLinkPipe::whoBreaksInTheMiddleEndsBothWays()
{
    QFETCH(const bool, isVisitor);
    World world;
    for (quint32 turn = 0; turn < 2; ++turn) {
        const auto visit = world.come();
        auto &breaking = isVisitor ? *visit->visitor : *visit->target;
        auto &other = isVisitor ? *visit->target : *visit->visitor;
        breaking.send(pattern(20 * MiB, turn));
        QVERIFY(eventually([&] { return other.received.size() > (turn + 1) * MiB; }));
        test::resetOnClose(breaking.stream->plainSocket());
        breaking.close();
        QVERIFY(eventually([&] { return other.isOver(); }));
        QVERIFY(pattern(20 * MiB, turn).startsWith(other.received));
        QVERIFY(eventually([&] { return world.splices.count() < 2; })); // at this end
        other.close();
        QVERIFY(eventually([&] { return world.splices.count() == 0; }));
    }
}

void TestLinkPipe::bothWaysAtOnce()
{
    World world;
    const auto visit = world.come();
    visit->visitor->send(pattern(8 * MiB, 5));
    visit->target->send(pattern(9 * MiB, 6));
    QVERIFY(eventually([&] {
        return visit->visitor->received.size() == 9 * MiB
            && visit->target->received.size() == 8 * MiB;
    }));
    QVERIFY(visit->visitor->received == pattern(9 * MiB, 6));
    QVERIFY(visit->target->received == pattern(8 * MiB, 5));
}

#ifdef Q_OS_UNIX
/// Pipes do not get past it, and say nothing of it.
void TestLinkPipe::urgentDataStopsNothing()
{
    net::Loop loop;
    net::Splices splices(loop);
    auto pair = test::socketPair();
    const int beside = 0; // a socket's own default, but not that of QTcpServer's
    QCOMPARE(::setsockopt(int(pair.accepted.handle()), SOL_SOCKET, SO_OOBINLINE, &beside,
                          sizeof(beside)),
             0);
    test::LinkOwner relay(loop, net::descriptorStream(loop, std::move(pair.accepted), {}),
                          test::LinkEnds::optionsFor(link::Role::Relay, ours()));
    auto [far, near] = test::socketStreams(loop);
    test::StreamDriver visitor(std::move(far));
    splices.join(std::move(near), relay.link->open({"raw", "kite.test", 22, {}, false}), nullptr);
    std::array<char, 4096> opening {};
    qsizetype opened = 0;
    QVERIFY(eventually([&] {
        const auto io = net::calls::receive(pair.connected.handle(), opening);
        opened = std::max(opened, io.bytes);
        return opened > 0;
    }));
    const auto words = QByteArray(opening.data(), opened);
    const auto at = words.indexOf("SID: ") + 5;
    const QByteArray head = "SID: " + words.mid(at, words.indexOf('\r', at) - at) + "\r\n\r\n";
    const auto send = [&](const QByteArray &bytes, int flags) {
        return ::send(int(pair.connected.handle()), bytes.data(), size_t(bytes.size()), flags);
    };
    const QByteArray before = pattern(20'000, 1);
    const QByteArray behind = pattern(20'000, 2);
    const auto size = head.size() + before.size() + behind.size();
    send(QByteArray::number(size, 16) + "\r\n" + head + before, 0);
    QVERIFY(eventually([&] { return visitor.received == before; }));
    QCOMPARE(send("!", MSG_OOB), 1);
    send(behind, 0);
    QVERIFY(eventually([&] { return visitor.received == before + behind; }));
    QCOMPARE(send("!", MSG_OOB), 1);
    QVERIFY(test::settles());
    QVERIFY(!relay.isOver());
}
#endif

QTEST_GUILESS_MAIN(TestLinkPipe)
#include "tst_linkpipe.moc"
