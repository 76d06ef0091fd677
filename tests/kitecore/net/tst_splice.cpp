#include <QTest>

#include "kitecore/net/splice.h"
#include "tests/support/fakeclock.h"
#include "tests/support/loopback.h"
#include "tests/support/streamdriver.h"
#include "tests/support/waits.h"

using kite::net::ByteStream;
using kite::net::Io;
using kite::net::Loop;
using kite::net::Readiness;
using kite::net::Splices;
using kite::stats::Meter;
using kite::test::eventually;
using kite::test::FakeClock;
using kite::test::pattern;
using kite::test::settles;
using kite::test::socketStreams;
using kite::test::StreamDriver;
using namespace std::chrono_literals;

namespace {

enum class Kind { Socket, Pair };

/// A splice with something to drive on both of its far ends.
class Bench
{
public:
    explicit Bench(Kind visitorKind = Kind::Socket, Kind targetKind = Kind::Socket)
        : loop(clock)
        , splices(loop)
        , meter(std::make_shared<Meter>())
    {
        auto [visitorFar, visitorNear] = make(visitorKind);
        auto [targetFar, targetNear] = make(targetKind);
        visitor = std::make_unique<StreamDriver>(std::move(visitorFar));
        target = std::make_unique<StreamDriver>(std::move(targetFar));
        splices.join(std::move(visitorNear), std::move(targetNear), meter);
    }

    bool isOver() const { return splices.count() == 0; }
    void pass(std::chrono::seconds time)
    {
        settles();
        clock.advance(time);
        loop.deadlines().tick();
        settles();
    }

    FakeClock clock;
    Loop loop;
    Splices splices;
    std::shared_ptr<Meter> meter;
    std::unique_ptr<StreamDriver> visitor;
    std::unique_ptr<StreamDriver> target;

private:
    kite::test::StreamPair make(Kind kind)
    {
        return kind == Kind::Socket ? socketStreams(loop) : kite::net::streamPair(loop);
    }
};

/// A stream that hands on what it has in memory, as streams of a link do.
class PushingStream final : public ByteStream
{
public:
    qsizetype push(QByteArrayView data)
    {
        return interest().read && user() != nullptr ? user()->dataArrived(*this, data) : 0;
    }
    using ByteStream::write;
    Io write(std::span<const QByteArrayView> parts) override { return Io::moved(parts[0].size()); }
    qsizetype writeRoom() const override { return 1000; }
    qsizetype queuedBytes() const override { return queued; }
    void shutdownWrite() override {}
    bool hasHungUp() const override { return hungUp; }
    kite::net::Peer peer() const override { return {}; }
    void detach() override {}
    void attach(Loop &) override {}

    qsizetype queued = 0;
    bool hungUp = false;

protected:
    Io readSome(std::span<char>) override { return Io::blocked(); }
    void interestChanged() override {}
    void wakeUser(Readiness) override {}
};

void addKinds()
{
    QTest::addColumn<Kind>("visitorKind");
    QTest::addColumn<Kind>("targetKind");
    QTest::newRow("socket to socket") << Kind::Socket << Kind::Socket;
    QTest::newRow("socket to pair") << Kind::Socket << Kind::Pair;
    QTest::newRow("pair to socket") << Kind::Pair << Kind::Socket;
    QTest::newRow("pair to pair") << Kind::Pair << Kind::Pair;
}

} // namespace

class TestSplice : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void movesBothWays_data() { addKinds(); }
    void movesBothWays();
    void halvesCloseByThemselves_data() { addKinds(); }
    void halvesCloseByThemselves();
    void aSlowReaderHoldsUpTheSource_data() { addKinds(); }
    void aSlowReaderHoldsUpTheSource();
    void bytesPutBackGoFirst_data() { addKinds(); }
    void bytesPutBackGoFirst();
    void theSourceClosesWithMuchOnItsWay_data() { addKinds(); }
    void theSourceClosesWithMuchOnItsWay();
    void counts();
    void aVisitorWhoResetsEndsTheTarget();
    void aTargetThatResetsStillAnswers();
    void anAnswerOutlivesItsTarget();
    void aVisitorWhoGoesOnSendingIsLetGo();
    void lastWordsAreSaidAndClose();
    void silenceAfterAnEndIsLimited();
    void whoHasLeftDoesNotWaitForever_data() { addKinds(); }
    void whoHasLeftDoesNotWaitForever();
    void aPauseCutsNoAnswerShort_data();
    void aPauseCutsNoAnswerShort();
    void aPauseBehindTheEndCutsNothingShort();
    void noLimitWhileBothWaysAreOpen();
    void dataThatArrivesIsPassedOn();
    void dataThatArrivesWaitsForTheTarget();
    void destroyingClosesAll();
    void manyAtOnce();
};

void TestSplice::movesBothWays()
{
    QFETCH(Kind, visitorKind);
    QFETCH(Kind, targetKind);
    Bench bench(visitorKind, targetKind);
    const auto up = pattern(5'000'001, 1);
    const auto down = pattern(6'000'003, 2);
    bench.visitor->send(up);
    bench.target->send(down);
    QVERIFY(eventually([&] {
        return bench.target->received.size() == up.size()
            && bench.visitor->received.size() == down.size();
    }));
    QVERIFY(bench.target->received == up);
    QVERIFY(bench.visitor->received == down);
    QVERIFY(settles());
    QCOMPARE(bench.splices.count(), 1);
}

void TestSplice::halvesCloseByThemselves()
{
    QFETCH(Kind, visitorKind);
    QFETCH(Kind, targetKind);
    Bench bench(visitorKind, targetKind);
    bench.visitor->send("question");
    bench.visitor->finish();
    QVERIFY(eventually([&] { return bench.target->ended; }));
    QCOMPARE(bench.target->received, "question");
    QVERIFY(settles());
    QVERIFY(!bench.visitor->isOver());
    QVERIFY(!bench.isOver());
    bench.target->send("answer");
    bench.target->finish();
    QVERIFY(eventually([&] { return bench.visitor->ended && bench.isOver(); }));
    QCOMPARE(bench.visitor->received, "answer");
    QCOMPARE(bench.meter->streams(), 0);
}

void TestSplice::aSlowReaderHoldsUpTheSource()
{
    QFETCH(Kind, visitorKind);
    QFETCH(Kind, targetKind);
    Bench bench(visitorKind, targetKind);
    bench.visitor->pause();
    const auto much = pattern(30'000'000);
    bench.target->send(much);
    QVERIFY(settles());
    QVERIFY(bench.target->unsentBytes() > 0);
    QVERIFY(bench.meter->out() < much.size());
    bench.visitor->resume();
    QVERIFY(eventually([&] { return bench.visitor->received.size() == much.size(); }));
    QVERIFY(bench.visitor->received == much);
}

void TestSplice::bytesPutBackGoFirst()
{
    QFETCH(Kind, visitorKind);
    QFETCH(Kind, targetKind);
    Loop loop;
    Splices splices(loop);
    auto [visitorFar, visitorNear]
        = visitorKind == Kind::Socket ? socketStreams(loop) : kite::net::streamPair(loop);
    auto [targetFar, targetNear]
        = targetKind == Kind::Socket ? socketStreams(loop) : kite::net::streamPair(loop);
    const auto head = pattern(100'000);
    visitorNear->unread(head);
    splices.join(std::move(visitorNear), std::move(targetNear), nullptr);
    StreamDriver target(std::move(targetFar));
    QVERIFY(eventually([&] { return target.received == head; }));
    visitorFar->write("tail");
    QVERIFY(eventually([&] { return target.received == head + "tail"; }));
}

void TestSplice::theSourceClosesWithMuchOnItsWay()
{
    QFETCH(Kind, visitorKind);
    QFETCH(Kind, targetKind);
    Bench bench(visitorKind, targetKind);
    bench.visitor->pause();
    const auto much = pattern(4'000'000);
    bench.target->send(much);
    bench.target->finish();
    QVERIFY(settles());
    bench.visitor->resume();
    QVERIFY(eventually([&] { return bench.visitor->ended; }));
    QVERIFY(bench.visitor->received == much);
}

void TestSplice::counts()
{
    Bench bench;
    QCOMPARE(bench.meter->streams(), 1);
    bench.visitor->send(pattern(1'000));
    bench.target->send(pattern(200'000));
    QVERIFY(eventually([&] {
        return bench.target->received.size() == 1'000 && bench.visitor->received.size() == 200'000;
    }));
    QCOMPARE(bench.meter->in(), 1'000);
    QCOMPARE(bench.meter->out(), 200'000);
    bench.visitor->close();
    bench.target->close();
    QVERIFY(eventually([&] { return bench.isOver(); }));
    QVERIFY(settles());
    QCOMPARE(bench.meter->streams(), 0);
    QCOMPARE(bench.meter->visits(), 1);
}

void TestSplice::aVisitorWhoResetsEndsTheTarget()
{
    Bench bench;
    bench.target->send(pattern(30'000'000));
    QVERIFY(eventually([&] { return bench.visitor->received.size() > 1'000'000; }));
    kite::test::resetOnClose(bench.visitor->stream->plainSocket());
    bench.visitor->close();
    QVERIFY(eventually([&] { return bench.target->isOver() && bench.isOver(); }));
    QVERIFY(settles());
    QCOMPARE(bench.meter->streams(), 0);
}

void TestSplice::aTargetThatResetsStillAnswers()
{
    Bench bench;
    bench.visitor->pause();
    const auto answer = pattern(60'000);
    bench.target->send(answer);
    QVERIFY(eventually([&] { return bench.meter->out() == answer.size(); }));
    kite::test::resetOnClose(bench.target->stream->plainSocket());
    bench.target->close();
    QVERIFY(settles());
    bench.visitor->resume();
    QVERIFY(eventually([&] { return bench.visitor->ended; }));
    QCOMPARE(bench.visitor->received, answer);
    bench.visitor->close();
    QVERIFY(eventually([&] { return bench.isOver(); }));
}

void TestSplice::anAnswerOutlivesItsTarget()
{
    // A server that refuses an upload: answers at once, reads nothing, closes.
    Bench bench;
    bench.target->pause();
    bench.visitor->send(pattern(30'000'000));
    QVERIFY(settles());
    bench.target->send("413 too large");
    QVERIFY(settles());
    bench.target->close(); // with bytes unread: the system resets the connection
    QVERIFY(eventually([&] { return bench.visitor->ended; }));
    QVERIFY(!bench.visitor->failed);
    QCOMPARE(bench.visitor->received, "413 too large");
    bench.visitor->close();
    QVERIFY(eventually([&] { return bench.isOver(); }));
}

void TestSplice::aVisitorWhoGoesOnSendingIsLetGo()
{
    Bench bench;
    bench.visitor->send(pattern(1'000));
    kite::test::resetOnClose(bench.target->stream->plainSocket());
    bench.target->close();
    QVERIFY(eventually([&] { return bench.visitor->ended; })); // told the end, stays open itself
    QVERIFY(settles());
    QCOMPARE(bench.splices.count(), 1);
    bench.pass(Splices::linger + 1s);
    QVERIFY(bench.isOver());
}

void TestSplice::lastWordsAreSaidAndClose()
{
    Bench bench;
    auto [far, near] = socketStreams(bench.loop);
    bench.splices.join(std::move(near), kite::net::lastWords(bench.loop, "Sorry! (be)"), nullptr);
    StreamDriver visitor(std::move(far));
    visitor.send(pattern(5'000'000)); // nobody is interested, but the answer must get through
    QVERIFY(eventually([&] { return visitor.ended; }));
    QCOMPARE(visitor.received, "Sorry! (be)");
    visitor.close();
    QVERIFY(eventually([&] { return bench.splices.count() == 1; }));
}

void TestSplice::silenceAfterAnEndIsLimited()
{
    Bench bench;
    bench.target->finish();
    QVERIFY(eventually([&] { return bench.visitor->ended; }));
    bench.pass(Splices::halfOpen - 10s);
    QVERIFY(!bench.isOver());
    bench.visitor->send("still here");
    QVERIFY(eventually([&] { return bench.target->received == "still here"; }));
    bench.pass(Splices::halfOpen - 10s);
    QVERIFY(!bench.isOver());
    bench.pass(11s);
    QVERIFY(bench.isOver());
    QVERIFY(eventually([&] { return bench.target->isOver(); }));
}

void TestSplice::whoHasLeftDoesNotWaitForever()
{
    QFETCH(Kind, visitorKind);
    QFETCH(Kind, targetKind);
    Bench bench(visitorKind, targetKind);
    bench.visitor->pause();
    bench.target->pause();
    bench.target->send("unread: whoever closes now resets");
    bench.visitor->send(pattern(20'000'000));
    bench.pass(10 * Splices::halfOpen);
    QVERIFY(!bench.isOver()); // somebody who is there may wait for as long as it likes
    bench.visitor->close();
    bench.pass(Splices::halfOpen - 10s);
    QVERIFY(!bench.isOver());
    bench.pass(11s);
    QVERIFY(bench.isOver());
}

void TestSplice::aPauseCutsNoAnswerShort_data()
{
    QTest::addColumn<int>("bytes");
    QTest::newRow("the end is not read yet") << 420 * 1024;
    QTest::newRow("all is read but the end") << 300 * 1024;
}

/// The streams of a pair hold 256 KiB each.
void TestSplice::aPauseCutsNoAnswerShort()
{
    QFETCH(const int, bytes);
    Bench bench(Kind::Pair, Kind::Pair);
    bench.visitor->pause();
    bench.target->send(pattern(bytes));
    bench.target->finish();
    bench.pass(1s);
    QCOMPARE(bench.target->unsentBytes(), 0);
    for (int i = 0; i < 10; ++i)
        bench.pass(Splices::halfOpen);
    QVERIFY(!bench.isOver());
    bench.visitor->resume();
    QVERIFY(eventually([&] { return bench.visitor->ended; }));
    QVERIFY(bench.visitor->received == pattern(bytes));
}

/// Where the stream to the visitor keeps what it was given, as those of links do.
void TestSplice::aPauseBehindTheEndCutsNothingShort()
{
    FakeClock clock;
    Loop loop(clock);
    Splices splices(loop);
    auto stream = std::make_unique<PushingStream>();
    PushingStream &visitor = *stream;
    visitor.queued = 5;
    auto [far, near] = kite::net::streamPair(loop);
    splices.join(std::move(stream), std::move(near), nullptr);
    StreamDriver target(std::move(far));
    target.send("an answer");
    target.finish();
    const auto pass = [&](std::chrono::seconds time) {
        QVERIFY(settles());
        clock.advance(time);
        loop.deadlines().tick();
        QVERIFY(settles());
    };
    for (int i = 0; i < 10; ++i)
        pass(Splices::halfOpen);
    QCOMPARE(splices.count(), 1);
    visitor.hungUp = true;
    pass(Splices::halfOpen);
    QCOMPARE(splices.count(), 0);
}

void TestSplice::noLimitWhileBothWaysAreOpen()
{
    Bench bench;
    bench.pass(24h);
    QVERIFY(!bench.isOver());
    bench.visitor->send("good morning");
    QVERIFY(eventually([&] { return bench.target->received == "good morning"; }));
}

void TestSplice::dataThatArrivesIsPassedOn()
{
    Bench bench;
    auto made = std::make_unique<PushingStream>();
    auto &pushing = *made;
    auto [far, near] = socketStreams(bench.loop);
    auto meter = std::make_shared<Meter>();
    bench.splices.join(std::move(made), std::move(near), meter);
    StreamDriver target(std::move(far));
    QVERIFY(pushing.interest().read);
    QCOMPARE(pushing.push("straight"), 8);
    QCOMPARE(meter->in(), 8);
    QVERIFY(eventually([&] { return target.received == "straight"; }));
}

void TestSplice::dataThatArrivesWaitsForTheTarget()
{
    Bench bench;
    auto made = std::make_unique<PushingStream>();
    auto &pushing = *made;
    auto [far, near] = socketStreams(bench.loop);
    bench.splices.join(std::move(made), std::move(near), nullptr);
    StreamDriver target(std::move(far));
    target.pause();
    const auto much = pattern(30'000'000);
    const auto taken = pushing.push(much);
    QVERIFY(taken > 0);
    QVERIFY(taken < much.size());
    QVERIFY(!pushing.interest().read);
    target.resume();
    QVERIFY(eventually([&] { return pushing.interest().read; }));
    QVERIFY(eventually([&] { return target.received.size() == taken; }));
    QVERIFY(target.received == much.first(taken));
    target.close();
    QVERIFY(eventually([&] { return pushing.push("x") == 0 || bench.splices.count() == 1; }));
}

void TestSplice::destroyingClosesAll()
{
    Loop loop;
    auto splices = std::make_unique<Splices>(loop);
    auto [visitorFar, visitorNear] = socketStreams(loop);
    auto [targetFar, targetNear] = socketStreams(loop);
    auto meter = std::make_shared<Meter>();
    splices->join(std::move(visitorNear), std::move(targetNear), meter);
    StreamDriver visitor(std::move(visitorFar));
    StreamDriver target(std::move(targetFar));
    splices.reset();
    QVERIFY(eventually([&] { return visitor.isOver() && target.isOver(); }));
    QCOMPARE(meter->streams(), 0);
}

void TestSplice::manyAtOnce()
{
    Loop loop;
    Splices splices(loop);
    auto meter = std::make_shared<Meter>();
    std::vector<std::unique_ptr<StreamDriver>> visitors;
    std::vector<std::unique_ptr<StreamDriver>> targets;
    for (quint32 i = 0; i < 50; ++i) {
        auto [visitorFar, visitorNear] = socketStreams(loop);
        auto [targetFar, targetNear] = socketStreams(loop);
        splices.join(std::move(visitorNear), std::move(targetNear), meter);
        visitors.push_back(std::make_unique<StreamDriver>(std::move(visitorFar)));
        targets.push_back(std::make_unique<StreamDriver>(std::move(targetFar)));
        targets.back()->send(pattern(200'000, i));
        targets.back()->finish();
        visitors.back()->finish();
    }
    QVERIFY(eventually([&] { return splices.count() == 0; }));
    QVERIFY(eventually([&] {
        return std::ranges::all_of(visitors, [](const auto &each) { return each->ended; });
    }));
    for (quint32 i = 0; i < 50; ++i)
        QVERIFY(visitors[i]->received == pattern(200'000, i));
    QCOMPARE(meter->out(), 50 * 200'000);
}

QTEST_GUILESS_MAIN(TestSplice)
#include "tst_splice.moc"
