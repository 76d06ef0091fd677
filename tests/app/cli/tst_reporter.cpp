#include <QFile>
#include <QLoggingCategory>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include "app/cli/reporter.h"
#include "kitecore/base/logging.h"

using namespace kite;
using namespace kite::cli;
using stats::DownReason;

namespace {

const KiteId a {"http", 0, "a.test"};

} // namespace

class TestReporter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        QVERIFY(m_dir->isValid());
    }

    void logsAsPageKiteDoes()
    {
        Output output;
        output.logFile = m_dir->filePath(QStringLiteral("log"));
        {
            const auto reporter = Reporter::open(output);
            QVERIFY(reporter);
            (*reporter)->logStart();
            (*reporter)->tell(Listening {Listening::Role::Share, QStringLiteral("::1"), 80});
        }
        const auto lines = logged();
        QCOMPARE(lines.size(), 2);
        static const QRegularExpression form(
            QStringLiteral("^ts=[0-9a-f]+; t=\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d; "
                           "ll=[0-9a-f]+; ([a-z]+=.*)$"));
        QVERIFY(lines[0].contains(QStringLiteral("started=kite; version=")));
        for (const QString &line : lines)
            QVERIFY2(form.match(line).hasMatch(), qPrintable(line));
        QVERIFY(lines[1].endsWith(QStringLiteral("; listen=::1:80")));
    }

    void appends()
    {
        Output output;
        output.logFile = m_dir->filePath(QStringLiteral("log"));
        for (int n = 0; n < 3; ++n)
            (*Reporter::open(output))->logStart();
        QCOMPARE(logged().size(), 3);
    }

    void levels_data()
    {
        QTest::addColumn<LogLevel>("level");
        QTest::addColumn<QStringList>("words");

        const QString fact = QStringLiteral("listen=");
        const QString problem = QStringLiteral("err=link-lost");
        const QString warning = QStringLiteral("warn=odd, quoted, thing");
        const QString info = QStringLiteral("info=by the way");
        const QString pairs = QStringLiteral("; connect=r.test:443; id=7");
        const QString debug = QStringLiteral("debug=deep down");
        QTest::newRow("none") << LogLevel::None << QStringList {};
        QTest::newRow("warn") << LogLevel::Warning << QStringList {problem, warning};
        QTest::newRow("info") << LogLevel::Info
                              << QStringList {fact, problem, warning, info, pairs};
        QTest::newRow("debug") << LogLevel::Debug
                               << QStringList {fact, problem, warning, info, debug, pairs};
    }
    void levels()
    {
        QFETCH(LogLevel, level);
        QFETCH(QStringList, words);
        Output output;
        output.json = true; // no words on standard error
        output.logFile = m_dir->filePath(QStringLiteral("log"));
        output.level = level;
        {
            const auto reporter = Reporter::open(output);
            QVERIFY(reporter);
            (*reporter)->tell(Listening {Listening::Role::Relay, QStringLiteral("*"), 80});
            (*reporter)->tell(Down {a, DownReason::LinkLost, {}, {}, {}});
            qCWarning(lcApp).noquote() << QStringLiteral("odd; quoted;\nthing");
            qCInfo(lcApp) << "by the way";
            qCDebug(lcApp) << "deep down";
            qCInfo(lcApp) << "connect=r.test:443; id=7"; // pairs already
        }
        const auto lines = logged();
        QCOMPARE(lines.size(), words.size());
        for (qsizetype n = 0; n < words.size(); ++n)
            QVERIFY2(lines[n].contains(words[n]), qPrintable(lines[n]));
    }

    void goesOnInANewFile()
    {
        Output output;
        output.logFile = m_dir->filePath(QStringLiteral("log"));
        const QString old = m_dir->filePath(QStringLiteral("log.1"));
        const auto reporter = Reporter::open(output);
        QVERIFY(reporter);
        QVERIFY((*reporter)->logsToFile());
        QCOMPARE(QFile::permissions(output.logFile) & ~(QFile::ReadUser | QFile::WriteUser),
                 QFile::ReadOwner | QFile::WriteOwner);
        (*reporter)->logStart();
        QVERIFY(QFile::rename(output.logFile, old));
        (*reporter)->logStart();
        QVERIFY(!QFile::exists(output.logFile));
        (*reporter)->reopenLog();
        (*reporter)->logStart();
        QCOMPARE(logged().size(), 2);
        QVERIFY(QFile(old).size() > 0);
    }

    void tellsWhyAFileCanNotBeWritten()
    {
        Output output;
        output.logFile = m_dir->filePath(QStringLiteral("no/folder/log"));
        const auto reporter = Reporter::open(output);
        QVERIFY(!reporter);
        QVERIFY(reporter.error().contains(output.logFile));
    }

private:
    QStringList logged() const
    {
        QFile file(m_dir->filePath(QStringLiteral("log")));
        if (!file.open(QIODevice::ReadOnly))
            return {};
        return QString::fromUtf8(file.readAll()).split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    }

    std::unique_ptr<QTemporaryDir> m_dir;
};

QTEST_GUILESS_MAIN(TestReporter)
#include "tst_reporter.moc"
