#include "kitecore/tunnel/relayscout.h"

#include <QTest>

#include "tests/support/fakeclock.h"
#include "tests/support/scriptedworld.h"

using namespace kite;
using namespace std::chrono_literals;
using tunnel::RelayPool;
using tunnel::RelayScout;

namespace {

struct Bench
{
    test::FakeClock clock;
    net::Loop loop {clock};
    test::ScriptedWorld *world; ///< the scout's
    QList<Endpoint> live;
    std::unique_ptr<RelayScout> scout;
    QList<Endpoint> fixed;
    QByteArrayList kites;
    int chosen = 0;
    QString last = QStringLiteral("-");

    explicit Bench(const RelayPool &pool)
    {
        auto made = std::make_unique<test::ScriptedWorld>();
        world = made.get();
        scout = std::make_unique<RelayScout>(loop, pool, std::move(made), [this] { return live; });
    }

    void begin()
    {
        world->asked.clear();
        last = QStringLiteral("-");
        scout->choose(fixed, kites, [this](const std::vector<Endpoint> &relays) {
            ++chosen;
            QStringList words;
            for (const auto &relay : relays)
                words << relay.toString();
            last = words.join(QLatin1Char(' '));
        });
    }
    QString choose()
    {
        begin();
        world->answerAll();
        return last;
    }
    void pass(std::chrono::milliseconds time)
    {
        clock.advance(time);
        loop.deadlines().tick();
    }
};

RelayPool byName(int wanted = 1)
{
    RelayPool pool;
    pool.wanted = wanted;
    pool.name = QStringLiteral("pool.test");
    return pool;
}

QList<QHostAddress> addresses(std::initializer_list<const char *> list)
{
    QList<QHostAddress> made;
    for (const char *address : list)
        made << QHostAddress(QString::fromLatin1(address));
    return made;
}

} // namespace

class TestRelayScout final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void choosesTheFastestOfThePool()
    {
        Bench bench(byName());
        bench.world->names[QStringLiteral("pool.test")]
            = addresses({"192.0.2.1", "192.0.2.2", "2001:db8::3"});
        bench.world->relays[QStringLiteral("192.0.2.1:443")] = {90ms};
        bench.world->relays[QStringLiteral("192.0.2.2:443")] = {80ms};
        bench.world->relays[QStringLiteral("[2001:db8::3]:443")] = {70ms};
        QCOMPARE(bench.choose(), QStringLiteral("[2001:db8::3]:443"));
        QCOMPARE(bench.world->asked.count(QStringLiteral("192.0.2.1:443")), 2); // samples
    }

    void measurementsAreRememberedForAMinute()
    {
        Bench bench(byName());
        bench.world->names[QStringLiteral("pool.test")] = addresses({"192.0.2.1"});
        bench.world->relays[QStringLiteral("192.0.2.1:443")] = {90ms};
        bench.choose();
        bench.pass(59s);
        QCOMPARE(bench.choose(), QStringLiteral("192.0.2.1:443"));
        QCOMPARE(bench.world->asked, QStringList {QStringLiteral("pool.test")});
        bench.pass(2s);
        bench.choose();
        QCOMPARE(bench.world->asked.count(QStringLiteral("192.0.2.1:443")), 1);
        bench.scout->forgetMeasurements();
        bench.choose();
        QCOMPARE(bench.world->asked.count(QStringLiteral("192.0.2.1:443")), 2);
    }

    void aFailureWeighsUntilItFades()
    {
        Bench bench(byName());
        bench.world->names[QStringLiteral("pool.test")] = addresses({"192.0.2.1", "192.0.2.2"});
        bench.world->relays[QStringLiteral("192.0.2.1:443")] = {10ms};
        bench.world->relays[QStringLiteral("192.0.2.2:443")] = {100ms};
        bench.scout->failed({QStringLiteral("192.0.2.1"), 443});
        QCOMPARE(bench.choose(), QStringLiteral("192.0.2.2:443"));
        bench.pass(29min);
        QCOMPARE(bench.choose(), QStringLiteral("192.0.2.1:443"));
    }

    void theKitesOwnRelayComesFirstAndSparesThePool()
    {
        Bench bench(byName());
        bench.kites = {"a.test", "*.b.test", "unknown"};
        bench.world->names[QStringLiteral("a.test")] = addresses({"192.0.2.9", "127.0.0.1"});
        bench.world->names[QStringLiteral("pool.test")] = addresses({"192.0.2.1"});
        bench.world->relays[QStringLiteral("192.0.2.9:443")] = {54ms};
        bench.world->relays[QStringLiteral("192.0.2.1:443")] = {1ms};
        QCOMPARE(bench.choose(), QStringLiteral("192.0.2.9:443"));
        QVERIFY(!bench.world->asked.contains(QStringLiteral("pool.test")));
        QVERIFY(!bench.world->asked.contains(QStringLiteral("127.0.0.1:443")));
        QVERIFY(!bench.world->asked.contains(QStringLiteral("unknown")));
    }

    void aFarOneIsComparedWithThePool()
    {
        Bench bench(byName());
        bench.kites = {"a.test"};
        bench.world->names[QStringLiteral("a.test")] = addresses({"192.0.2.9"});
        bench.world->names[QStringLiteral("pool.test")] = addresses({"192.0.2.1"});
        bench.world->relays[QStringLiteral("192.0.2.9:443")] = {90ms};
        bench.world->relays[QStringLiteral("192.0.2.1:443")] = {1ms};
        QCOMPARE(bench.choose(), QStringLiteral("192.0.2.1:443"));
    }

    void newIgnoresWhereTheKitesLead()
    {
        auto pool = byName();
        pool.ignoreKites = true;
        Bench bench(pool);
        bench.kites = {"a.test"};
        bench.world->names[QStringLiteral("pool.test")] = addresses({"192.0.2.1"});
        bench.world->relays[QStringLiteral("192.0.2.1:443")] = {1ms};
        QCOMPARE(bench.choose(), QStringLiteral("192.0.2.1:443"));
        QVERIFY(!bench.world->asked.contains(QStringLiteral("a.test")));
    }

    void theForbiddenAreNotEvenAsked()
    {
        auto pool = byName();
        pool.never = {{QStringLiteral("192.0.2.1"), 443}};
        Bench bench(pool);
        bench.world->names[QStringLiteral("pool.test")] = addresses({"192.0.2.1", "192.0.2.2"});
        bench.world->relays[QStringLiteral("192.0.2.1:443")] = {1ms};
        bench.world->relays[QStringLiteral("192.0.2.2:443")] = {9ms};
        QCOMPARE(bench.choose(), QStringLiteral("192.0.2.2:443"));
        QVERIFY(!bench.world->asked.contains(QStringLiteral("192.0.2.1:443")));
    }

    void theFileIsReadEachTime()
    {
        RelayPool pool;
        pool.wanted = 3;
        pool.file = QStringLiteral("relays");
        pool.port = 2443;
        Bench bench(pool);
        for (const char *relay : {"192.0.2.1:2443", "r.test:80", "[2001:db8::1]:2443"})
            bench.world->relays[QString::fromLatin1(relay)] = {1ms};
        bench.world->file
            = "# those that we rent\n192.0.2.1 ; the old one\n\nr.test:80\r\nno relay\n"
              "2001:db8::1\n192.0.2.1\n192.0.2.7";
        QCOMPARE(bench.choose(), QStringLiteral("192.0.2.1:2443 r.test:80 [2001:db8::1]:2443"));
        bench.world->file = "r.test:80";
        QCOMPARE(bench.choose(), QStringLiteral("r.test:80"));
        bench.world->file = "";
        QCOMPARE(bench.choose(), QString());
    }

    void aNameThatCanNotBeLookedUpIsRememberedFor15Minutes()
    {
        Bench bench(byName());
        bench.world->names[QStringLiteral("pool.test")] = addresses({"192.0.2.1"});
        bench.world->relays[QStringLiteral("192.0.2.1:443")] = {1ms};
        bench.choose();
        bench.world->names.clear();
        bench.pass(899s);
        QCOMPARE(bench.choose(), QStringLiteral("192.0.2.1:443"));
        bench.pass(2s);
        QCOMPARE(bench.choose(), QString());
    }

    void whoFliesStaysWhileDnsFails()
    {
        Bench bench(byName());
        bench.live = {{QStringLiteral("192.0.2.1"), 443}};
        QCOMPARE(bench.choose(), QStringLiteral("192.0.2.1:443"));
        bench.world->names[QStringLiteral("pool.test")] = addresses({"192.0.2.2"});
        bench.world->relays[QStringLiteral("192.0.2.2:443")] = {1ms};
        QCOMPARE(bench.choose(), QStringLiteral("192.0.2.2:443"));
    }

    void aRelaysHintStandsInForDns()
    {
        Bench bench(byName());
        bench.fixed = {{QStringLiteral("r.test"), 443}};
        auto &relay = bench.world->relays[QStringLiteral("r.test:443")];
        relay = {100ms, "", false, {"pool.test", addresses({"192.0.2.5"})}};
        bench.world->relays[QStringLiteral("192.0.2.5:443")] = {1ms};
        QCOMPARE(bench.choose(), QStringLiteral("r.test:443")); // it suffices
        bench.world->relays.remove(QStringLiteral("r.test:443"));
        bench.pass(61s);
        QCOMPARE(bench.choose(), QStringLiteral("r.test:443 192.0.2.5:443"));
    }

    void aHintForAnotherNameIsNobodysBusiness()
    {
        Bench bench(byName());
        bench.fixed = {{QStringLiteral("r.test"), 443}};
        bench.kites = {"a.test"};
        bench.world->relays[QStringLiteral("r.test:443")]
            = {100ms, "", false, {"a.test", addresses({"192.0.2.5"})}};
        bench.world->relays[QStringLiteral("192.0.2.5:443")] = {1ms};
        bench.choose();
        bench.world->relays.remove(QStringLiteral("r.test:443"));
        bench.pass(61s);
        QCOMPARE(bench.choose(), QStringLiteral("r.test:443"));
    }

    void quietAsksNobody()
    {
        auto pool = byName();
        pool.quiet = true;
        Bench bench(pool);
        bench.kites = {"a.test"};
        QCOMPARE(bench.choose(), QStringLiteral("pool.test:443"));
        QVERIFY(bench.world->asked.isEmpty());
    }

    void whoeverHangsHoldsNobodyUpForLong()
    {
        Bench bench(byName());
        bench.kites = {"a.test"};
        bench.world->names[QStringLiteral("pool.test")] = addresses({"192.0.2.1", "192.0.2.2"});
        bench.world->relays[QStringLiteral("192.0.2.1:443")] = {1ms};
        bench.world->hangs = true;
        bench.begin(); // the kite's name hangs
        bench.pass(RelayScout::namesTimeout + 1s);
        QCOMPARE(bench.last, QStringLiteral("-"));
        bench.world->hangs = false;
        bench.world->answerAll();
        QCOMPARE(bench.last, QStringLiteral("192.0.2.1:443"));
        bench.world->hangs = true;
        bench.pass(61s);
        bench.begin();
        for (int i = 0; i < 4; ++i)
            bench.pass(RelayScout::pingsTimeout + 1s);
        QCOMPARE(bench.last, QStringLiteral("192.0.2.1:443")); // as known from before
        QCOMPARE(bench.chosen, 2);
    }

    void aNewChoiceDropsTheOldOne()
    {
        Bench bench(byName());
        bench.world->names[QStringLiteral("pool.test")] = addresses({"192.0.2.1"});
        bench.world->relays[QStringLiteral("192.0.2.1:443")] = {1ms};
        bench.begin();
        QCOMPARE(bench.choose(), QStringLiteral("192.0.2.1:443"));
        QCOMPARE(bench.chosen, 1);
        bench.begin();
        bench.scout->cancel();
        bench.pass(1min);
        bench.world->answerAll();
        QCOMPARE(bench.chosen, 1);
    }
};

QTEST_GUILESS_MAIN(TestRelayScout)
#include "tst_relayscout.moc"
