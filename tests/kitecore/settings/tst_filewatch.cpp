#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "kitecore/settings/filewatch.h"

using kite::settings::FileWatch;

namespace {

void write(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    file.write(bytes);
}

void replace(const QString &path, const QByteArray &bytes)
{
    QSaveFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
    QVERIFY(file.commit());
}

} // namespace

class TestFileWatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_file = m_folder->filePath(QStringLiteral("a"));
        write(m_file, "one");
        m_watch = std::make_unique<FileWatch>();
        m_watch->watch({m_file});
        m_changed = std::make_unique<QSignalSpy>(m_watch.get(), &FileWatch::changed);
    }

    void tellsOfWriting()
    {
        write(m_file, "three");
        QTRY_COMPARE(m_changed->size(), 1);
        QCOMPARE(m_changed->first().first().toStringList(), QStringList {m_file});
        write(m_file, "eleven");
        QTRY_COMPARE(m_changed->size(), 2);
    }

    void tellsOfReplacing()
    {
        for (int i = 1; i <= 3; ++i) {
            replace(m_file, QByteArray(i + 3, 'x'));
            QTRY_COMPARE(m_changed->size(), i);
        }
    }

    void tellsOfRemovingAndComingBack()
    {
        QVERIFY(QFile::remove(m_file));
        QTRY_COMPARE(m_changed->size(), 1);
        write(m_file, "back");
        QTRY_COMPARE(m_changed->size(), 2);
    }

    void tellsOfAFileWhoseFolderComesLater()
    {
        const auto file = m_folder->filePath(QStringLiteral("deep/er/a"));
        m_watch->watch({file});
        QVERIFY(QDir().mkpath(QFileInfo(file).path()));
        write(file, "here");
        QTRY_COMPARE(m_changed->size(), 1);
        write(file, "changed");
        QTRY_COMPARE(m_changed->size(), 2);
    }

    void tellsOfASwitchedLink()
    {
        const auto other = m_folder->filePath(QStringLiteral("b"));
        const auto link = m_folder->filePath(QStringLiteral("link"));
        write(other, "two");
        QVERIFY(QFile::link(m_file, link));
        m_watch->watch({link});
        QVERIFY(QFile::remove(link));
        QVERIFY(QFile::link(other, link));
        QTRY_COMPARE(m_changed->size(), 1);
        QCOMPARE(m_changed->first().first().toStringList(), QStringList {link});
    }

    void tellsOfStirsAtOnce()
    {
        bool isSettled = false;
        QStringList stirred;
        connect(m_watch.get(), &FileWatch::changed, this, [&] { isSettled = true; });
        connect(m_watch.get(), &FileWatch::stirred, this, [&](const QStringList &files) {
            if (!isSettled)
                stirred += files;
        });
        replace(m_file, "three");
        QTRY_VERIFY(isSettled);
        QCOMPARE(stirred, QStringList {m_file});
        QCOMPARE(m_changed->size(), 1);
    }

    void whatStirredAndIsBackIsAChange()
    {
        const auto before = QFileInfo(m_file).lastModified();
        QSignalSpy stirred(m_watch.get(), &FileWatch::stirred);
        write(m_file, "three");
        QTRY_COMPARE(stirred.size(), 1);
        write(m_file, "one");
        QFile file(m_file);
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(file.setFileTime(before, QFileDevice::FileModificationTime));
        file.close();
        m_watch->look();
        QVERIFY(m_changed->size() >= 1);
        const auto told = m_changed->size();
        m_watch->look();
        QCOMPARE(m_changed->size(), told);
    }

    void saysNothingOfNeighbours()
    {
        write(m_folder->filePath(QStringLiteral("neighbour")), "x");
        m_watch->look();
        QCOMPARE(m_changed->size(), 0);
    }

    void looksWithoutTheSystemToo()
    {
        write(m_file, "three");
        m_watch->look(); // as each minute
        QCOMPARE(m_changed->size(), 1);
        m_watch->look();
        QCOMPARE(m_changed->size(), 1);
    }

    void watchingAnewForgetsNothing()
    {
        write(m_file, "three");
        m_watch->watch({m_file, m_folder->filePath(QStringLiteral("b"))});
        m_watch->look();
        QCOMPARE(m_changed->size(), 1);
        m_watch->watch({});
        write(m_file, "eleven");
        m_watch->look();
        QCOMPARE(m_changed->size(), 1);
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_file;
    std::unique_ptr<FileWatch> m_watch;
    std::unique_ptr<QSignalSpy> m_changed;
};

QTEST_GUILESS_MAIN(TestFileWatch)
#include "tst_filewatch.moc"
