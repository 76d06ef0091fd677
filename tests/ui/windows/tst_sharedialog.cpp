#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QPointer>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include "tests/support/formhands.h"
#include "ui/windows/sharedialog.h"

using kite::test::faults;
using kite::test::part;
using kite::test::press;
using kite::test::type;
using kite::ui::ShareDialog;
using kite::ui::typedPath;
namespace settings = kite::settings;

class TestShareDialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        make("holiday/beach.jpg");
        make("holiday/sea.jpg");
        make("project/index.html");
        make("project/keys/id_rsa");
    }

    void init()
    {
        m_dialog = std::make_unique<ShareDialog>();
        m_wanted = std::make_unique<QSignalSpy>(m_dialog.get(), &ShareDialog::kiteWanted);
        m_dialog->setSettings({});
        m_dialog->show();
    }

    void cleanup()
    {
        m_wanted.reset();
        m_dialog.reset();
    }

    void paths_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("path");
        const QString home = QDir::homePath();
        QTest::newRow("empty") << QString() << QString();
        QTest::newRow("blanks") << QStringLiteral("  ") << QString();
        QTest::newRow("plain") << QStringLiteral("/srv/photos") << QStringLiteral("/srv/photos");
        QTest::newRow("blanks around")
            << QStringLiteral(" /srv/photos ") << QStringLiteral("/srv/photos");
        QTest::newRow("a blank inside")
            << QStringLiteral("/srv/my photos") << QStringLiteral("/srv/my photos");
        QTest::newRow("quotes") << QStringLiteral("\"/srv/my photos\"")
                                << QStringLiteral("/srv/my photos");
        QTest::newRow("one quote") << QStringLiteral("\"") << QStringLiteral("\"");
        QTest::newRow("a file address")
            << QStringLiteral("file:///srv/my%20photos") << QStringLiteral("/srv/my photos");
        QTest::newRow("home") << QStringLiteral("~") << home;
        QTest::newRow("below home")
            << QStringLiteral("~/photos") << home + QStringLiteral("/photos");
        QTest::newRow("another's home") << QStringLiteral("~bob") << QStringLiteral("~bob");
        QTest::newRow("dots") << QStringLiteral("/srv/./photos/../music/")
                              << QStringLiteral("/srv/music");
    }

    void paths()
    {
        QFETCH(QString, typed);
        QFETCH(QString, path);
        QCOMPARE(typedPath(typed), path);
    }

    void aFolderIsSharedByEnter()
    {
        QCOMPARE(m_dialog->focusWidget()->objectName(), QStringLiteral("path"));
        type(part<QLineEdit>(*m_dialog, "path"), path("holiday"));
        QTest::keyClick(m_dialog->focusWidget(), Qt::Key_Return); // it may still be counting
        QTRY_COMPARE(m_wanted->size(), 1);
        const settings::Kite kite = wanted();
        QCOMPARE(kite.target.kind, settings::Target::Kind::Share);
        QCOMPARE(kite.target.paths, QStringList {path("holiday")});
        QCOMPARE(kite.name, QStringLiteral("holiday"));
    }

    void whatLooksPrivateIsNotSharedByEnter()
    {
        type(part<QLineEdit>(*m_dialog, "path"), path("project"));
        QTest::keyClick(m_dialog->focusWidget(), Qt::Key_Return); // before anybody has looked
        auto &go = part<QPushButton>(*m_dialog, "go");
        QTRY_VERIFY(!go.isDefault() && go.isEnabled());
        QCOMPARE(m_wanted->size(), 0);
        QVERIFY(part<QPushButton>(*m_dialog, "cancel").isDefault());
        QVERIFY(note().contains(QStringLiteral("id_rsa")));
        press(*m_dialog, "go");
        QCOMPARE(m_wanted->size(), 1);
    }

    void anotherPathTakesTheWarningBack()
    {
        type(part<QLineEdit>(*m_dialog, "path"), path("project"));
        QTRY_VERIFY(!note().isEmpty());
        type(part<QLineEdit>(*m_dialog, "path"), path("holiday"));
        QCOMPARE(note(), QString());
        QVERIFY(part<QPushButton>(*m_dialog, "go").isDefault());
        press(*m_dialog, "go");
        QTRY_COMPARE(m_wanted->size(), 1);
        QCOMPARE(wanted().target.paths, QStringList {path("holiday")});
    }

    void typingOnDoesNotShareWhatWasThere()
    {
        type(part<QLineEdit>(*m_dialog, "path"), path("holiday"));
        press(*m_dialog, "go");
        if (m_wanted->isEmpty()) { // it was still counting
            type(part<QLineEdit>(*m_dialog, "path"), path("project"));
            QTRY_VERIFY(!note().isEmpty());
            QCOMPARE(m_wanted->size(), 0);
        }
    }

    void thereIsNothing_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::newRow("nothing chosen") << QString();
        QTest::newRow("a path that is not there") << QStringLiteral("/nowhere/at-all");
        QTest::newRow("a path from here") << QStringLiteral("holiday");
    }

    void thereIsNothing()
    {
        QFETCH(QString, typed);
        type(part<QLineEdit>(*m_dialog, "path"), typed);
        press(*m_dialog, "go");
        QTRY_COMPARE(faults(*m_dialog).size(), 1);
        QCOMPARE(m_wanted->size(), 0);
        QVERIFY(m_dialog->isVisible());
    }

    void nobodyIsBlamedInTheMiddleOfAPath()
    {
        const int before = m_dialog->height();
        auto &line = part<QLineEdit>(*m_dialog, "path");
        for (const QChar letter : path("holiday")) {
            QTest::keyClicks(&line, QString(letter));
            QCOMPARE(faults(*m_dialog), QStringList());
        }
        QCOMPARE(m_dialog->height(), before); // nothing moved away from under the pointer
    }

    void nobodyIsBlamedForAnEmptyForm() { QVERIFY(faults(*m_dialog).isEmpty()); }

    void severalFilesAtOnce()
    {
        const QStringList files {path("holiday/beach.jpg"), path("holiday/sea.jpg")};
        m_dialog->setPaths(files);
        press(*m_dialog, "go");
        QTRY_COMPARE(m_wanted->size(), 1);
        QCOMPARE(wanted().target.paths, files);
    }

    void aChosenFolder()
    {
        press(*m_dialog, "chooseFolder");
        auto *chooser = m_dialog->findChild<QFileDialog *>();
        QVERIFY(chooser != nullptr && chooser->isVisible());
        QCOMPARE(chooser->fileMode(), QFileDialog::Directory);
        Q_EMIT chooser->filesSelected({path("holiday")});
        QCOMPARE(part<QLineEdit>(*m_dialog, "path").text(), path("holiday"));
        press(*m_dialog, "go");
        QTRY_COMPARE(m_wanted->size(), 1);
    }

    /// As a second start does, that has something else to ask about.
    void goesAwayWhileSomebodyChooses_data()
    {
        QTest::addColumn<QByteArray>("button");
        QTest::newRow("a folder") << QByteArray("chooseFolder");
        QTest::newRow("files") << QByteArray("chooseFiles");
    }

    void goesAwayWhileSomebodyChooses()
    {
        QFETCH(QByteArray, button);
        QTimer::singleShot(0, this, [this] { m_dialog.reset(); });
        press(*m_dialog, button.constData());
        QVERIFY2(m_dialog, "the button waits for an answer");
        QPointer<QFileDialog> chooser = m_dialog->findChild<QFileDialog *>();
        QVERIFY(chooser);
        QTRY_VERIFY(!m_dialog && !chooser);
    }

    void growsByWhatItSays()
    {
        const int before = m_dialog->height();
        type(part<QLineEdit>(*m_dialog, "path"), path("project"));
        QTRY_VERIFY(m_dialog->height() > before);
        const auto labels = m_dialog->findChildren<QLabel *>();
        for (const QLabel *label : labels) {
            if (label->isVisible() && label->wordWrap())
                QVERIFY2(label->height() >= label->heightForWidth(label->width()),
                         qPrintable(label->text()));
        }
    }

private:
    void make(const char *name)
    {
        QFile file(path(name));
        QVERIFY(QDir().mkpath(QFileInfo(file.fileName()).path()));
        QVERIFY(file.open(QIODevice::WriteOnly));
    }

    QString path(const char *name) const { return m_folder.filePath(QLatin1String(name)); }
    settings::Kite wanted() const { return m_wanted->value(0).value(0).value<settings::Kite>(); }

    QString note() const
    {
        const auto notes = m_dialog->findChildren<QLabel *>(QStringLiteral("note"));
        for (const QLabel *note : notes) {
            if (note->isVisible())
                return note->text();
        }
        return {};
    }

    QTemporaryDir m_folder;
    std::unique_ptr<ShareDialog> m_dialog;
    std::unique_ptr<QSignalSpy> m_wanted;
};

QTEST_MAIN(TestShareDialog)

#include "tst_sharedialog.moc"
