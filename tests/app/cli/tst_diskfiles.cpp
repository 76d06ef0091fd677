#include <memory>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "app/cli/diskfiles.h"

using namespace kite::cli;

class TestDiskFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        QVERIFY(m_dir->isValid());
    }

    void reads()
    {
        write(QStringLiteral("a.rc"), "ports=1");
        DiskFiles files(m_dir->path());
        const auto bytes = files.read(QStringLiteral("~/a.rc"));
        QVERIFY(bytes);
        QCOMPARE(*bytes, QByteArray("ports=1"));
        QVERIFY(!files.read(path(QStringLiteral("gone"))));
        QVERIFY(!files.read(m_dir->path()));
    }

    void hasALimit()
    {
        write(QStringLiteral("big"), QByteArray(DiskFiles::maxBytes, '#'));
        write(QStringLiteral("bigger"), QByteArray(DiskFiles::maxBytes + 1, '#'));
        DiskFiles files({});
        QVERIFY(files.read(path(QStringLiteral("big"))));
        QVERIFY(!files.read(path(QStringLiteral("bigger"))));
    }

    void tellsWhatOthersCanRead()
    {
        write(QStringLiteral("open"), "x");
        write(QStringLiteral("closed"), "x");
        QVERIFY(QFile::setPermissions(path(QStringLiteral("open")),
                                      QFileDevice::ReadOwner | QFileDevice::ReadOther));
        QVERIFY(QFile::setPermissions(path(QStringLiteral("closed")), QFileDevice::ReadOwner));
        DiskFiles files({});
        QVERIFY(files.read(path(QStringLiteral("open"))));
        QVERIFY(files.read(path(QStringLiteral("closed"))));
        QCOMPARE(files.exposedFiles(), QStringList {path(QStringLiteral("open"))});
    }

    void listsRcFilesInOrder()
    {
        for (const auto *name : {"b.rc", "a.rc", "10.rc", ".hidden.rc", "a.rc.off"})
            write(QString::fromUtf8(name), "x");
        QVERIFY(QDir(m_dir->path()).mkdir(QStringLiteral("folder.rc")));
        DiskFiles files({});
        const auto names = files.rcFilesIn(m_dir->path());
        QVERIFY(names);
        QCOMPARE(*names,
                 (QStringList {path(QStringLiteral("10.rc")), path(QStringLiteral("a.rc")),
                               path(QStringLiteral("b.rc"))}));
        QVERIFY(!files.rcFilesIn(path(QStringLiteral("gone"))));
    }

    void tellsMissingFromHidden()
    {
        write(QStringLiteral("a"), "x");
        QVERIFY(!isMissing(path(QStringLiteral("a"))));
        QVERIFY(!isMissing(m_dir->path()));
        QVERIFY(isMissing(path(QStringLiteral("gone"))));
        QVERIFY(isMissing(path(QStringLiteral("a/below"))));
        QCOMPARE(whyUnreadable(path(QStringLiteral("gone"))), QString());
        QCOMPARE(whyUnreadable(path(QStringLiteral("a"))), QString());
        // What hides files from root: a name that is too long to ask for.
        const auto hidden = path(QString(5000, QLatin1Char('x')));
        QVERIFY(!isMissing(hidden));
        QVERIFY(!whyUnreadable(hidden).isEmpty());
    }

    void pidFileGoesWithItsOwner()
    {
        const QString file = path(QStringLiteral("pid"));
        {
            PidFile pid;
            QVERIFY(pid.write(file));
            QFile read(file);
            QVERIFY(read.open(QIODevice::ReadOnly));
            QCOMPARE(read.readAll().trimmed().toLongLong(), QCoreApplication::applicationPid());
        }
        QVERIFY(!QFile::exists(file));
        QVERIFY(!PidFile().write(path(QStringLiteral("gone/pid"))));
        {
            PidFile pid;
            QVERIFY(pid.write(file));
            QFile other(file);
            QVERIFY(other.open(QIODevice::WriteOnly));
            other.write("1\n");
        }
        QVERIFY(QFile::exists(file)); // another process's by now
    }

private:
    QString path(const QString &name) const { return m_dir->filePath(name); }
    void write(const QString &name, const QByteArray &bytes) const
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(bytes), bytes.size());
    }

    std::unique_ptr<QTemporaryDir> m_dir;
};

QTEST_GUILESS_MAIN(TestDiskFiles)
#include "tst_diskfiles.moc"
