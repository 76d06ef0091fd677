#include "kitecore/tunnel/roster.h"

#include <QTest>

using namespace kite;
using namespace std::chrono_literals;
using tunnel::FlownKite;
using tunnel::Roster;
using Standing = Roster::Standing;

namespace {

FlownKite flown(const char *id, const char *secret = "s3cret")
{
    return {*KiteId::parse(id), secrets::Secret(secret), nullptr};
}

} // namespace

class TestRoster : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheStandingOfThoseThatStay()
    {
        Roster roster;
        QVERIFY(roster.replace({flown("http:a.test"), flown("http:b.test")}));
        roster.find(*KiteId::parse("http:a.test"))->standing = Standing::Flying;

        QVERIFY(!roster.replace({flown("http:b.test"), flown("http:a.test")}));
        QVERIFY(roster.find(*KiteId::parse("http:a.test"))->standing == Standing::Flying);

        QVERIFY(roster.replace({flown("http:a.test")}));
        QVERIFY(!roster.find(*KiteId::parse("http:b.test")));
        QVERIFY(roster.replace({}));
        QVERIFY(roster.isEmpty());
    }

    void firstOfTheSameNameCounts()
    {
        Roster roster;
        roster.replace({flown("http:a.test", "one"), flown("http:a.test", "two")});
        QCOMPARE(roster.entries().size(), size_t(1));
        QVERIFY(roster.entries().front().kite.secret == secrets::Secret("one"));
    }

    void newSecretIsAnotherChance_data()
    {
        QTest::addColumn<int>("before");
        QTest::addColumn<int>("after");
        const auto row = [](const char *name, Standing before, Standing after) {
            QTest::newRow(name) << int(before) << int(after);
        };
        row("refused", Standing::Refused, Standing::Wanted);
        row("later", Standing::Later, Standing::Wanted);
        row("flying", Standing::Flying, Standing::Flying);
        row("asked", Standing::Asked, Standing::Asked);
    }
    void newSecretIsAnotherChance()
    {
        QFETCH(int, before);
        QFETCH(int, after);
        Roster roster;
        roster.replace({flown("http:a.test", "one")});
        roster.entries().front().standing = Standing(before);
        roster.entries().front().hasFlown = true;
        roster.replace({flown("http:a.test", "one")});
        QCOMPARE(int(roster.entries().front().standing), before);
        roster.replace({flown("http:a.test", "two")});
        QCOMPARE(int(roster.entries().front().standing), after);
        QCOMPARE(roster.entries().front().secretIsNewer, Standing(before) == Standing::Asked);
        QVERIFY(roster.entries().front().hasFlown);
    }

    void withoutSecretItIsNotAskedFor()
    {
        Roster roster;
        roster.replace({flown("http:a.test", "")});
        QCOMPARE(roster.entries().front().told.reason, stats::DownReason::NoSecret);
        roster.forgive();
        QVERIFY(roster.ask(Roster::HowMany::All).empty());
    }

    void asksForWantedOnesOnly()
    {
        Roster roster;
        roster.replace({flown("http:a.test"), flown("http:b.test"), flown("http:c.test")});
        roster.entries()[1].standing = Standing::Refused;
        QCOMPARE(roster.ask(Roster::HowMany::Fitting).size(), size_t(2));
        QVERIFY(roster.ask(Roster::HowMany::Fitting).empty());
        roster.linkGone();
        QVERIFY(roster.has(Standing::Refused));
        QCOMPARE(roster.ask(Roster::HowMany::All).size(), size_t(2));
        roster.linkGone();
        roster.forgive();
        QCOMPARE(roster.ask(Roster::HowMany::All).size(), size_t(3));
    }

    void wakesWhoseTimeHasCome()
    {
        Roster roster;
        roster.replace({flown("http:a.test"), flown("http:b.test")});
        const Clock::Steady start {};
        roster.entries()[0].standing = Standing::Later;
        roster.entries()[0].notBefore = start + 60s;
        roster.entries()[1].standing = Standing::Later;
        roster.entries()[1].notBefore = start + 5s;
        QCOMPARE(*roster.nextWake() - start, Clock::Steady::duration(5s));
        roster.wake(start + 59s);
        QVERIFY(roster.entries()[0].standing == Standing::Later);
        QVERIFY(roster.entries()[1].standing == Standing::Wanted);
        roster.wake(start + 60s);
        QVERIFY(!roster.nextWake());
    }
};

QTEST_APPLESS_MAIN(TestRoster)
#include "tst_roster.moc"
