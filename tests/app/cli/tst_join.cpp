#include <QTest>

#include "app/cli/plan.h"
#include "tests/app/cli/readwords.h"

using namespace kite;
using namespace kite::cli;

namespace {

constexpr auto invited = "kite://h.example:1/a.b#s3cret";
const auto usual = QStringLiteral("rc");

settings::Invitation invitation()
{
    return *settings::Invitation::parse(QString::fromUtf8(invited));
}

} // namespace

class TestJoin : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsNothingBesideOtherRelays_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QString>("says");
        const auto row = [](const char *before, const char *says) {
            QTest::newRow(before) << QByteArray(before) << QString::fromUtf8(says);
        };
        row("frontend=other:1\n", "has another frontend;");
        row("frontend=h.example:1\nfrontend=other:1\n", "has another frontend;");
        row("defaults\nservice_on=http:x.pagekite.me:localhost:80:old\n",
            "has another frontend (defaults);");
        row("frontends=1:pool.example:443\nfe_certname=pool.example\n",
            "has another frontend (frontends);");
        row("whitelabel=x.test\n", "has another frontend (whitelabel);");
        row("whitelabels=x.test\n", "has another frontend (whitelabels);");
        row("optfile=more\n", "has another frontend (defaults);");
        row("optfile=gone\n", "gone cannot be read");
        row("fe_nocertcheck\n", "has another fe_nocertcheck;");
        row("fe_certname=x.test\n", "has another fe_certname;");
        row("kitename=x.test\n", "has another kitename;");
        row("kitesecret=0ther\n", "has another kitesecret;");
    }
    void keepsNothingBesideOtherRelays()
    {
        QFETCH(QByteArray, before);
        QFETCH(QString, says);
        test::FakeRcFiles files;
        files.files[QStringLiteral("more")] = "noloop\ndefaults\n";
        const auto text = test::keptIn(before, invitation(), files);
        QVERIFY(!text);
        QVERIFY2(text.error().sentence.contains(says), qPrintable(text.error().sentence));
    }

    void keepsItOnce()
    {
        test::FakeRcFiles files;
        const auto text = test::keptIn("noproxy\nports=1\n", invitation(), files);
        QVERIFY(text);
        QCOMPARE(*text,
                 QByteArray("noproxy\nports=1\nfrontend = h.example:1\ntls\nkitename = a.b\n"
                            "kitesecret = s3cret\n"));
        QCOMPARE(*test::keptIn(*text, invitation(), files), *text);
        const QByteArray more = *text + "frontend=other:1\n";
        QCOMPARE(*test::keptIn(more, invitation(), files), more);
    }

    void isKeptInTheFileThatIsWritten_data()
    {
        QTest::addColumn<QByteArray>("more");
        QTest::addColumn<QByteArray>("usualText");
        QTest::addColumn<QString>("refusal");
        QTest::newRow("--clean --optfile=more")
            << QByteArray("defaults\nkitename=old.test\n") << QByteArray("noloop\n")
            << QStringLiteral("has another");
        QTest::newRow("--clean --savefile=more")
            << QByteArray("frontend=other:1\n") << QByteArray() << QStringLiteral("has another");
        QTest::newRow("--clean --savefile=new")
            << QByteArray("defaults\n") << QByteArray("frontend=other:1\n") << QString();
        QTest::newRow("--savefile=more")
            << QByteArray() << QByteArray("defaults\n") << QStringLiteral("has another");
    }
    void isKeptInTheFileThatIsWritten()
    {
        QFETCH(QByteArray, more);
        QFETCH(QByteArray, usualText);
        QFETCH(QString, refusal);
        test::FakeRcFiles files;
        files.files[QStringLiteral("more")] = more;
        files.files[usual] = usualText;
        const QStringList words {QStringLiteral("join"), QString::fromUtf8(invited),
                                 QStringLiteral("3000"), QStringLiteral("--save")};
        auto line = *parseCommandLine(
            words + QString::fromUtf8(QTest::currentDataTag()).split(QLatin1Char(' ')));
        const auto accepted = acceptInvitation(line);
        QVERIFY(accepted);
        auto settings = *gatherSettings(line, files, usual);
        leaveOutOthers(settings);
        const secrets::Secret none;
        const auto options = readOptions(line.verb, settings, files, none);
        QVERIFY(options);
        const auto work = workOnFiles(
            {line, *options, files, usual, *accepted, none, {QStringLiteral("/h"), {}}});
        if (refusal.isEmpty()) {
            QVERIFY(work);
            QCOMPARE(work->files.size(), 1);
            QCOMPARE(work->files.first().first, QStringLiteral("new"));
            return;
        }
        QVERIFY(!work);
        QVERIFY2(work.error().sentence.contains(refusal), qPrintable(work.error().sentence));
    }

    void fliesAtTheInvitationsRelayAlone_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("another relay") << QByteArray("frontend=other:1\nkitename=x.y\n"
                                                     "kitesecret=0ther\nsecret-file=sf\n");
        QTest::newRow("a pool") << QByteArray("defaults\nnew\nnofrontend=192.0.2.1:1\n");
        QTest::newRow("other protection")
            << QByteArray("frontends=1:p.test:443\nfe_certname=p.test\nfe_nocertcheck\n"
                          "ca_certs=ca\ndyndns=no-ip.com\n");
        QTest::newRow("the kite with another secret")
            << QByteArray("service_on=http:a.b:localhost:80:0ther\nservice_on=http:x.y\n");
    }
    void fliesAtTheInvitationsRelayAlone()
    {
        QFETCH(QByteArray, file);
        test::FakeRcFiles files;
        files.files[QStringLiteral("sf")] = "0ther\n";
        files.files[usual] = file + "proxy=http:p.test:1\nservice_cfg=a.b/80:password/u:p\n";
        auto line = *parseCommandLine({QStringLiteral("join"), QString::fromUtf8(invited),
                                       QStringLiteral("3000"),
                                       QStringLiteral("--nofrontend=192.0.2.2:1")});
        QVERIFY(acceptInvitation(line));
        auto settings = *gatherSettings(line, files, usual);
        leaveOutOthers(settings);
        const secrets::Secret none;
        const auto options = readOptions(line.verb, settings, files, none);
        QVERIFY(options);
        const auto plan = makePlan(line.verb, line.words, *options, none, {{}, {}});
        QVERIFY(plan);
        QVERIFY(plan->connector);
        QCOMPARE(plan->connector->relays.size(), 1);
        const auto &relay = plan->connector->relays.first();
        QCOMPARE(relay.endpoint.toString(), QStringLiteral("h.example:1"));
        QCOMPARE(relay.tls, tunnel::LinkTls::Direct);
        QCOMPARE(relay.trust.names, QByteArrayList {"h.example"});
        QVERIFY(relay.trust.fingerprints.isEmpty());
        QVERIFY(relay.trust.authorityFile.isEmpty());
        QVERIFY(relay.trust.check != tls::RelayTrust::Check::None);
        QCOMPARE(relay.route.size(), 1);
        QVERIFY(!plan->connector->pool);
        QVERIFY(!plan->connector->dynDns);
        QCOMPARE(plan->kites.size(), size_t(1));
        const PlannedKite &kite = plan->kites.front();
        QCOMPARE(kite.id.toByteArray(), QByteArray("http:a.b"));
        QCOMPARE(kite.secret.reveal().toByteArray(), QByteArray("s3cret"));
        QCOMPARE(kite.flags.size(), 1);
    }
};

QTEST_APPLESS_MAIN(TestJoin)
#include "tst_join.moc"
