#include <QTest>

#include "kitecore/link/liveness.h"
#include "kitecore/link/roundtrip.h"

using namespace kite;
using namespace kite::link;
using namespace std::chrono_literals;

namespace {

using Verdict = Liveness::Verdict;

/// What happens at a second.
struct Event
{
    enum class What { Hear, HearData, Say, SayData, Asked, Check };
    int second;
    What what;
};
using What = Event::What;

} // namespace

Q_DECLARE_METATYPE(Liveness::Verdict)
Q_DECLARE_METATYPE(QList<Event>)

class TestLiveness : public QObject
{
    Q_OBJECT

    // Questions after 10 s, after 3 s with something unanswered; 6 s for the answer; 5 s of saying
    // nothing while hearing data.
    static constexpr Liveness::Patience patience {10s, 3s, 6s, 5s};

    static void run(Liveness &liveness, const QList<Event> &events)
    {
        for (const auto &[second, what] : events) {
            const Liveness::Steady at {std::chrono::seconds(second)};
            switch (what) {
            case What::Hear:
                liveness.heard(at);
                break;
            case What::HearData:
                liveness.heard(at);
                liveness.heardData(at);
                break;
            case What::Say:
                liveness.said();
                break;
            case What::SayData:
                liveness.saidData(at);
                break;
            case What::Asked:
                liveness.asked(at);
                break;
            case What::Check:
                liveness.check(at);
                break;
            }
        }
    }

private Q_SLOTS:
    void judges_data()
    {
        QTest::addColumn<QList<Event>>("events");
        QTest::addColumn<int>("at");
        QTest::addColumn<Verdict>("verdict");
        QTest::addColumn<int>("next"); // check, after that
        using Events = QList<Event>;

        QTest::newRow("new") << Events {} << 9 << Verdict::Fine << 10;
        QTest::newRow("silent from the start") << Events {} << 10 << Verdict::Ask << 10;
        QTest::newRow("heard something") << Events {{7, What::Hear}} << 16 << Verdict::Fine << 17;
        QTest::newRow("silent since") << Events {{7, What::Hear}} << 17 << Verdict::Ask << 17;
        QTest::newRow("asked") << Events {{10, What::Asked}} << 15 << Verdict::Fine << 16;
        QTest::newRow("asked twice counts once")
            << Events {{10, What::Asked}, {14, What::Asked}} << 16 << Verdict::Dead << 16;
        QTest::newRow("no answer") << Events {{10, What::Asked}} << 16 << Verdict::Dead << 16;
        QTest::newRow("no answer, checked a little late")
            << Events {{10, What::Asked}} << 18 << Verdict::Dead << 16;
        QTest::newRow("answered") << Events {{10, What::Asked}, {12, What::Hear}} << 16
                                  << Verdict::Fine << 22;
        QTest::newRow("we slept") << Events {{10, What::Asked}} << 100 << Verdict::Fine << 106;
        QTest::newRow("we slept, and it is dead")
            << Events {{10, What::Asked}, {100, What::Check}} << 106 << Verdict::Dead << 106;
        QTest::newRow("sent something") << Events {{1, What::SayData}} << 3 << Verdict::Fine << 4;
        QTest::newRow("sent something, no answer")
            << Events {{1, What::SayData}, {3, What::SayData}} << 4 << Verdict::Ask << 4;
        QTest::newRow("sent something, answered")
            << Events {{1, What::SayData}, {2, What::Hear}} << 4 << Verdict::Fine << 12;
        QTest::newRow("sent something long after the last sign")
            << Events {{9, What::SayData}} << 10 << Verdict::Ask << 10;
        QTest::newRow("hears data and says nothing")
            << Events {{1, What::HearData}, {5, What::HearData}} << 6 << Verdict::Assure << 6;
        QTest::newRow("hears data and answers")
            << Events {{1, What::HearData}, {2, What::Say}} << 6 << Verdict::Fine << 11;
    }

    void judges()
    {
        QFETCH(QList<Event>, events);
        QFETCH(int, at);
        QFETCH(Verdict, verdict);
        QFETCH(int, next);
        Liveness liveness(patience, Liveness::Steady {});
        run(liveness, events);
        QCOMPARE(liveness.check(Liveness::Steady {std::chrono::seconds(at)}), verdict);
        QCOMPARE(liveness.nextCheck().time_since_epoch(), std::chrono::seconds(next));
    }

    void roundTrip()
    {
        const auto at = [](int milliseconds) {
            return RoundTrip::Steady {std::chrono::milliseconds(milliseconds)};
        };
        RoundTrip trip;
        QCOMPARE(trip.value(), 0ms);
        const QByteArray token = trip.ask(at(1'500));
        QCOMPARE(token, "1.5000");
        trip.answered("0.5000", at(1'510));
        QCOMPARE(trip.value(), 0ms);
        trip.answered(token, at(1'600));
        QCOMPARE(trip.value(), 100ms);
        trip.answered(token, at(9'600)); // again
        QCOMPARE(trip.value(), 100ms);
        trip.ask(at(2'000));
        trip.answeredBare(at(2'200));
        QCOMPARE(trip.value(), 110ms);
        trip.answeredBare(at(5'000)); // nobody asked
        QCOMPARE(trip.value(), 110ms);
    }
};

QTEST_APPLESS_MAIN(TestLiveness)
#include "tst_liveness.moc"
