#include "kitecore/tunnel/linkstate.h"

#include <QTest>

using kite::tunnel::LinkState;
using State = LinkState::State;

namespace {

constexpr State all[]
    = {State::Idle, State::Approaching, State::Proving, State::Up, State::Waiting, State::Refused};

const char *nameOf(State state)
{
    switch (state) {
    case State::Idle:
        return "idle";
    case State::Approaching:
        return "approaching";
    case State::Proving:
        return "proving";
    case State::Up:
        return "up";
    case State::Waiting:
        return "waiting";
    case State::Refused:
        return "refused";
    }
    Q_UNREACHABLE();
}

} // namespace

class TestLinkState : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void moves_data()
    {
        QTest::addColumn<int>("from");
        QTest::addColumn<QList<int>>("allowed");

        const auto row = [](State from, std::initializer_list<State> allowed) {
            QList<int> numbers;
            for (const State state : allowed)
                numbers << int(state);
            QTest::newRow(nameOf(from)) << int(from) << numbers;
        };
        row(State::Idle, {State::Approaching, State::Waiting, State::Refused});
        row(State::Approaching,
            {State::Idle, State::Approaching, State::Proving, State::Waiting, State::Refused});
        row(State::Proving,
            {State::Idle, State::Approaching, State::Up, State::Waiting, State::Refused});
        row(State::Up, {State::Idle, State::Approaching, State::Waiting, State::Refused});
        row(State::Waiting, {State::Idle, State::Approaching, State::Refused});
        row(State::Refused, {State::Idle, State::Approaching, State::Waiting});
    }
    void moves()
    {
        QFETCH(int, from);
        QFETCH(QList<int>, allowed);
        for (const State to : all)
            QCOMPARE(LinkState::canMove(State(from), to), allowed.contains(int(to)));
    }

    void deniedMoveChangesNothing()
    {
        LinkState state;
        QVERIFY(!state.enter(State::Up));
        QVERIFY(state.is(State::Idle));
        QVERIFY(state.enter(State::Approaching));
        QVERIFY(state.enter(State::Proving));
        QVERIFY(state.hasLink());
    }
};

QTEST_APPLESS_MAIN(TestLinkState)
#include "tst_linkstate.moc"
