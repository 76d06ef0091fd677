#include "kitecore/tunnel/fleet.h"

#include <array>

#include <QTest>

#include "tests/support/fakeclock.h"
#include "tests/support/fakerelay.h"
#include "tests/support/keepingtarget.h"
#include "tests/support/scriptedworld.h"
#include "tests/support/waits.h"

using namespace kite;
using namespace std::chrono_literals;
using stats::DownReason;
using stats::KiteState;
using tunnel::Fleet;
using tunnel::FleetPlan;
using tunnel::KiteNews;
using tunnel::RelayChoice;

namespace {

/// Three relays on loopback, a pool of them, and what the fleet says.
struct Bench
{
    test::FakeClock clock;
    net::Loop loop {clock};
    std::array<test::FakeRelay, 3> relays;
    test::ScriptedWorld *world = nullptr; ///< the fleet's
    std::shared_ptr<test::KeepingTarget> target = std::make_shared<test::KeepingTarget>();
    std::unique_ptr<Fleet> fleet;
    QStringList joined;            ///< numbers of relays that are members now
    QHash<QString, KiteNews> last; ///< by relay
    QStringList nobody;
    int liveNews = 0;
    QHash<QString, QString> motds; ///< by relay

    explicit Bench(std::initializer_list<size_t> fixed, std::optional<int> wanted = {},
                   bool adaptiveKeepAlive = false)
    {
        for (auto &relay : relays)
            relay.secrets = {{"http:a.test", "s3cret"}};
        FleetPlan plan;
        plan.adaptiveKeepAlive = adaptiveKeepAlive;
        for (const size_t n : fixed) {
            RelayChoice relay;
            relay.endpoint = endpoint(n);
            plan.fixed.append(relay);
        }
        std::unique_ptr<test::ScriptedWorld> made;
        if (wanted) {
            made = std::make_unique<test::ScriptedWorld>();
            world = made.get();
            plan.pool.emplace();
            plan.pool->wanted = *wanted;
            plan.pool->file = QStringLiteral("pool");
        }
        fleet = std::make_unique<Fleet>(loop, plan, std::move(made));
        QObject::connect(fleet.get(), &Fleet::relayJoined, fleet.get(),
                         [this](const RelayChoice &relay) { joined << name(relay); });
        QObject::connect(fleet.get(), &Fleet::relayLeft, fleet.get(),
                         [this](const RelayChoice &relay) { joined.removeOne(name(relay)); });
        QObject::connect(
            fleet.get(), &Fleet::kiteChanged, fleet.get(),
            [this](const RelayChoice &relay, const KiteNews &news) { last[name(relay)] = news; });
        QObject::connect(fleet.get(), &Fleet::relaySaid, fleet.get(),
                         [this](const RelayChoice &relay, const tunnel::RelayWords &words) {
                             motds[name(relay)] = words.motd;
                         });
        QObject::connect(fleet.get(), &Fleet::nobodyAnswers, fleet.get(),
                         [this](const QString &pool) { nobody << pool; });
        QObject::connect(fleet.get(), &Fleet::liveChanged, fleet.get(), [this] { ++liveNews; });
        fleet->setKites({{*KiteId::parse("http:a.test"), secrets::Secret("s3cret"), target}});
    }
    ~Bench()
    {
        fleet.reset();
        target->streams.clear();
    }

    Endpoint endpoint(size_t n) const { return {QStringLiteral("127.0.0.1"), relays[n].port()}; }
    QString name(const RelayChoice &relay) const
    {
        for (size_t n = 0; n < relays.size(); ++n) {
            if (relay.endpoint == endpoint(n))
                return QString::number(n);
        }
        return QStringLiteral("?");
    }
    /// The pool, and how long their pings take.
    void setPool(std::initializer_list<std::pair<size_t, std::chrono::milliseconds>> pool)
    {
        world->file.clear();
        world->relays.clear();
        for (const auto &[n, takes] : pool) {
            world->file += endpoint(n).toString().toLatin1() + '\n';
            world->relays[endpoint(n).toString()] = {takes};
        }
    }
    void start()
    {
        fleet->start();
        if (world)
            world->answerAll();
    }
    /// Where the kite flies, as the relays see it.
    QString flying() const
    {
        QStringList words;
        for (size_t n = 0; n < relays.size(); ++n) {
            if (relays[n].flying().contains("http:a.test"))
                words << QString::number(n);
        }
        return words.join(QLatin1Char(' '));
    }
    void pass(std::chrono::seconds time, std::chrono::seconds step = 1s)
    {
        for (; time > 0s; time -= step) {
            clock.advance(step);
            loop.deadlines().tick();
            if (world)
                world->answerAll();
        }
    }
    /// Long times in leaps that let links answer.
    void waitFor(std::chrono::minutes time)
    {
        for (auto left = std::chrono::seconds(time); left > 0s; left -= 30s) {
            pass(30s, 30s);
            test::settles();
        }
    }
};

} // namespace

class TestFleet final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsWhatEachRelaySays()
    {
        Bench bench({0, 1});
        for (size_t n : {0, 1})
            bench.relays[n].beforeSend = [n](QByteArray &head) {
                head.replace("-Misc: motd=", "-Misc: motd=relay+" + QByteArray::number(n));
            };
        bench.start();
        QTRY_COMPARE(bench.motds.size(), 2);
        QCOMPARE(bench.motds[QStringLiteral("0")], QStringLiteral("relay 0"));
        QCOMPARE(bench.motds[QStringLiteral("1")], QStringLiteral("relay 1"));
    }

    void answersAsItIsToldAtEachRelay()
    {
        Bench bench({0, 1});
        bench.fleet->setAnswers({{{{}, "http://early.test/"}}, true});
        bench.start();
        QTRY_COMPARE(bench.flying(), QStringLiteral("0 1"));
        bench.fleet->setAnswers({{{{}, "http://late.test/"}}, true});
        for (size_t n : {0, 1}) {
            auto &relay = bench.relays[n];
            auto *link = relay.carrierOf("http:a.test");
            QVERIFY(link);
            relay.openStream(*link, 1, "http", "x.test", "GET / HTTP/1.1\r\n\r\n");
            QTRY_VERIFY(link->ended.contains(1));
            QVERIFY(link->streamData[1].contains("http://late.test/"));
        }
    }

    void fliesAtAllFixedRelays()
    {
        Bench bench({0, 1});
        bench.start();
        QTRY_COMPARE(bench.flying(), QStringLiteral("0 1"));
        QCOMPARE(bench.joined, (QStringList {QStringLiteral("0"), QStringLiteral("1")}));
        QTRY_COMPARE(bench.last[QStringLiteral("0")].state, KiteState::Flying);
        QTRY_COMPARE(bench.last[QStringLiteral("1")].state, KiteState::Flying);
        QVERIFY(bench.liveNews > 0);
        QCOMPARE(bench.fleet->liveAddresses(),
                 QList<QHostAddress> {QHostAddress(QHostAddress::LocalHost)});
    }

    void oneThatDiesTouchesNoOther()
    {
        Bench bench({0, 1});
        bench.start();
        QTRY_COMPARE(bench.flying(), QStringLiteral("0 1"));
        bench.relays[0].goDown();
        QTRY_COMPARE(bench.last[QStringLiteral("0")].reason, DownReason::LinkLost);
        QCOMPARE(bench.last[QStringLiteral("1")].state, KiteState::Flying);
        QCOMPARE(bench.relays[1].accepted, 1);
        bench.relays[0].comeBack();
        QTRY_COMPARE(bench.flying(), QStringLiteral("0 1"));
        QCOMPARE(bench.relays[1].accepted, 1);
    }

    void choosesTheBest()
    {
        Bench bench({}, 1);
        bench.setPool({{0, 90ms}, {1, 10ms}, {2, 50ms}});
        bench.start();
        QTRY_COMPARE(bench.flying(), QStringLiteral("1"));
        QCOMPARE(bench.joined, QStringList {QStringLiteral("1")});
    }

    void choosesAsManyAsWanted()
    {
        Bench bench({}, 2);
        bench.setPool({{0, 90ms}, {1, 10ms}, {2, 50ms}});
        bench.start();
        QTRY_COMPARE(bench.flying(), QStringLiteral("1 2"));
    }

    void takesAnotherWhenTheChosenOneCanNotBeReached()
    {
        Bench bench({}, 1);
        bench.setPool({{0, 90ms}, {1, 10ms}});
        bench.relays[1].goDown(); // as if it answered pings only
        bench.start();
        QTRY_COMPARE(bench.last[QStringLiteral("1")].reason, DownReason::Unreachable);
        bench.pass(Fleet::rechooseSoonest + 2s);
        QTRY_COMPARE(bench.flying(), QStringLiteral("0"));
        QCOMPARE(bench.joined, QStringList {QStringLiteral("0")});
    }

    void aLostLinkAloneChangesNothing()
    {
        Bench bench({}, 1);
        bench.setPool({{0, 90ms}, {1, 10ms}});
        bench.start();
        QTRY_COMPARE(bench.flying(), QStringLiteral("1"));
        bench.relays[1].hangUpSoon();
        QTRY_COMPARE(bench.relays[1].accepted, 2);
        QTRY_COMPARE(bench.flying(), QStringLiteral("1"));
        bench.pass(1min);
        QCOMPARE(bench.joined, QStringList {QStringLiteral("1")});
    }

    void aBetterOneIsTakenLaterAndTheOldOneLeftAfterItsVisitors()
    {
        Bench bench({}, 1);
        bench.setPool({{0, 90ms}});
        bench.start();
        QTRY_COMPARE(bench.flying(), QStringLiteral("0"));
        auto *carrier = bench.relays[0].carrierOf("http:a.test");
        bench.relays[0].openStream(*carrier, 1, "http", "a.test", "GET / HTTP/1.1\r\n\r\n");
        QTRY_COMPARE(bench.target->streams.size(), size_t(1));
        bench.setPool({{0, 90ms}, {1, 10ms}});
        bench.waitFor(62min);
        QTRY_COMPARE(bench.flying(), QStringLiteral("0 1")); // a visitor is still there
        bench.waitFor(15min);
        QCOMPARE(bench.flying(), QStringLiteral("0 1"));
        bench.target->streams.clear();
        QTRY_VERIFY(carrier->ended.contains(1));
        bench.waitFor(3min);
        QTRY_COMPARE(bench.flying(), QStringLiteral("1"));
        QCOMPARE(bench.joined, QStringList {QStringLiteral("1")});
    }

    void aPoolThatIsEmptyIsAskedAgain()
    {
        Bench bench({}, 1);
        bench.start();
        QCOMPARE(bench.nobody, QStringList {QStringLiteral("@pool:443")});
        bench.setPool({{2, 10ms}});
        bench.pass(5s);
        QTRY_COMPARE(bench.flying(), QStringLiteral("2"));
    }

    void aFixedOneThatFailsIsBackedByThePool()
    {
        Bench bench({0}, 1);
        bench.setPool({{0, 10ms}, {1, 50ms}});
        bench.start();
        QTRY_COMPARE(bench.flying(), QStringLiteral("0"));
        bench.relays[0].goDown();
        bench.world->relays.remove(bench.endpoint(0).toString());
        QTRY_COMPARE(bench.last[QStringLiteral("0")].reason, DownReason::Unreachable);
        bench.pass(2min);
        QTRY_COMPARE(bench.flying(), QStringLiteral("1"));
        bench.relays[0].comeBack();
        bench.fleet->retry();
        bench.world->answerAll();
        QTRY_COMPARE(bench.flying(), QStringLiteral("0 1"));
    }

    void retryMeasuresAnew()
    {
        Bench bench({}, 1);
        bench.setPool({{0, 90ms}});
        bench.start();
        QTRY_COMPARE(bench.last[QStringLiteral("0")].state, KiteState::Flying);
        bench.world->asked.clear();
        bench.fleet->retry();
        bench.world->answerAll();
        QCOMPARE(bench.world->asked.count(bench.endpoint(0).toString()), 2);
        QTRY_COMPARE(bench.relays[0].pings + bench.relays[0].probes,
                     1); // and the link has to prove that it lives
    }

    void keepsLinksAliveAsTheyNeed()
    {
        Bench bench({0}, {}, true);
        bench.relays[0].wideWindow = true;
        bench.start();
        QTRY_COMPARE(bench.last[QStringLiteral("0")].state, KiteState::Flying);
        bench.pass(110s);
        QVERIFY(test::settles());
        QCOMPARE(bench.relays[0].pings, 0);
        bench.pass(8s);
        QTRY_COMPARE(bench.relays[0].pings, 1);
        for (int loss = 1; loss <= 5; ++loss) { // 116 s less a fifth
            bench.pass(11s);
            bench.relays[0].hangUpSoon();
            QTRY_COMPARE(bench.relays[0].accepted, 1 + loss);
            QTRY_COMPARE(bench.flying(), QStringLiteral("0"));
            QTRY_COMPARE(bench.last[QStringLiteral("0")].state, KiteState::Flying);
        }
        bench.pass(90s);
        QVERIFY(test::settles());
        QCOMPARE(bench.relays[0].pings, 1);
        bench.pass(5s);
        QTRY_COMPARE(bench.relays[0].pings, 2);
    }

    void stops()
    {
        Bench bench({0}, 2);
        bench.setPool({{1, 10ms}});
        bench.start();
        QTRY_COMPARE(bench.flying(), QStringLiteral("0 1"));
        bench.fleet->stop();
        QTRY_COMPARE(bench.flying(), QString());
        bench.pass(2h, 10min);
        QVERIFY(test::settles());
        QCOMPARE(bench.flying(), QString());
        bench.start();
        QTRY_COMPARE(bench.flying(), QStringLiteral("0 1"));
    }
};

QTEST_GUILESS_MAIN(TestFleet)
#include "tst_fleet.moc"
