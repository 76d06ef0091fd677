#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "ui/models/foldersummary.h"

using kite::ui::FolderFacts;
using kite::ui::FolderSummary;

class TestFolderSummary : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        QVERIFY(m_dir->isValid());
        qputenv("HOME", m_dir->filePath(QStringLiteral("home/me")).toUtf8());
        QVERIFY(QDir().mkpath(QDir::homePath()));
    }

    void countsWhatIsServed()
    {
        put("a/one.txt", 10);
        put("a/b/two.txt", 20);
        put("a/.hidden", 100);
        put("a/.git/config", 100);
        put("outside", 100);
        QVERIFY(QFile::link(path("outside"), path("a/link")));
        const FolderFacts facts = look({path("a")});
        QCOMPARE(facts.files, 2);
        QCOMPARE(facts.bytes, 30);
        QVERIFY(facts.complete);
        QVERIFY(!facts.isWorrying());
    }

    void countsSeveral()
    {
        put("a/one.txt", 10);
        put("b.txt", 5);
        const FolderFacts facts = look({path("a"), path("b.txt"), path("gone")});
        QCOMPARE(facts.files, 2);
        QCOMPARE(facts.bytes, 15);
    }

    void namesWhatLooksPrivate()
    {
        put("a/deep/id_rsa", 1);
        put("a/Backup.SQL", 1);
        put("a/key.txt", 1);
        FolderFacts facts = look({path("a")});
        facts.worrying.sort();
        QCOMPARE(facts.worrying,
                 (QStringList {QStringLiteral("Backup.SQL"), QStringLiteral("deep/id_rsa")}));
        put(".env", 1);
        facts = look({path(".env")}); // asked for by name, hidden or not
        QCOMPARE(facts.worrying, QStringList {QStringLiteral(".env")});
        for (int at = 0; at < 20; ++at)
            put(qPrintable(QStringLiteral("many/%1.key").arg(at)), 1);
        QCOMPARE(look({path("many")}).worrying.size(), FolderSummary::maxWorrying);
    }

    void warnsOfTheWholeHome_data()
    {
        QTest::addColumn<QString>("below");
        QTest::addColumn<bool>("whole");
        QTest::newRow("home") << QStringLiteral("home/me") << true;
        QTest::newRow("written otherwise") << QStringLiteral("home/me/../me/") << true;
        QTest::newRow("above") << QStringLiteral("home") << true;
        QTest::newRow("below") << QStringLiteral("home/me/public") << false;
        QTest::newRow("lookalike") << QStringLiteral("home/m") << false;
    }
    void warnsOfTheWholeHome()
    {
        QFETCH(QString, below);
        QFETCH(bool, whole);
        QVERIFY(QDir().mkpath(path("home/me/public")));
        QVERIFY(QDir().mkpath(path("home/m")));
        QCOMPARE(look({m_dir->filePath(below)}).wholeHome, whole);
    }

    void theLastQuestionCounts()
    {
        for (int at = 0; at < 300; ++at)
            put(qPrintable(QStringLiteral("many/%1").arg(at)), 1);
        put("one/file", 7);
        FolderSummary summary;
        for (int at = 0; at < 20; ++at)
            summary.look({path("many")});
        summary.look({path("one")});
        QTRY_VERIFY(!summary.isBusy());
        QCOMPARE(summary.facts().bytes, 7);
        summary.look({});
        QVERIFY(!summary.isBusy());
        QCOMPARE(summary.facts(), FolderFacts {});
    }

    void canBeClosedMeanwhile()
    {
        for (int at = 0; at < 300; ++at)
            put(qPrintable(QStringLiteral("many/%1").arg(at)), 1);
        FolderSummary summary;
        summary.look({path("many")});
        QVERIFY(summary.isBusy());
    }

private:
    QString path(const char *below) const { return m_dir->filePath(QString::fromUtf8(below)); }
    void put(const char *below, int bytes) const
    {
        QVERIFY(QDir().mkpath(QFileInfo(path(below)).path()));
        QFile file(path(below));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(QByteArray(bytes, 'x')), bytes);
    }
    static FolderFacts look(const QStringList &paths)
    {
        FolderSummary summary;
        QSignalSpy changed(&summary, &FolderSummary::changed);
        summary.look(paths);
        if (!QTest::qWaitFor([&] { return !summary.isBusy(); }) || changed.isEmpty())
            qFatal("the walk does not end");
        return summary.facts();
    }

    std::unique_ptr<QTemporaryDir> m_dir;
};

QTEST_GUILESS_MAIN(TestFolderSummary)
#include "tst_foldersummary.moc"
