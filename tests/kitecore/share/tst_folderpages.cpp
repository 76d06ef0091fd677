#include <QTest>

#include "kitecore/share/folderpages.h"
#include "tests/support/fakeclock.h"

using kite::share::FolderPages;
using namespace std::chrono_literals;

class TestFolderPages : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsWhatWasSlowForAMoment()
    {
        kite::test::FakeClock clock;
        FolderPages pages(clock);
        const auto begun = pages.now();
        clock.advance(FolderPages::slow);
        pages.keep("/a/", "page", begun);
        QCOMPARE(pages.find("/a/"), QByteArray("page"));
        QVERIFY(!pages.find("/b/"));
        clock.advance(FolderPages::keptFor - 1ms);
        QVERIFY(pages.find("/a/"));
        clock.advance(1ms);
        QVERIFY(!pages.find("/a/"));
    }

    void neverKeepsWhatWasQuick()
    {
        kite::test::FakeClock clock;
        FolderPages pages(clock);
        const auto begun = pages.now();
        clock.advance(FolderPages::slow - 1ms);
        pages.keep("/a/", "page", begun);
        QVERIFY(!pages.find("/a/"));
    }

    void keepsAFew()
    {
        kite::test::FakeClock clock;
        FolderPages pages(clock);
        const auto begun = pages.now();
        clock.advance(FolderPages::slow);
        for (int i = 0; i <= FolderPages::maxPages; ++i)
            pages.keep(QByteArray::number(i), "page", begun);
        QVERIFY(pages.find(QByteArray::number(FolderPages::maxPages - 1)));
        QVERIFY(!pages.find(QByteArray::number(FolderPages::maxPages)));
        clock.advance(FolderPages::keptFor);
        pages.keep("new", "page", begun);
        QVERIFY(pages.find("new"));
    }
};

QTEST_APPLESS_MAIN(TestFolderPages)
#include "tst_folderpages.moc"
