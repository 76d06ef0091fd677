#include "kitecore/tunnel/relaypolicy.h"

#include <QTest>

using namespace kite;
using namespace std::chrono_literals;
using tunnel::Candidate;
using tunnel::ChoiceRules;
using tunnel::RelayPolicy;
using Candidates = std::vector<Candidate>;
using enum Candidate::Origin;

namespace {

constexpr Clock::Steady now {100h};

Endpoint relay(int n)
{
    return {QStringLiteral("192.0.2.%1").arg(n), 443};
}

/// A relay as a row of the tables below says it.
struct Make
{
    Candidate made;

    Make(int n, Candidate::Origin origin) { made = {relay(n), origin, {}, {}, false, {}, false}; }
    Make &takes(std::chrono::milliseconds roundTrip)
    {
        made.roundTrip = roundTrip;
        return *this;
    }
    Make &uuid(const char *uuid)
    {
        made.uuid = uuid;
        return *this;
    }
    Make &overloaded()
    {
        made.overloaded = true;
        return *this;
    }
    Make &failed(std::chrono::minutes ago)
    {
        made.failedAt = now - ago;
        return *this;
    }
    Make &live()
    {
        made.live = true;
        return *this;
    }
    operator Candidate() const { return made; } // NOLINT: so that rows stay short
};

Make pool(int n)
{
    return {n, Pool};
}
Make ofKite(int n)
{
    return {n, Candidate::Origin::Kite};
}
Make fixed(int n)
{
    return {n, Fixed};
}

QString spelled(const std::vector<Endpoint> &endpoints)
{
    QStringList words;
    for (const auto &endpoint : endpoints)
        words << endpoint.host.section(QLatin1Char('.'), 3);
    return words.join(QLatin1Char(' '));
}

} // namespace

Q_DECLARE_METATYPE(Candidates)
Q_DECLARE_METATYPE(ChoiceRules)

class TestRelayPolicy final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void chooses_data()
    {
        QTest::addColumn<ChoiceRules>("rules");
        QTest::addColumn<Candidates>("candidates");
        QTest::addColumn<QString>("chosen");

        const ChoiceRules one {1, {}, true};
        const ChoiceRules two {2, {}, true};
        QTest::newRow("nobody") << one << Candidates {} << "";
        QTest::newRow("the fastest")
            << one << Candidates {pool(1).takes(90ms), pool(2).takes(30ms), pool(3).takes(60ms)}
            << "2";
        QTest::newRow("the two fastest, best first")
            << two << Candidates {pool(1).takes(90ms), pool(2).takes(30ms), pool(3).takes(60ms)}
            << "2 3";
        QTest::newRow("fewer than wanted") << two << Candidates {pool(1).takes(90ms)} << "1";
        QTest::newRow("silent ones are out")
            << two << Candidates {pool(1), pool(2).takes(2s)} << "2";
        QTest::newRow("silent ones are not where nobody asked")
            << ChoiceRules {1, {}, false} << Candidates {pool(1), pool(2)} << "1";
        QTest::newRow("forbidden") << ChoiceRules {1, {relay(2)}, true}
                                   << Candidates {pool(1).takes(90ms), pool(2).takes(30ms)} << "1";
        QTest::newRow("forbidden even if live")
            << ChoiceRules {1, {relay(2)}, true}
            << Candidates {pool(1).takes(90ms), pool(2).takes(30ms).live()} << "1";
        QTest::newRow("overload costs 250 ms in the pool")
            << one << Candidates {pool(1).takes(10ms).overloaded(), pool(2).takes(259ms)} << "2";
        QTest::newRow("and no more")
            << one << Candidates {pool(1).takes(10ms).overloaded(), pool(2).takes(261ms)} << "1";
        QTest::newRow("the kite's relay has 50 ms ahead")
            << one << Candidates {pool(1).takes(10ms), ofKite(2).takes(59ms)} << "2";
        QTest::newRow("and no more ahead")
            << one << Candidates {pool(1).takes(10ms), ofKite(2).takes(61ms)} << "1";
        QTest::newRow("overload costs the kite's relay 50 ms")
            << one << Candidates {pool(1).takes(10ms), ofKite(2).takes(20ms).overloaded()} << "1";
        QTest::newRow("a failure costs a second at first")
            << one << Candidates {pool(1).takes(10ms).failed(0min), pool(2).takes(1009ms)} << "2";
        QTest::newRow("half a second after 15 minutes")
            << one << Candidates {pool(1).takes(10ms).failed(15min), pool(2).takes(511ms)} << "1";
        QTest::newRow("nothing after 30 minutes")
            << one << Candidates {pool(1).takes(10ms).failed(31min), pool(2).takes(11ms)} << "1";
        QTest::newRow("a live link is not left for little")
            << one << Candidates {pool(1).takes(100ms).live(), pool(2).takes(95ms)} << "1";
        QTest::newRow("but for much")
            << one << Candidates {pool(1).takes(100ms).live(), pool(2).takes(50ms)} << "2";
        QTest::newRow("a live link that answers no pings stays")
            << one << Candidates {pool(1).live(), pool(2).takes(1ms)} << "1";
        QTest::newRow("more links than wanted: no newcomers")
            << one
            << Candidates {pool(1).takes(250ms).live(), pool(2).takes(300ms).live(),
                           pool(3).takes(30ms)}
            << "1";
        QTest::newRow("one process counts once")
            << two
            << Candidates {pool(1).takes(10ms).uuid("a"), pool(2).takes(11ms).uuid("a"),
                           pool(3).takes(90ms).uuid("b")}
            << "1 3";
        QTest::newRow("by its live address")
            << one
            << Candidates {pool(1).takes(10ms).uuid("a"), pool(2).takes(50ms).uuid("a").live()}
            << "2";
        QTest::newRow("by its live address, between others")
            << two
            << Candidates {pool(1).takes(10ms).uuid("a"), pool(3).takes(20ms).uuid("b"),
                           pool(2).takes(50ms).uuid("a").live()}
            << "2 3";
        QTest::newRow("fixed ones always")
            << one << Candidates {fixed(1), fixed(2), pool(3).takes(10ms)} << "1 2 3";
        QTest::newRow("fixed ones that answer count")
            << one << Candidates {fixed(1).takes(90ms), pool(3).takes(10ms)} << "1";
        QTest::newRow("fixed ones that fly count")
            << two << Candidates {fixed(1).live(), pool(2).takes(20ms), pool(3).takes(10ms)}
            << "1 3";
        QTest::newRow("a fixed one's process is not flown at twice")
            << two
            << Candidates {fixed(1).takes(90ms).uuid("a"), pool(2).takes(10ms).uuid("a"),
                           pool(3).takes(50ms)}
            << "1 3";
        QTest::newRow("a fixed one's address is not flown at twice")
            << two << Candidates {fixed(1), pool(1).takes(10ms), pool(3).takes(50ms)} << "1 3";
    }
    void chooses()
    {
        QFETCH(ChoiceRules, rules);
        QFETCH(Candidates, candidates);
        QTEST(spelled(RelayPolicy(rules, now).choose(candidates)), "chosen");
    }

    void knowsWhenThePoolIsNotNeeded_data()
    {
        QTest::addColumn<Candidates>("candidates");
        QTest::addColumn<int>("wanted");
        QTest::addColumn<bool>("sufficient");

        QTest::newRow("nothing yet") << Candidates {} << 1 << false;
        QTest::newRow("a near one") << Candidates {ofKite(1).takes(54ms)} << 1 << true;
        QTest::newRow("a far one") << Candidates {ofKite(1).takes(55ms)} << 1 << false;
        QTest::newRow("a near one under load")
            << Candidates {ofKite(1).takes(10ms).overloaded()} << 1 << false;
        QTest::newRow("one of two") << Candidates {ofKite(1).takes(5ms)} << 2 << false;
        QTest::newRow("one twice")
            << Candidates {ofKite(1).takes(5ms).uuid("a"), ofKite(2).takes(5ms).uuid("a")} << 2
            << false;
        QTest::newRow("two") << Candidates {ofKite(1).takes(5ms), ofKite(2).takes(5ms)} << 2
                             << true;
        QTest::newRow("of the pool") << Candidates {pool(1).takes(1ms)} << 1 << false;
        QTest::newRow("fixed and there") << Candidates {fixed(1).takes(90ms)} << 1 << true;
        QTest::newRow("fixed and silent") << Candidates {fixed(1)} << 1 << false;
    }
    void knowsWhenThePoolIsNotNeeded()
    {
        QFETCH(Candidates, candidates);
        QFETCH(int, wanted);
        QTEST(RelayPolicy({wanted, {}, true}, now).sufficient(candidates), "sufficient");
    }
};

QTEST_APPLESS_MAIN(TestRelayPolicy)
#include "tst_relaypolicy.moc"
