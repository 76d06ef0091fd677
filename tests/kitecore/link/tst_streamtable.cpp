#include <QTest>

#include "kitecore/link/streamtable.h"

using namespace kite;
using namespace kite::link;

class TestStreamTable : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void numbersWrap()
    {
        StreamTable table;
        table.add(wire::StreamId {2}, Dialect::Wide);
        QCOMPARE(quint32(table.freeId()), 0U);
        QCOMPARE(quint32(table.freeId()), 1U);
        QCOMPARE(quint32(table.freeId()), 3U);
        for (quint32 id = 4; id <= StreamTable::lastId; ++id)
            QCOMPARE(quint32(table.freeId()), id);
        QCOMPARE(quint32(table.freeId()), 0U);
    }

    void closedNumbersRest()
    {
        StreamTable table;
        Flow &flow = table.add(table.freeId(), Dialect::Wide);
        Flow &ended = table.add(table.freeId(), Dialect::Wide);
        ended.heard.read = true;
        table.remove(flow);
        table.remove(ended);
        QVERIFY(table.closed().contains(0)); // its data may be under way
        QVERIFY(!table.closed().contains(1));
        QCOMPARE(table.count(), 0);
        QVERIFY(!table.find(wire::StreamId {0}));
    }

    void aNewStreamForgetsTheOld()
    {
        StreamTable table;
        table.closed().add(7);
        const Flow &flow = table.add(wire::StreamId {7}, Dialect::Wide);
        QVERIFY(!table.closed().contains(7));
        QCOMPARE(table.find(wire::StreamId {7}), &flow);
    }

    void recentIdsAreBounded()
    {
        RecentIds ids;
        for (quint32 id = 0; id <= RecentIds::most; ++id)
            ids.add(id);
        QVERIFY(!ids.contains(0));
        QVERIFY(ids.contains(1));
        QVERIFY(ids.contains(quint32(RecentIds::most)));
        ids.remove(1);
        QVERIFY(!ids.contains(1));
    }
};

QTEST_APPLESS_MAIN(TestStreamTable)
#include "tst_streamtable.moc"
