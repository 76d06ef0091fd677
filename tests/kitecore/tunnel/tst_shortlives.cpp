#include "kitecore/tunnel/shortlives.h"

#include <QTest>

using kite::tunnel::ShortLives;
using namespace std::chrono_literals;

class TestShortLives : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void counts_data()
    {
        QTest::addColumn<bool>("visitors");
        QTest::addColumn<int>("links");
        QTest::addColumn<int>("count");

        QTest::newRow("one") << false << 1 << 1;
        QTest::newRow("nobody came") << false << 7 << 7;
        QTest::newRow("one, with visitors") << true << 1 << 1;
        QTest::newRow("cut under load") << true << 200 << 2;
    }
    void counts()
    {
        QFETCH(const bool, visitors);
        QFETCH(const int, links);

        ShortLives lives;
        for (int i = 0; i < links; ++i) {
            lives.linkCameUp();
            if (visitors)
                lives.visitorCame();
            lives.linkEnded(ShortLives::steadyAfter - 1ms);
        }
        QTEST(lives.count(), "count");
        lives.linkCameUp();
        lives.linkEnded(ShortLives::steadyAfter);
        QCOMPARE(lives.count(), 0);
    }

    void visitorsOfOneLinkDoNotCountForTheNext()
    {
        ShortLives lives;
        for (int i = 0; i < 3; ++i) {
            lives.linkCameUp();
            lives.linkEnded(1s);
        }
        lives.linkCameUp();
        lives.visitorCame();
        lives.linkEnded(1s);
        QCOMPARE(lives.count(), ShortLives::mostWithVisitors);
        lives.linkCameUp();
        lives.linkEnded(1s);
        QCOMPARE(lives.count(), ShortLives::mostWithVisitors + 1);
    }

    void isForgotten()
    {
        ShortLives lives;
        lives.linkEnded(1s);
        lives.forget();
        QCOMPARE(lives.count(), 0);
    }
};

QTEST_APPLESS_MAIN(TestShortLives)
#include "tst_shortlives.moc"
