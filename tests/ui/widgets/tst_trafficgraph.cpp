#include <QTest>

#include "ui/widgets/trafficgraph.h"

using kite::ui::TrafficGraph;

class TestTrafficGraph : public QObject
{
    Q_OBJECT

private:
    static QImage drawn(const std::vector<kite::stats::Sample> &samples)
    {
        TrafficGraph graph;
        graph.resize(400, 200);
        graph.setSeries({samples});
        return graph.grab().toImage();
    }

private Q_SLOTS:
    void scales_data()
    {
        QTest::addColumn<qint64>("before");
        QTest::addColumn<qint64>("peak");
        QTest::addColumn<qint64>("after");
        QTest::newRow("nothing yet") << qint64(0) << qint64(0) << qint64(1000);
        QTest::newRow("little") << qint64(0) << qint64(999) << qint64(1000);
        QTest::newRow("grows") << qint64(1000) << qint64(1001) << qint64(2000);
        QTest::newRow("a nice number") << qint64(1000) << qint64(308'400) << qint64(500'000);
        QTest::newRow("stays") << qint64(500'000) << qint64(125'000) << qint64(500'000);
        QTest::newRow("shrinks") << qint64(500'000) << qint64(124'999) << qint64(200'000);
        QTest::newRow("falls silent") << qint64(500'000) << qint64(0) << qint64(1000);
    }
    void scales()
    {
        QFETCH(qint64, before);
        QFETCH(qint64, peak);
        QTEST(kite::ui::scaleFor(before, peak), "after");
    }

    /// Silence is no mountain: it looks like no samples at all but for a line at the bottom.
    void silenceIsFlat()
    {
        const QImage none = drawn({});
        const QImage silent = drawn(std::vector<kite::stats::Sample>(300));
        const QRect upper(0, 0, none.width(), none.height() / 2);
        QCOMPARE(silent.copy(upper), none.copy(upper));
    }

    void trafficIsAMountain()
    {
        std::vector<kite::stats::Sample> samples(300);
        samples[150].out = 800;
        const QImage none = drawn({});
        const QImage busy = drawn(samples);
        const QRect upper(0, 0, none.width(), none.height() / 2);
        QVERIFY(busy.copy(upper) != none.copy(upper));
    }

    void isReadAloud()
    {
        std::vector<kite::stats::Sample> samples(300);
        samples.back().out = 2'000'000;
        TrafficGraph graph;
        graph.setSeries({samples});
        QVERIFY2(graph.accessibleDescription().contains(QStringLiteral("2.0 MB/s")),
                 qPrintable(graph.accessibleDescription()));
    }

    /// The left key reads one second further back, escape stops reading.
    void isReadByKeys()
    {
        std::vector<kite::stats::Sample> samples(300);
        samples[298].out = 3'000'000;
        TrafficGraph graph;
        graph.resize(400, 200);
        graph.setSeries({samples});
        QTest::keyClick(&graph, Qt::Key_Left);
        QTest::keyClick(&graph, Qt::Key_Left);
        QVERIFY2(graph.accessibleDescription().contains(QStringLiteral("3.0 MB/s")),
                 qPrintable(graph.accessibleDescription()));
        const QString reading = graph.accessibleDescription();
        QTest::keyClick(&graph, Qt::Key_Escape);
        QVERIFY(graph.accessibleDescription() != reading);
    }
};

QTEST_MAIN(TestTrafficGraph)
#include "tst_trafficgraph.moc"
