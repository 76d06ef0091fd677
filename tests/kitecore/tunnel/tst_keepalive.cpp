#include "kitecore/tunnel/keepalive.h"

#include <QTest>

using namespace kite;
using namespace std::chrono_literals;
using tunnel::KeepAlive;

class TestKeepAlive final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void adapts_data()
    {
        QTest::addColumn<QString>("story"); ///< c: calm, e: ended, s: silent, d: a day passes
        QTest::addColumn<int>("seconds");

        QTest::newRow("at first") << "" << 116;
        QTest::newRow("calm") << "c" << 131;
        QTest::newRow("calm for long") << "cccc" << 176;
        QTest::newRow("calm for ever") << QString(200, QLatin1Char('c')) << 1800;
        QTest::newRow("a loss stops it for once") << "ccec" << 146;
        QTest::newRow("and then it goes on") << "ccecc" << 161;
        QTest::newRow("a silent death begins anew") << "ccs" << 116;
        QTest::newRow("two losses") << "ee" << 116;
        QTest::newRow("three losses") << "ccceee" << 116;
        QTest::newRow("four losses") << "eeee" << 104;
        QTest::newRow("eight losses") << "eeeeeeee" << 58;
        QTest::newRow("eleven losses") << "eeeeeeeeeee" << 23;
        QTest::newRow("twelve losses") << "eeeeeeeeeeee" << 20;
        QTest::newRow("a hundred losses") << QString(100, QLatin1Char('e')) << 20;
        QTest::newRow("forgotten after two days") << "eeeedd" << 116;
        QTest::newRow("remembered for a day") << "eeeed" << 104;
        QTest::newRow("what had grown comes back") << "ccceeeedd" << 161;
    }
    void adapts()
    {
        QFETCH(QString, story);
        KeepAlive keepAlive;
        Clock::Steady now {100h};
        for (const QChar what : story) {
            if (what == QLatin1Char('c'))
                keepAlive.calm();
            else if (what == QLatin1Char('d'))
                now += 24h;
            else
                keepAlive.lost(what == QLatin1Char('s') ? KeepAlive::Loss::Silent
                                                        : KeepAlive::Loss::Ended,
                               now);
        }
        QTEST(int(keepAlive.pingAfter(now).count()), "seconds");
    }
};

QTEST_APPLESS_MAIN(TestKeepAlive)
#include "tst_keepalive.moc"
