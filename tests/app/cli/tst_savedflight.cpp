#include <QTest>

#include "app/cli/plan.h"
#include "tests/app/cli/readwords.h"

using namespace kite;
using namespace kite::cli;

namespace {

const auto &usual = test::usualFile;
const auto &here = test::homeOfMe;

struct Flight
{
    QStringList kites; ///< each with where it leads, its secret and its flags
    QStringList proxies;
    bool all = false;
    bool operator==(const Flight &) const = default;
};

Flight flightOf(const Plan &plan)
{
    Flight flight;
    for (const PlannedKite &kite : plan.kites) {
        QStringList flags;
        for (const auto &flag : kite.flags)
            flags.append(flag.key + QLatin1Char('=') + flag.value);
        flags.removeDuplicates();
        flags.sort();
        flight.kites.append(QStringLiteral("%1 %2%3 %4 %5")
                                .arg(QString::fromUtf8(kite.id.toByteArray()),
                                     kite.target.endpoint.toString(),
                                     kite.target.paths.join(QLatin1Char(',')),
                                     QString::fromUtf8(kite.secret.reveal().toByteArray()),
                                     flags.join(QLatin1Char(' '))));
    }
    flight.kites.sort();
    if (plan.connector && !plan.connector->relays.isEmpty()) {
        for (const auto &hop : plan.connector->relays.first().route)
            flight.proxies.append(hop.endpoint.toString());
        flight.all = plan.connector->all;
    }
    return flight;
}

/// readCommand() without disk.
Result<Plan, UsageError> start(const char *words, test::FakeRcFiles &files,
                               const char *environmentSecret)
{
    const secrets::Secret secret(environmentSecret);
    const auto read = test::readWords(words, files, secret);
    if (!read)
        return Err {read.error()};
    Options options = read->options;
    if (options.fileWork.save) {
        const FileTask task {read->line, read->options, files, usual, {}, secret, here};
        const auto work = workOnFiles(task);
        if (!work)
            return Err {work.error()};
        for (const auto &[path, text] : work->files)
            files.files[path] = text;
        if (const auto kept = flyWhatIsKept(task, work->sources, options.kites); !kept)
            return Err {kept.error()};
    }
    return makePlan(read->line.verb, read->line.words, options, secret, here);
}

} // namespace

class TestSavedFlight : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lastWordCounts_data()
    {
        QTest::addColumn<QStringList>("proxies");
        QTest::addColumn<bool>("all");
        QTest::newRow("--torify=[::1]:1|--noproxy|--torify=[::1]:1")
            << QStringList {QStringLiteral("[::1]:1")} << false;
        QTest::newRow("--proxy=http:p:1|--noproxy --all|--noall --proxy=http:q:1|--proxy=http:p:1")
            << QStringList {QStringLiteral("q:1"), QStringLiteral("p:1")} << false;
        QTest::newRow("--all --proxy=http:p:1|--noall|--all --proxy=none")
            << QStringList {} << true;
    }
    void lastWordCounts()
    {
        QFETCH(QStringList, proxies);
        QFETCH(bool, all);
        test::FakeRcFiles files;
        files.files[usual] = "frontend=r.test:1\nservice_on=http:a.test:localhost:80:s3cret\n";
        for (const QByteArray &words : QByteArray(QTest::currentDataTag()).split('|')) {
            const QByteArray whole = "--save " + words;
            const auto run = start(whole.constData(), files, "");
            QVERIFY(run);
        }
        const auto next = start("", files, "");
        QVERIFY(next);
        QCOMPARE(flightOf(*next).proxies, proxies);
        QCOMPARE(flightOf(*next).all, all);
    }

    void nextStartFliesTheSame_data()
    {
        QTest::addColumn<QByteArray>("words");
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QString>("flies");
        const auto row
            = [](const char *name, const char *words, const char *before, const char *flies) {
                  QTest::newRow(name)
                      << QByteArray(words) << QByteArray(before) << QString::fromUtf8(flies);
              };
        row("a password of the file stays", "3000 a.test +rawheaders",
            "kitename=a.test\nkitesecret=s3cret\nservice_on=http:@kitename:localhost:80:@kitesecret"
            "\nservice_cfg=a.test/80:password/u:p\n",
            "http:a.test localhost:3000 s3cret password/u=p rawheaders=true");
        row("flags of an option", "--service_cfg=a.test/80:password/u:p 3000 a.test +rawheaders",
            "kitename=a.test\nkitesecret=s3cret\n",
            "http:a.test localhost:3000 s3cret password/u=p rawheaders=true");
        row("without flags beside one with flags", "3000 websocket://a.test",
            "service_on=http:a.test:localhost:80:s3cret\nservice_cfg=a.test/80:password/u:p\n",
            "websocket:a.test localhost:3000 s3cret password/u=p");
        row("the same flags for both",
            "80 a.test +password/u=p AND 81 websocket://a.test +password/u=p",
            "kitename=a.test\nkitesecret=s3cret\n",
            "http:a.test localhost:80 s3cret password/u=p|"
            "websocket:a.test localhost:81 s3cret password/u=p");
        row("a new secret", "--kitesecret=n3w 3000 b.test",
            "service_on=http:b.test:localhost:81:old\n", "http:b.test localhost:3000 n3w ");
        row("a new secret alone", "--kitesecret=n3w b.test",
            "service_on=http,https:b.test:localhost:81:old\n",
            "http:b.test localhost:81 n3w |https:b.test localhost:81 n3w ");
        row("a new secret of a file", "--secret-file=secret 3000 b.test",
            "kitesecret=wide\nservice_on=http:b.test:localhost:81:@kitesecret\n",
            "http:b.test localhost:3000 of-a-file ");
        row("a new secret of the environment", "KITE_SECRET 3000 b.test",
            "secret-file=secret\nservice_on=http:b.test:localhost:81:old\n",
            "http:b.test localhost:3000 of-the-environment ");
        row("a new secret for another kite of the name", "--kitesecret=n3w 22 ssh://b.test",
            "service_on=http:b.test:localhost:81:old\n", "raw-22:b.test localhost:22 n3w ");
        row("secrets for all do not go before a kite's own", "3000 b.test",
            "kitesecret=wide\nsecret-file=secret\nservice_on=http:b.test:localhost:81:old\n",
            "http:b.test localhost:3000 old ");
        row("each its own", "22 ssh://b.test",
            "service_on=http:b.test:localhost:81:x\nservice_on=raw-22:b.test:localhost:23:y\n",
            "raw-22:b.test localhost:22 y ");
        row("that of another kite of the name", "22 ssh://a.test",
            "kitename=a.test\nkitesecret=wide\nservice_on=http:@kitename:localhost:80:own\n",
            "raw-22:a.test localhost:22 own ");
    }
    void nextStartFliesTheSame()
    {
        QFETCH(QByteArray, words);
        QFETCH(QByteArray, before);
        QFETCH(QString, flies);
        test::FakeRcFiles files;
        files.files[usual] = before;
        files.files[QStringLiteral("secret")] = "of-a-file\n";
        const bool environment = words.startsWith("KITE_SECRET ");
        const QByteArray whole
            = "--save --frontend=r.test:1 " + words.sliced(environment ? words.indexOf(' ') : 0);
        const auto run = start(whole.constData(), files, environment ? "of-the-environment" : "");
        QVERIFY2(run, run ? "" : qPrintable(run.error().sentence));
        const auto next = start("", files, "");
        QVERIFY2(next, next ? "" : qPrintable(next.error().sentence));
        QCOMPARE(flightOf(*next).kites, flies.split(QLatin1Char('|')));
        QCOMPARE(flightOf(*run).kites, flightOf(*next).kites);
        QVERIFY(flightOf(*run) == flightOf(*next));
    }

    void fliesBesideWhatNeedsASecretOfThisRun()
    {
        test::FakeRcFiles files;
        files.files[usual] = "frontend=r.test:1\ndomain=*:x.test\n";
        const auto run = start("--save 3000 b.test", files, "of-the-environment");
        QVERIFY2(run, run ? "" : qPrintable(run.error().sentence));
        const auto next = start("", files, "of-the-environment");
        QVERIFY(next);
        QCOMPARE(flightOf(*run).kites, flightOf(*next).kites);
        QCOMPARE(flightOf(*run).kites.size(), 1);
    }
};

QTEST_APPLESS_MAIN(TestSavedFlight)
#include "tst_savedflight.moc"
