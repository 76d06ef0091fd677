#include <QTest>

#include "app/cli/commandline.h"
#include "tests/support/fakercfiles.h"

using namespace kite;
using namespace kite::cli;

namespace {

QStringList split(const char *text)
{
    return QString::fromUtf8(text).split(QLatin1Char(' '), Qt::SkipEmptyParts);
}

/// `name=value` or `name`, in their order.
QStringList shown(const QList<Setting> &settings)
{
    QStringList all;
    for (const Setting &setting : settings) {
        const QString name = QLatin1String(setting.option->name);
        all.append(setting.option->takes == Takes::Nothing && setting.value.isEmpty()
                       ? name
                       : name + QLatin1Char('=') + setting.value);
    }
    return all;
}

const auto home = QStringLiteral("/home/me/.pagekite.rc");

} // namespace

class TestCommandLine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<Verb>("verb");
        QTest::addColumn<QStringList>("settings");
        QTest::addColumn<QStringList>("rest");

        const auto row = [](const char *words, Verb verb, const char *settings, const char *rest) {
            QTest::newRow(words) << split(words) << verb << split(settings) << split(rest);
        };
        row("", Verb::Fly, "", "");
        row("3000 a.test", Verb::Fly, "", "3000 a.test");
        row("--clean --frontend=h:1 3000 a.test", Verb::Fly, "clean frontend=h:1", "3000 a.test");
        row("--frontend h:1 a.test", Verb::Fly, "frontend=h:1", "a.test");
        row("3000 a.test +indexes --json AND b.test", Verb::Fly, "json",
            "3000 a.test +indexes AND b.test");
        row("-f -p 8080 -h127.0.0.1", Verb::Fly, "isfrontend ports=8080 host=127.0.0.1", "");
        row("-fp8080", Verb::Fly, "isfrontend ports=8080", "");
        row("share a b --lan", Verb::Share, "lan", "a b");
        row("share -- --lan", Verb::Share, "", "--lan");
        row("share -", Verb::Share, "", "-");
        row("relay --tls a.pem --ports=1", Verb::Relay, "tls=a.pem ports=1", "");
        row("relay --tls=a.pem", Verb::Relay, "tls=a.pem", "");
        row("--tls a.test", Verb::Fly, "tls", "a.test");
        row("--watch a.test", Verb::Fly, "watch=", "a.test");
        row("--watch=2 a.test", Verb::Fly, "watch=2", "a.test");
        row("help", Verb::Help, "", "");
        row("status --json", Verb::Status, "json", "");
        row("3000 share", Verb::Fly, "", "3000 share");
        row("--clean relay --ports=1", Verb::Relay, "clean ports=1", "");
        row("--json share a share", Verb::Share, "json", "a share");
        row("-- share", Verb::Fly, "", "share");
        row("--backend=http:a:b:1:x=y", Verb::Fly, "backend=http:a:b:1:x=y", "");
        row("--fe_certname=", Verb::Fly, "fe_certname=", "");
    }
    void reads()
    {
        QFETCH(QStringList, words);
        QFETCH(Verb, verb);
        QFETCH(QStringList, settings);
        QFETCH(QStringList, rest);
        const auto line = parseCommandLine(words);
        QVERIFY(line);
        QCOMPARE(line->verb, verb);
        QCOMPARE(shown(line->settings), settings);
        QCOMPARE(line->words, rest);
    }

    void refuses_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QString>("says");

        const auto row = [](const char *words, const char *says) {
            QTest::newRow(words) << split(words) << QString::fromUtf8(says);
        };
        row("--isfrontent", "--isfrontend");
        row("--frontend", "--frontend needs a value");
        row("-x", "-x");
        row("-p", "--ports needs a value");
        row("--clean=yes", "--clean takes no value");
        row("--tls=a.pem 80 a.test", "--tls takes no value");
        row("relay --tls", "--tls needs a value");
    }
    void refuses()
    {
        QFETCH(QStringList, words);
        QFETCH(QString, says);
        const auto line = parseCommandLine(words);
        QVERIFY(!line);
        QVERIFY2(line.error().sentence.contains(says), qPrintable(line.error().sentence));
    }

    void neverRepeatsValuesOfUnknownOptions()
    {
        for (const auto *word : {"--kitesecret:s3cret", "--kitesecrte=s3cret", "--a b s3cret"}) {
            const auto line = parseCommandLine({QString::fromUtf8(word)});
            QVERIFY2(!line, word);
            QVERIFY2(!line.error().sentence.contains(u"s3cret"), word);
        }
    }

    void filesComeFirstAndInPlace()
    {
        test::FakeRcFiles files;
        files.files = {{home, "frontend = h : 1\nkitename=a.test\n"},
                       {QStringLiteral("more"), "ports=1"},
                       {QStringLiteral("d/1.rc"), "protos=http"}};
        const auto line = parseCommandLine(split("--ports=2 --optfile=more --optdir=d --host=::1"));
        QVERIFY(line);
        const auto settings = gatherSettings(*line, files, home);
        QVERIFY(settings);
        QCOMPARE(shown(*settings),
                 split("frontend=h:1 kitename=a.test ports=2 ports=1 protos=http host=::1"));
        QCOMPARE(settings->at(1).place, home + QStringLiteral(":2"));
        QVERIFY(settings->at(2).place.isEmpty());
    }

    void usualFileIsRead_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<bool>("read");
        QTest::newRow("a kite") << split("80 a.test") << true;
        QTest::newRow("nothing") << QStringList {} << true;
        QTest::newRow("clean") << split("80 a.test --clean") << false;
        QTest::newRow("share") << split("share a") << false;
        QTest::newRow("relay") << split("relay") << false;
        QTest::newRow("relay by option") << split("--isfrontend") << true;
    }
    void usualFileIsRead()
    {
        QFETCH(QStringList, words);
        QFETCH(bool, read);
        test::FakeRcFiles files;
        files.files = {{home, "ports=1"}};
        const auto settings = gatherSettings(*parseCommandLine(words), files, home);
        QVERIFY(settings);
        QCOMPARE(files.reads, read ? 1 : 0);
        QVERIFY(gatherSettings(*parseCommandLine(words), files, {}));
    }

    void refusesFiles_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("says");
        QTest::newRow("unknown") << QByteArray("\nabort_not_confused")
                                 << QStringLiteral("rc:2: There is no option --abort_not_confused");
        QTest::newRow("Debian's sample") << QByteArray("\nabort_not_configured\n")
                                         << QStringLiteral("rc:2: this file has not been set up");
        QTest::newRow("without value")
            << QByteArray("ports") << QStringLiteral("rc:1: --ports needs a value");
        QTest::newRow("with value")
            << QByteArray("isfrontend=1") << QStringLiteral("rc:1: --isfrontend takes no value");
        QTest::newRow("missing") << QByteArray("optfile=gone")
                                 << QStringLiteral("gone cannot be read: no such file");
        QTest::newRow("itself") << QByteArray("optfile=rc") << QStringLiteral("too many");
        QTest::newRow("secret behind a colon")
            << QByteArray("kitesecret : s3cret") << QStringLiteral("--kitesecret; the nearest");
    }
    void refusesFiles()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, says);
        test::FakeRcFiles files;
        files.files = {{QStringLiteral("rc"), text}};
        const auto line = parseCommandLine(split("--optfile=rc"));
        const auto settings = gatherSettings(*line, files, {});
        QVERIFY(!settings);
        QVERIFY2(settings.error().sentence.contains(says), qPrintable(settings.error().sentence));
        QVERIFY(!settings.error().sentence.contains(u"s3cret"));
    }
};

QTEST_APPLESS_MAIN(TestCommandLine)
#include "tst_commandline.moc"
