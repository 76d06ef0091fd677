#include <memory>
#include <vector>

#include <QTest>

#include "kitecore/link/flow.h"
#include "kitecore/link/turns.h"

using namespace kite;
using namespace kite::link;

namespace {

struct Flows
{
    explicit Flows(int count)
    {
        for (int i = 0; i < count; ++i)
            all.push_back(std::make_unique<Flow>(wire::StreamId(quint32(i)), Dialect::Wide));
    }
    void fill(int i, qsizetype chunks)
    {
        all[size_t(i)]->waiting.append(QByteArray(chunks, 'x'));
        turns.add(*all[size_t(i)]);
    }
    /// Serves a byte a turn, `most` turns. @return whose.
    QByteArray serve(int most)
    {
        QByteArray order;
        for (int i = 0; i < most; ++i) {
            Flow *flow = turns.next();
            if (!flow)
                return order + '.';
            if (!flow->waiting.isEmpty()) {
                flow->waiting.take(1);
                order += char('a' + int(flow->sid));
            } else {
                order += '-';
            }
            turns.served(*flow);
        }
        return order;
    }

    Turns turns;
    std::vector<std::unique_ptr<Flow>> all;
};

} // namespace

class TestTurns : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesTurns()
    {
        Flows flows(3);
        for (int i = 0; i < 3; ++i)
            flows.fill(i, 3);
        QCOMPARE(flows.serve(100), "abcabcabc.");
        QVERIFY(flows.turns.isEmpty());
    }

    void unequalOnesShareTheRest()
    {
        Flows flows(3);
        flows.fill(0, 5);
        flows.fill(1, 1);
        flows.fill(2, 3);
        QCOMPARE(flows.serve(100), "abca-cacaa.");
    }

    void whoBeginsGoesFirst()
    {
        Flows flows(4);
        for (int i = 0; i < 3; ++i)
            flows.fill(i, 10);
        QCOMPARE(flows.serve(4), "abca");
        flows.fill(3, 1);
        QCOMPARE(flows.serve(1), "d");
    }

    void butNotAgainAtOnce()
    {
        Flows flows(2);
        flows.fill(0, 10);
        flows.fill(1, 1);
        QCOMPARE(flows.serve(2), "ab");
        flows.fill(1, 1);
        QCOMPARE(flows.serve(4), "abaa"); // the last a: b left, empty
    }

    void whoGoesLeavesTheLine()
    {
        Flows flows(3);
        for (int i = 0; i < 3; ++i)
            flows.fill(i, 2);
        flows.all[1].reset();
        QCOMPARE(flows.serve(100), "acac.");
    }
};

QTEST_APPLESS_MAIN(TestTurns)
#include "tst_turns.moc"
