#include <QLocale>
#include <QMouseEvent>
#include <QTest>

#include "ui/widgets/trafficgraph.h"

using kite::stats::Series;
using kite::ui::scaleFor;
using kite::ui::TrafficGraph;

class TestTrafficGraph : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }

    void scales_data()
    {
        QTest::addColumn<qint64>("before");
        QTest::addColumn<qint64>("peak");
        QTest::addColumn<qint64>("scale");
        const auto row = [](const char *name, qint64 before, qint64 peak, qint64 scale) {
            QTest::newRow(name) << before << peak << scale;
        };
        row("nothing yet", 0, 0, 1000);
        row("a few bytes", 0, 7, 1000);
        row("exactly", 0, 1000, 1000);
        row("above", 0, 1001, 2000);
        row("two", 0, 2001, 5000);
        row("five", 0, 5001, 10'000);
        row("megabytes", 0, 1'300'000, 2'000'000);
        row("grows", 1000, 3000, 5000);
        row("still filled to a quarter", 10'000, 2500, 10'000);
        row("less than a quarter", 10'000, 2499, 5000);
        row("silence again", 10'000'000, 0, 1000);
        row("the most there is", 0, std::numeric_limits<qint64>::max(), 100'000'000'000'000'000);
    }

    void scales()
    {
        QFETCH(qint64, before);
        QFETCH(qint64, peak);
        QFETCH(qint64, scale);
        QCOMPARE(scaleFor(before, peak), scale);
    }

    /// What an idle kite shows: the line at the bottom, and nothing filled.
    void silenceIsFlat_data()
    {
        QTest::addColumn<int>("seconds");
        QTest::newRow("none yet") << 0;
        QTest::newRow("the first") << 1;
        QTest::newRow("five minutes") << 300;
    }

    void silenceIsFlat()
    {
        QFETCH(int, seconds);
        TrafficGraph graph;
        graph.resize(400, 200);
        Series silence;
        silence.samples.resize(std::size_t(seconds));
        graph.setSeries(silence);
        const QImage seen = graph.grab().toImage();
        const QRgb background = graph.palette().color(QPalette::Window).rgb();
        for (const int x : {150, 200, 250, 399})
            QCOMPARE(seen.pixel(x, 60), background); // between two lines of the grid
        QVERIFY(!graph.accessibleDescription().contains(QStringLiteral("nan")));
    }

    void trafficIsDrawnWhereItWas()
    {
        TrafficGraph graph;
        graph.resize(400, 200);
        Series series;
        series.samples.resize(300);
        for (std::size_t at = 250; at < 300; ++at)
            series.samples[at].out = 1000;
        graph.setSeries(series);
        const QImage seen = graph.grab().toImage();
        const QRgb background = graph.palette().color(QPalette::Window).rgb();
        QCOMPARE(seen.pixel(200, 60), background);
        QVERIFY(seen.pixel(380, 60) != background);
    }

    void keysReadValues()
    {
        TrafficGraph graph;
        graph.resize(400, 200);
        Series series;
        series.samples = {{.in = 5, .out = 50}, {.in = 6, .out = 60}, {.in = 7, .out = 70}};
        graph.setSeries(series);
        QCOMPARE(graph.reading(), QString());
        QTest::keyClick(&graph, Qt::Key_Left);
        QVERIFY(graph.reading().contains(QStringLiteral("70 bytes/s")));
        QTest::keyClick(&graph, Qt::Key_Left);
        QVERIFY(graph.reading().contains(QStringLiteral("60 bytes/s")));
        QCOMPARE(graph.accessibleDescription(), graph.reading());
        for (int more = 0; more < 5; ++more)
            QTest::keyClick(&graph, Qt::Key_Left);
        QVERIFY(graph.reading().contains(QStringLiteral("50 bytes/s"))); // the oldest
        QTest::keyClick(&graph, Qt::Key_Right);
        QVERIFY(graph.reading().contains(QStringLiteral("60 bytes/s")));
        QTest::keyClick(&graph, Qt::Key_Escape);
        QCOMPARE(graph.reading(), QString());
    }

    void thePointerReadsValues()
    {
        TrafficGraph graph;
        graph.resize(400, 200);
        Series series;
        series.samples.resize(300);
        series.samples.front().out = 123;
        series.samples.back().out = 456;
        graph.setSeries(series);
        point(graph, 399);
        QVERIFY2(graph.reading().contains(QStringLiteral("456")), qPrintable(graph.reading()));
        point(graph, 1);
        QVERIFY2(graph.reading().contains(QStringLiteral("123")), qPrintable(graph.reading()));
        graph.setSeries({}); // what was read is gone
        QCOMPARE(graph.reading(), QString());
        graph.grab();
    }

private:
    static void point(TrafficGraph &graph, int x)
    {
        const QPointF at(x, 50);
        QMouseEvent move(QEvent::MouseMove, at, graph.mapToGlobal(at), Qt::NoButton, Qt::NoButton,
                         Qt::NoModifier);
        QCoreApplication::sendEvent(&graph, &move);
    }
};

QTEST_MAIN(TestTrafficGraph)

#include "tst_trafficgraph.moc"
