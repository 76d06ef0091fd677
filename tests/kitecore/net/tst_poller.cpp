#include <QTest>

#include "kitecore/net/socketcalls.h"
#include "tests/kitecore/net/ears.h"
#include "tests/support/coremain.h"
#include "tests/support/loopback.h"
#include "tests/support/waits.h"

using kite::net::Descriptor;
using kite::net::Ear;
using kite::net::hear;
using kite::net::Poller;
using kite::net::Readiness;
using kite::net::say;
using kite::net::SocketHandle;
namespace calls = kite::net::calls;

namespace {

/// A duplicate that gets just that free number: lower ones are occupied first.
Descriptor duplicateAs(SocketHandle number, const Descriptor &socket)
{
    std::vector<Descriptor> below;
    do {
        below.push_back(calls::duplicate(socket.handle()));
    } while (below.back().isOpen() && below.back().handle() != number);
    return std::move(below.back());
}

} // namespace

Q_DECLARE_METATYPE(kite::net::Poller::Fate)

class TestPoller : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isLevelTriggered();
    void tellsOnlyWhatIsWanted();
    void deletingOneself();
    void deletingAnotherThatIsReady();
    void aNumberUsedAgainInTheSameRound_data();
    void aNumberUsedAgainInTheSameRound();
    void whatIsChangedBackStaysAsItWas();
    void aChangeInTheSameRoundHolds();
    void aPausedSocketThatBrokeDoesNotSpin_data();
    void aPausedSocketThatBrokeDoesNotSpin();
    void manySocketsAtOnce();
};

void TestPoller::isLevelTriggered()
{
    Poller poller;
    auto pair = kite::test::socketPair();
    Ear ear;
    poller.watch(pair.accepted.handle(), {.read = true}, &ear);
    say(pair.connected);
    QVERIFY(kite::test::eventually([&] { return ear.told >= 3; })); // nobody reads it
    QCOMPARE(ear.last, (Readiness {.read = true}));
    hear(pair.accepted.handle());
    QVERIFY(kite::test::settles());
    poller.forget(pair.accepted.handle());
}

void TestPoller::tellsOnlyWhatIsWanted()
{
    Poller poller;
    auto pair = kite::test::socketPair();
    Ear ear;
    say(pair.connected);
    poller.watch(pair.accepted.handle(), {.write = true}, &ear);
    QVERIFY(kite::test::eventually([&] { return ear.told > 0; }));
    QCOMPARE(ear.last, (Readiness {.write = true}));
    poller.watch(pair.accepted.handle(), {}, &ear);
    ear.told = 0;
    QVERIFY(kite::test::settles());
    QCOMPARE(ear.told, 0);
    poller.watch(pair.accepted.handle(), {.read = true, .write = true}, &ear);
    QVERIFY(kite::test::eventually([&] { return ear.all == Readiness {true, true}; }));
    poller.forget(pair.accepted.handle());
}

void TestPoller::whatIsChangedBackStaysAsItWas()
{
    Poller poller;
    auto pair = kite::test::socketPair();
    Ear ear([&](Ear &self) {
        hear(pair.accepted.handle());
        poller.watch(pair.accepted.handle(), {}, &self);
        poller.watch(pair.accepted.handle(), {.read = true, .write = true}, &self);
        poller.watch(pair.accepted.handle(), {.read = true}, &self);
    });
    poller.watch(pair.accepted.handle(), {.read = true}, &ear);
    for (int times = 1; times <= 3; ++times) {
        say(pair.connected);
        QVERIFY(kite::test::eventually([&] { return ear.told == times; }));
        QVERIFY(kite::test::settles());
        QCOMPARE(ear.told, times);
    }
    poller.forget(pair.accepted.handle());
}

void TestPoller::deletingOneself()
{
    Poller poller;
    auto pair = kite::test::socketPair();
    int told = 0;
    auto ear = std::make_unique<Ear>([&](Ear &self) {
        ++told;
        poller.forget(pair.accepted.handle());
        delete &self;
    });
    poller.watch(pair.accepted.handle(), {.read = true}, ear.release());
    say(pair.connected);
    QVERIFY(kite::test::eventually([&] { return told > 0; }));
    QVERIFY(kite::test::settles());
    QCOMPARE(told, 1);
}

void TestPoller::deletingAnotherThatIsReady()
{
    Poller poller;
    auto one = kite::test::socketPair();
    auto two = kite::test::socketPair();
    std::unique_ptr<Ear> ears[2];
    int told = 0;
    const auto whoeverIsFirst = [&](Ear &self) {
        ++told;
        const bool isOne = &self == ears[0].get();
        poller.forget((isOne ? two : one).accepted.handle());
        ears[isOne ? 1 : 0].reset();
        hear((isOne ? one : two).accepted.handle());
    };
    ears[0] = std::make_unique<Ear>(whoeverIsFirst);
    ears[1] = std::make_unique<Ear>(whoeverIsFirst);
    say(one.connected);
    say(two.connected);
    poller.watch(one.accepted.handle(), {.read = true}, ears[0].get());
    poller.watch(two.accepted.handle(), {.read = true}, ears[1].get());
    QVERIFY(kite::test::eventually([&] { return told > 0; }));
    QVERIFY(kite::test::settles());
    QCOMPARE(told, 1);
    poller.forget((ears[0] ? one : two).accepted.handle());
}

void TestPoller::aNumberUsedAgainInTheSameRound_data()
{
    QTest::addColumn<Poller::Fate>("fate");
    QTest::newRow("forgotten at once") << Poller::Fate::Leaves;
    QTest::newRow("forgotten by closing") << Poller::Fate::Closes;
}

void TestPoller::aNumberUsedAgainInTheSameRound()
{
    QFETCH(Poller::Fate, fate);
    Poller poller;
    auto one = kite::test::socketPair();
    auto two = kite::test::socketPair();
    auto quiet = kite::test::socketPair();
    Ear newcomer;
    int told = 0;
    Descriptor reused;
    // Whoever is served first closes the other; its number goes to a socket that has no bytes.
    const auto closeOther = [&](Descriptor &own, Descriptor &other) {
        return [&](Ear &) {
            ++told;
            hear(own.handle());
            const auto number = other.handle();
            poller.forget(number, fate);
            other.reset();
            reused = duplicateAs(number, quiet.accepted);
            poller.watch(number, {.read = true}, &newcomer);
        };
    };
    Ear first(closeOther(one.accepted, two.accepted));
    Ear second(closeOther(two.accepted, one.accepted));
    say(one.connected);
    say(two.connected);
    poller.watch(one.accepted.handle(), {.read = true}, &first);
    poller.watch(two.accepted.handle(), {.read = true}, &second);
    QVERIFY(kite::test::eventually([&] { return told > 0; }));
    QVERIFY(kite::test::settles());
    QCOMPARE(told, 1);
    QCOMPARE(newcomer.told, 0);
    say(quiet.connected);
    QVERIFY(kite::test::eventually([&] { return newcomer.told > 0; }));
    poller.forget(reused.handle());
}

void TestPoller::aChangeInTheSameRoundHolds()
{
    Poller poller;
    auto one = kite::test::socketPair();
    auto two = kite::test::socketPair();
    Ear *ears[2] = {};
    int told = 0;
    const auto pauseBoth = [&](Ear &) {
        ++told;
        poller.watch(one.accepted.handle(), {}, ears[0]);
        poller.watch(two.accepted.handle(), {}, ears[1]);
    };
    Ear first(pauseBoth);
    Ear second(pauseBoth);
    ears[0] = &first;
    ears[1] = &second;
    say(one.connected);
    say(two.connected);
    poller.watch(one.accepted.handle(), {.read = true}, &first);
    poller.watch(two.accepted.handle(), {.read = true}, &second);
    QVERIFY(kite::test::eventually([&] { return told > 0; }));
    QVERIFY(kite::test::settles());
    QCOMPARE(told, 1);
    poller.forget(one.accepted.handle());
    poller.forget(two.accepted.handle());
}

void TestPoller::aPausedSocketThatBrokeDoesNotSpin_data()
{
    QTest::addColumn<bool>("reset");
    QTest::newRow("hung up") << false;
    QTest::newRow("reset") << true;
}

void TestPoller::aPausedSocketThatBrokeDoesNotSpin()
{
    QFETCH(bool, reset);
    Poller poller;
    auto pair = kite::test::socketPair();
    Ear ear;
    poller.watch(pair.accepted.handle(), {.read = true}, &ear);
    poller.watch(pair.accepted.handle(), {}, &ear);
    if (reset)
        kite::test::resetOnClose(pair.connected.handle());
    else
        calls::shutdownWrite(pair.accepted.handle());
    pair.connected.reset();
    QVERIFY(kite::test::settles());
    QCOMPARE(ear.told, 0);
    poller.watch(pair.accepted.handle(), {.read = true}, &ear);
    QVERIFY(kite::test::eventually([&] { return ear.told > 0; })); // told once it is wanted again
    poller.forget(pair.accepted.handle());
}

void TestPoller::manySocketsAtOnce()
{
    constexpr std::size_t count = 300; // more than a round takes
    Poller poller;
    std::vector<kite::test::SocketPair> pairs;
    std::vector<std::unique_ptr<Ear>> ears;
    for (std::size_t i = 0; i < count; ++i) {
        pairs.push_back(kite::test::socketPair());
        const auto socket = pairs.back().accepted.handle();
        ears.push_back(std::make_unique<Ear>([socket](Ear &) { hear(socket); }));
        poller.watch(socket, {.read = true}, ears.back().get());
        say(pairs.back().connected);
    }
    QVERIFY(kite::test::eventually(
        [&] { return std::ranges::all_of(ears, [](const auto &ear) { return ear->told == 1; }); }));
    QVERIFY(kite::test::settles());
    for (const auto &pair : pairs)
        poller.forget(pair.accepted.handle());
}

KITE_CORE_TEST_MAIN(TestPoller)
#include "tst_poller.moc"
