#include <QTest>

#include "app/cli/keptfiles.h"
#include "tests/support/fakercfiles.h"

using namespace kite;
using namespace kite::cli;

namespace {

const QString one = QStringLiteral("/rc/1.rc");
const QString two = QStringLiteral("/rc/2.rc");
const QString folder = QStringLiteral("/rc");

} // namespace

class TestKeptFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsWhatIsThere()
    {
        test::FakeRcFiles disk;
        disk.files = {{one, "ports=1"}};
        KeptFiles kept(disk);
        QVERIFY(!kept.read(two));
        QVERIFY(!kept.rcFilesIn(QStringLiteral("/gone")));
        QCOMPARE(*kept.read(one), "ports=1");
        disk.files[one] = "ports=2";
        QCOMPARE(*kept.read(one), "ports=2");
        QCOMPARE(kept.takeFaults(), QStringList()); // what never was there is no fault of ours
        QCOMPARE(kept.paths(), QStringList {one});
        QVERIFY(kept.knows(one) && !kept.knows(two));
    }

    void keepsWhatCannotBeReadAnyMore()
    {
        test::FakeRcFiles disk;
        disk.files = {{one, "ports=1"}, {two, "ports=2"}};
        KeptFiles kept(disk);
        QVERIFY(kept.rcFilesIn(folder));
        QVERIFY(kept.read(one));
        QVERIFY(kept.read(two));
        disk.files.erase(one);
        QCOMPARE(*kept.read(one), "ports=1");
        QCOMPARE(*kept.read(one), "ports=1");
        QCOMPARE(*kept.read(two), "ports=2");
        QCOMPARE(kept.takeFaults(), QStringList {one + QStringLiteral(": no such file")});
        disk.files.clear();
        QCOMPARE(*kept.rcFilesIn(folder), (QStringList {one, two}));
        QCOMPARE(kept.takeFaults(), QStringList {folder + QStringLiteral(": no such folder")});
        disk.files = {{one, "ports=3"}};
        QCOMPARE(*kept.read(one), "ports=3");
        QCOMPARE(*kept.rcFilesIn(folder), QStringList {one});
        QCOMPARE(kept.takeFaults(), QStringList());
    }

    void forgetsWhatIsNotAskedForAnyMore()
    {
        test::FakeRcFiles disk;
        disk.files = {{one, "ports=1"}, {two, "ports=2"}};
        KeptFiles kept(disk);
        kept.begin();
        QVERIFY(kept.rcFilesIn(folder));
        QVERIFY(kept.read(one));
        QVERIFY(kept.read(two));
        kept.end();
        disk.files.erase(one);
        kept.begin();
        QVERIFY(kept.read(two));
        kept.end();
        QVERIFY(!kept.read(one));
        QVERIFY(kept.read(two));
        disk.files.clear();
        QVERIFY(!kept.rcFilesIn(QStringLiteral("/gone")));
        QVERIFY(kept.read(two));
        kept.begin(); // after a reading that failed
        QCOMPARE(kept.takeFaults(), QStringList());
    }
};

QTEST_GUILESS_MAIN(TestKeptFiles)
#include "tst_keptfiles.moc"
