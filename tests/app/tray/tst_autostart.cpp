#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "app/tray/autostart.h"

using kite::app::Autostart;

class TestAutostart : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void setAndTakenBack()
    {
        const QTemporaryDir home;
        const Autostart autostart(home.filePath(QStringLiteral("config/autostart")),
                                  QStringLiteral("/usr/bin/kiteline"));
        QVERIFY(!autostart.isSet());
        QVERIFY(autostart.set(true));
        QVERIFY(autostart.isSet());
        QVERIFY(execLine(autostart).contains("--background"));
        QVERIFY(autostart.set(true)); // again
        QVERIFY(autostart.set(false));
        QVERIFY(!autostart.isSet());
        QVERIFY(autostart.set(false)); // there is nothing to take back
    }

    void programs_data()
    {
        QTest::addColumn<QString>("program");
        QTest::addColumn<QByteArray>("exec");
        QTest::newRow("plain") << QStringLiteral("/usr/bin/kiteline")
                               << QByteArray(R"(Exec="/usr/bin/kiteline" --background)");
        QTest::newRow("a space") << QStringLiteral("/opt/my programs/kiteline")
                                 << QByteArray(R"(Exec="/opt/my programs/kiteline" --background)");
        QTest::newRow("a percent sign") << QStringLiteral("/opt/100%/kiteline")
                                        << QByteArray(R"(Exec="/opt/100%%/kiteline" --background)");
        QTest::newRow("a dollar") << QStringLiteral("/opt/$x/kiteline")
                                  << QByteArray(R"(Exec="/opt/\\$x/kiteline" --background)");
        QTest::newRow("a backslash") << QStringLiteral("/opt/a\\b/kiteline")
                                     << QByteArray(R"(Exec="/opt/a\\\\b/kiteline" --background)");
    }

    void programs()
    {
        QFETCH(QString, program);
        QFETCH(QByteArray, exec);
        const QTemporaryDir home;
        const Autostart autostart(home.path(), program);
        QVERIFY(autostart.set(true));
        QCOMPARE(execLine(autostart), exec);
    }

    void onlyWhatWasChangedIsDone_data()
    {
        QTest::addColumn<bool>("isThere");
        QTest::addColumn<bool>("before");
        QTest::addColumn<bool>("wanted");
        QTest::addColumn<bool>("after");
        QTest::newRow("ticked") << false << false << true << true;
        QTest::newRow("no longer ticked") << true << true << false << false;
        QTest::newRow("stays ticked") << true << true << true << true;
        QTest::newRow("removed elsewhere") << false << true << true << false;
        QTest::newRow("made elsewhere") << true << false << false << true;
        QTest::newRow("removed elsewhere and here") << false << true << false << false;
    }

    void onlyWhatWasChangedIsDone()
    {
        QFETCH(bool, isThere);
        QFETCH(bool, before);
        QFETCH(bool, wanted);
        QFETCH(bool, after);
        const QTemporaryDir home;
        const Autostart autostart(home.path(), QStringLiteral("/usr/bin/kiteline"));
        QVERIFY(autostart.set(isThere));
        const auto choice = [](bool atLogin) {
            kite::settings::Preferences preferences;
            preferences.startAtLogin = atLogin;
            preferences.port = 8123;
            return preferences;
        };
        QCOMPARE(autostart.follow(choice(wanted), choice(before)), choice(after));
        QCOMPARE(autostart.isSet(), after);
    }

    void aFolderThatRefuses()
    {
        const QTemporaryDir home;
        QFile file(home.filePath(QStringLiteral("file")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        const Autostart autostart(file.fileName() + QStringLiteral("/autostart"),
                                  QStringLiteral("/usr/bin/kiteline"));
        QVERIFY(!autostart.set(true));
        QVERIFY(!autostart.isSet());
    }

private:
    static QByteArray execLine(const Autostart &autostart)
    {
        QFile file(autostart.path());
        if (!file.open(QIODevice::ReadOnly))
            return {};
        for (const QByteArray &line : file.readAll().split('\n')) {
            if (line.startsWith("Exec="))
                return line;
        }
        return {};
    }
};

QTEST_GUILESS_MAIN(TestAutostart)

#include "tst_autostart.moc"
