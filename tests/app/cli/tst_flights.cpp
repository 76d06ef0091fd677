#include <QTest>

#include "app/cli/flights.h"

using namespace kite;
using namespace kite::cli;
using stats::DownReason;
using stats::KiteState;

namespace {

const KiteId a {"http", 0, "a.test"};
const KiteId b {"http", 0, "b.test"};
const auto r = QStringLiteral("r.test:443");
const auto s = QStringLiteral("s.test:443");

Flights::News news(const KiteId &kite, KiteState state, DownReason reason, const QString &relay = r)
{
    return {kite, relay, state, reason, QStringLiteral("why"), QStringLiteral("http://x/"), true};
}
Flights::News flying(const KiteId &kite, const QString &relay = r)
{
    return news(kite, KiteState::Flying, DownReason::None, relay);
}
Flights::News refused(const KiteId &kite, DownReason reason, const QString &relay = r)
{
    return news(kite, KiteState::Refused, reason, relay);
}
Flights::News lost(const KiteId &kite, DownReason reason, const QString &relay = r)
{
    return news(kite, KiteState::Connecting, reason, relay);
}

Flights flightsOf(const QList<KiteId> &kites, bool redial = true)
{
    Flights flights(redial);
    for (const auto &kite : kites)
        flights.add(kite, r);
    return flights;
}

} // namespace

class TestFlights : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void oneRefusalEndsWhereAllAreDemanded()
    {
        auto flights = flightsOf({a, b});
        flights.take(flying(a));
        flights.take(refused(b, DownReason::BadSecret));
        QVERIFY(!flights.end());
        flights.demandAll();
        const auto end = flights.end();
        QVERIFY(end);
        QCOMPARE(end->code, ExitCode::Refused);
        QCOMPARE(end->why.reason, QStringLiteral("bad-secret"));
    }

    void aRelayThatWasLeftDoesNotCount()
    {
        auto flights = flightsOf({a});
        flights.add(a, s);
        QVERIFY(!flights.flies(a));
        flights.take(flying(a));
        QVERIFY(flights.flies(a));
        QVERIFY(!flights.flies(b));
        QVERIFY(flights.take(refused(a, DownReason::BadSecret, s)));
        QVERIFY(flights.flies(a));
        flights.remove(s);
        QVERIFY(!flights.take(flying(a, s)));
        QVERIFY(!flights.end());
        flights.add(a, s);
        QVERIFY(flights.take(flying(a, s)));
        flights.remove(r);
        flights.remove(s);
        QVERIFY(!flights.end()); // nobody is chosen: nobody refused
    }

    void aKiteThatIsNotWantedAnyMoreDoesNotCount()
    {
        auto flights = flightsOf({a, b});
        flights.take(flying(b));
        flights.remove(b);
        QVERIFY(!flights.flies(b));
        QVERIFY(flights.has(a, r));
        QVERIFY(!flights.has(b, r));
        QVERIFY(!flights.take(flying(b)));
    }

    void tellsEachChangeOnce()
    {
        auto flights = flightsOf({a});
        QVERIFY(!flights.take(news(a, KiteState::Connecting, DownReason::None)));
        const auto up = flights.take(flying(a));
        QVERIFY(up);
        const auto &told = std::get<Flying>(*up);
        QCOMPARE(told.kite, a);
        QCOMPARE(told.relay, r);
        QCOMPARE(told.url, QStringLiteral("http://x/"));
        QCOMPARE(told.tls, std::optional(true));
        QVERIFY(!flights.take(flying(a)));

        const auto down = flights.take(lost(a, DownReason::LinkLost));
        QVERIFY(down);
        QCOMPARE(std::get<Down>(*down).reason, DownReason::LinkLost);
        QCOMPARE(std::get<Down>(*down).detail, QStringLiteral("why"));
        QVERIFY(!flights.take(lost(a, DownReason::LinkLost)));
        QVERIFY(flights.take(lost(a, DownReason::Unreachable)));
        QVERIFY(flights.take(flying(a)));
    }

    void strangersAreIgnored()
    {
        auto flights = flightsOf({a});
        QVERIFY(!flights.take(flying(b)));
        QVERIFY(!flights.take(flying(a, s)));
        QVERIFY(!flights.end());
        QVERIFY(!Flights(false).end());
    }

    void ends_data()
    {
        QTest::addColumn<QList<Flights::News>>("happened");
        QTest::addColumn<bool>("redial");
        QTest::addColumn<int>("code"); ///< -1: goes on

        const auto row = [](const char *name, bool redial, const QList<Flights::News> &happened,
                            int code) { QTest::newRow(name) << happened << redial << code; };
        const auto bad = DownReason::BadSecret;
        row("nothing yet", true, {}, -1);
        row("one of two refused", true, {refused(a, bad)}, -1);
        row("one refused, one flies", true, {refused(a, bad), flying(b)}, -1);
        row("both refused", true, {refused(a, bad), refused(b, DownReason::UnknownKite)}, 3);
        const auto unknown = DownReason::UnknownKite;
        row("secret changed after it flew", true,
            {flying(a), flying(b), refused(a, bad), refused(b, bad)}, 3);
        row("unknown after it flew", true,
            {flying(a), flying(b), refused(a, unknown), refused(b, unknown)}, -1);
        row("unknown after one flew", true, {flying(a), refused(a, unknown), refused(b, unknown)},
            -1);
        row("unknown after it flew, once only", false,
            {flying(a), flying(b), refused(a, unknown), refused(b, unknown)}, 3);
        row("name taken from the start", true, {lost(a, DownReason::NameTaken), refused(b, bad)},
            3);
        row("name taken by our own stale link", true,
            {flying(a), flying(b), lost(a, DownReason::LinkLost), lost(b, DownReason::LinkLost),
             lost(a, DownReason::NameTaken), lost(b, DownReason::NameTaken)},
            -1);
        row("unreachable", true,
            {lost(a, DownReason::Unreachable), lost(b, DownReason::Unreachable)}, -1);
        row("unreachable, once only", false,
            {lost(a, DownReason::Unreachable), lost(b, DownReason::Unreachable)}, 4);
        row("lost, once only", false,
            {flying(a), flying(b), lost(a, DownReason::LinkLost), lost(b, DownReason::LinkLost)},
            1);
        row("lost for one, once only", false, {flying(a), flying(b), lost(a, DownReason::LinkLost)},
            -1);
        row("refused and lost, once only", false,
            {refused(a, bad), lost(b, DownReason::Unreachable)}, 4);
        row("untrusted from the start", true,
            {lost(a, DownReason::Untrusted), lost(b, DownReason::Untrusted)}, 1);
        row("untrusted after it flew", true,
            {flying(a), flying(b), lost(a, DownReason::Untrusted), lost(b, DownReason::Untrusted)},
            -1);
        row("no relay", true, {lost(a, DownReason::NotARelay), lost(b, DownReason::NotARelay)}, -1);
        row("no relay, once only", false,
            {lost(a, DownReason::NotARelay), lost(b, DownReason::NotARelay)}, 1);
    }
    void ends()
    {
        QFETCH(QList<Flights::News>, happened);
        QFETCH(bool, redial);
        QFETCH(int, code);
        auto flights = flightsOf({a, b}, redial);
        for (const auto &one : happened)
            flights.take(one);
        const auto end = flights.end();
        QCOMPARE(end ? int(end->code) : -1, code);
    }

    void everyRelayCounts()
    {
        auto flights = flightsOf({a});
        flights.add(a, s);
        flights.take(refused(a, DownReason::BadSecret, r));
        QVERIFY(!flights.end());
        flights.take(flying(a, s));
        QVERIFY(!flights.end());
    }

    void saysWhichKiteAndRelay()
    {
        auto flights = flightsOf({a});
        flights.take(refused(a, DownReason::BadSecret));
        const auto end = flights.end();
        QVERIFY(end);
        QCOMPARE(end->why.reason, QStringLiteral("bad-secret"));
        QVERIFY(end->why.detail.contains(u"a.test"));
        QVERIFY(end->why.detail.contains(r));
    }
};

QTEST_APPLESS_MAIN(TestFlights)
#include "tst_flights.moc"
