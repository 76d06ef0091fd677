#include <QDir>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>

#include "app/tray/startwords.h"

using kite::app::OwnWords;
using kite::app::readStartWords;
using kite::app::Reply;
using kite::app::Wish;

class TestStartWords : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(QDir(m_folder.path()).mkpath(QStringLiteral("holiday photos")));
        m_holiday = m_folder.filePath(QStringLiteral("holiday photos"));
        QVERIFY(QDir::setCurrent(m_folder.path()));
    }

    void wishes_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QStringList>("paths");
        QTest::addColumn<bool>("background");
        const QString relative = QStringLiteral("holiday photos");
        const QString address = QUrl::fromLocalFile(m_holiday).toString(QUrl::FullyEncoded);
        QTest::newRow("nothing") << QStringList {} << QStringList {} << false;
        QTest::newRow("background") << words({"--background"}) << QStringList {} << true;
        QTest::newRow("a whole path")
            << QStringList {m_holiday} << QStringList {m_holiday} << false;
        QTest::newRow("a path from here")
            << QStringList {relative} << QStringList {m_holiday} << false;
        QTest::newRow("what file managers say")
            << QStringList {address} << QStringList {m_holiday} << false;
        QTest::newRow("several") << QStringList {m_holiday, m_folder.path()}
                                 << QStringList {m_holiday, m_folder.path()} << false;
        QTest::newRow("in the background")
            << QStringList {QStringLiteral("--background"), m_holiday} << QStringList {m_holiday}
            << true;
        QTest::newRow("after --") << QStringList {QStringLiteral("--"), relative}
                                  << QStringList {m_holiday} << false;
    }

    void wishes()
    {
        QFETCH(QStringList, words);
        QFETCH(QStringList, paths);
        QFETCH(bool, background);
        const auto read = readStartWords(QStringList {QStringLiteral("kiteline")} + words);
        const auto *wish = std::get_if<Wish>(&read);
        QVERIFY(wish != nullptr);
        QCOMPARE(wish->paths, paths);
        QCOMPARE(wish->background, background);
    }

    void invitations_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QString>("invitation");
        QTest::addColumn<QStringList>("paths");
        const QString link = QStringLiteral("kite://relay.test/a.test#s3cret");
        QTest::newRow("alone") << QStringList {link} << link << QStringList {};
        QTest::newRow("damaged") << words({"KITE:what"}) << QStringLiteral("KITE:what")
                                 << QStringList {};
        QTest::newRow("with a line end in front")
            << QStringList {QLatin1Char('\n') + link} << QString(QLatin1Char('\n') + link)
            << QStringList {};
        QTest::newRow("with a folder")
            << QStringList {m_holiday, link} << link << QStringList {m_holiday};
    }

    void invitations()
    {
        QFETCH(QStringList, words);
        QFETCH(QString, invitation);
        QFETCH(QStringList, paths);
        const auto read = readStartWords(QStringList {QStringLiteral("kiteline")} + words);
        const auto *wish = std::get_if<Wish>(&read);
        QVERIFY(wish != nullptr);
        QCOMPARE(wish->invitation, invitation);
        QCOMPARE(wish->paths, paths);
    }

    void whatOthersSeeHasNoSecrets()
    {
        QByteArrayList memory {"kiteline", "/srv/a#b", "kite://relay.test/a.test#s3cret", "kite:a",
                               "\n KITE://r/n#s3cret"};
        const QByteArrayList before = memory;
        std::vector<char *> argv;
        for (QByteArray &word : memory)
            argv.push_back(word.data());
        OwnWords own(int(argv.size()), argv.data());
        QCOMPARE(memory,
                 (QByteArrayList {"kiteline", "/srv/a#b", "kite://relay.test/a.test#******",
                                  "kite:a", "\n KITE://r/n#******"}));
        QCOMPARE(own.count(), 5);
        for (int word = 0; word < own.count(); ++word)
            QCOMPARE(QByteArray(own.words()[word]), before[word]);
        QVERIFY(own.words()[own.count()] == nullptr);
    }

    void replies_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<int>("exitCode");
        QTest::addColumn<QString>("says");
        QTest::newRow("version") << words({"--version"}) << 0
                                 << QStringLiteral("kiteline " KITE_VERSION);
        QTest::newRow("help") << words({"--help"}) << 0 << QStringLiteral("[PATH...]");
        QTest::newRow("short help") << words({"-h"}) << 0 << QStringLiteral("--background");
        QTest::newRow("an option there is not") << words({"--fly"}) << 2 << QStringLiteral("fly");
        QTest::newRow("a path there is not")
            << words({"/nowhere/at-all"}) << 2 << QStringLiteral("/nowhere/at-all");
        QTest::newRow("two invitations")
            << words({"kite://a.test/a#s3cret", "kite://a.test/b#s3cret"}) << 2
            << QStringLiteral("One invitation");
        QTest::newRow("one of two is not there")
            << QStringList {m_holiday, QStringLiteral("gone")} << 2 << QStringLiteral("gone");
    }

    void replies()
    {
        QFETCH(QStringList, words);
        QFETCH(int, exitCode);
        QFETCH(QString, says);
        const auto read = readStartWords(QStringList {QStringLiteral("kiteline")} + words);
        const auto *reply = std::get_if<Reply>(&read);
        QVERIFY(reply != nullptr);
        QCOMPARE(reply->exitCode, exitCode);
        QVERIFY2(reply->text.contains(says), qPrintable(reply->text));
        QVERIFY(reply->text.endsWith(QLatin1Char('\n')));
    }

private:
    static QStringList words(std::initializer_list<const char *> all)
    {
        QStringList list;
        for (const char *word : all)
            list << QLatin1String(word);
        return list;
    }

    QTemporaryDir m_folder;
    QString m_holiday;
};

QTEST_GUILESS_MAIN(TestStartWords)

#include "tst_startwords.moc"
