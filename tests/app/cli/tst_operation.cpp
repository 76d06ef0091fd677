#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include "app/cli/diskfiles.h"
#include "app/cli/metrics.h"
#include "app/cli/relayaccounts.h"
#include "app/cli/relayaddress.h"
#include "kitecore/settings/invitation.h"
#include "kitecore/tls/context.h"
#include "tests/app/cli/readwords.h"

using namespace kite;
using namespace kite::cli;

namespace {

CommandLine lineOf(const char *words)
{
    return *parseCommandLine(QString::fromUtf8(words).split(QLatin1Char(' ')));
}

QStringList spelled(const QList<Setting> &settings)
{
    QStringList all;
    for (const auto &one : settings)
        all.append(QLatin1String(one.option->name) + QLatin1Char('=') + one.value);
    return all;
}

constexpr auto plainLink = "kite://r.test:1/a.test#s3cret";

} // namespace

/// How a relay is run, as far as the command line does it.
class TestOperation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_here = {m_folder->path(), m_folder->path()};
        m_options.accountsFile = m_folder->filePath(QStringLiteral("kept/accounts"));
        m_options.publicRelay = {QStringLiteral("r.test"), 0};
        m_options.relay.ports = {8080, 443};
    }

    void invitesListsAndRevokes()
    {
        const auto told = workOnAccounts({QStringLiteral("invite"), QStringLiteral("A.test")},
                                         m_options, m_here);
        QVERIFY(told);
        const auto invitation = settings::Invitation::parse(*told);
        QVERIFY(invitation);
        QCOMPARE(invitation->relay, (Endpoint {QStringLiteral("r.test"), 443}));
        QCOMPARE(invitation->name, "a.test");
        QCOMPARE(invitation->fingerprint.size(), 64); // of the relay's own certificate
        const auto read = readAccounts(m_options.accountsFile);
        QVERIFY(read);
        QCOMPARE(read->accounts.size(), 1);
        QVERIFY(read->accounts[0].secret == secrets::Secret(invitation->secret));
        QVERIFY(read->warnings.isEmpty());
        QCOMPARE(QFile::permissions(m_options.accountsFile)
                     & (QFileDevice::ReadGroup | QFileDevice::ReadOther),
                 QFileDevice::Permissions());
        QCOMPARE(*workOnAccounts({QStringLiteral("list")}, m_options, m_here),
                 QStringLiteral("a.test  *\n"));
        // two of one name would be two secrets
        QVERIFY(!workOnAccounts({QStringLiteral("invite"), QStringLiteral("a.test")}, m_options,
                                m_here));
        QVERIFY(workOnAccounts({QStringLiteral("revoke"), QStringLiteral("a.test")}, m_options,
                               m_here));
        QVERIFY(readAccounts(m_options.accountsFile)->accounts.isEmpty());
    }

    void tellsOfOddLinesAndKeepsThem()
    {
        QVERIFY(workOnAccounts({QStringLiteral("invite"), QStringLiteral("a.test")}, m_options,
                               m_here));
        QFile file(m_options.accountsFile);
        QVERIFY(file.open(QIODevice::Append));
        file.write("what is this\n");
        file.close();
        QVERIFY(workOnAccounts({QStringLiteral("invite"), QStringLiteral("b.test")}, m_options,
                               m_here));
        const auto read = readAccounts(m_options.accountsFile);
        QCOMPARE(read->accounts.size(), 2);
        QCOMPARE(read->warnings.size(), 1);
        QVERIFY(read->warnings.first().contains(QStringLiteral(":2:")));
    }

    void needsToKnowItsPort()
    {
        m_options.relay.ports = {0};
        QVERIFY(!workOnAccounts({QStringLiteral("invite"), QStringLiteral("a.test")}, m_options,
                                m_here));
        m_options.publicRelay.port = 99;
        QVERIFY(workOnAccounts({QStringLiteral("invite"), QStringLiteral("a.test")}, m_options,
                               m_here));
    }

    void invitesAsTheRelayIsReached_data()
    {
        QTest::addColumn<QString>("words"); ///< that the operator says besides
        QTest::addColumn<QString>("reached");
        QTest::addColumn<QString>("pinned");
        const QString shown = QStringLiteral("shown.pem");
        const QString own = QStringLiteral("kept/relay.pem");
        QTest::newRow("no words") << QString() << QStringLiteral("r.test:8443") << shown;
        QTest::newRow("its name") << QStringLiteral("--public=r.test")
                                  << QStringLiteral("r.test:8443") << shown;
        QTest::newRow("another port")
            << QStringLiteral("--public=r.test:99") << QStringLiteral("r.test:99") << shown;
        QTest::newRow("other ports")
            << QStringLiteral("--ports=99,443") << QStringLiteral("r.test:443") << shown;
        QTest::newRow("another relay")
            << QStringLiteral("--public=s.test --ports=99") << QStringLiteral("s.test:99") << own;
    }

    void invitesAsTheRelayIsReached()
    {
        QFETCH(const QString, words);
        QFETCH(const QString, reached);
        QFETCH(const QString, pinned);
        keep({QStringLiteral("r.test"), 8443}, QStringLiteral("shown.pem"));
        const auto told = invite(words);
        QVERIFY2(told, told ? "" : qPrintable(told.error().sentence));
        const auto invitation = settings::Invitation::parse(*told);
        QVERIFY(invitation);
        QCOMPARE(invitation->relay.toString(), reached);
        QCOMPARE(invitation->fingerprint, *tls::fingerprint(m_folder->filePath(pinned)));
    }

    void asksWhereALinkWouldBeWrong()
    {
        QVERIFY(!invite({})); // nothing is known
        keep({QString(), 8443}, QStringLiteral("shown.pem"));
        QVERIFY(!invite({}));
        QVERIFY(!invite(QStringLiteral("--public=r.test"))); // it would not answer to that
        QVERIFY(
            invite(QStringLiteral("--public=127.0.0.1"))->startsWith(u"kite://127.0.0.1:8443/"));
        keep({QStringLiteral("r.test"), 8443}, QString());
        QVERIFY(!invite({}));
        QFile kept(relayAddressFile(m_options.accountsFile));
        QVERIFY(kept.open(QIODevice::WriteOnly));
        QVERIFY(!invite({}));
    }

    void invitationsStandForOptions()
    {
        auto line = lineOf("join kite://r.test:1/a.test#s3cret 3000 --json");
        QVERIFY(acceptInvitation(line));
        QCOMPARE(line.verb, Verb::Fly);
        QCOMPARE(line.words, (QStringList {QStringLiteral("3000"), QStringLiteral("a.test")}));
        QCOMPARE(spelled(line.settings),
                 (QStringList {QStringLiteral("frontend=r.test:1"), QStringLiteral("tls="),
                               QStringLiteral("kitename=a.test"),
                               QStringLiteral("kitesecret=s3cret"), QStringLiteral("json=")}));
        auto odd = lineOf("join nonsense");
        QVERIFY(!acceptInvitation(odd));
    }

    void keepsInvitations()
    {
        const auto invitation = *settings::Invitation::parse(QString::fromUtf8(plainLink));
        test::FakeRcFiles files;
        const auto text = test::keptIn("# mine\nEND\nbehind\n", invitation, files);
        QVERIFY(text);
        QVERIFY(text->startsWith("# mine\n"));
        QVERIFY(text->endsWith("END\nbehind\n"));
        for (const auto *line : {"frontend", "tls", "kitename", "kitesecret"})
            QVERIFY2(text->contains(line), line);
        QCOMPARE(*test::keptIn(*text, invitation, files), *text); // once is enough
        auto other = invitation;
        other.secret = "0ther";
        QVERIFY(!test::keptIn(*text, other, files));
    }

    void metricsForPrometheus()
    {
        relay::RelayCounts counts;
        counts.kites = 2;
        counts.workers = {{5, 1, 100, 200}, {6, 0, 7, 8}};
        const auto text = metricsText(counts);
        for (const auto *line : {"kite_relay_kites 2\n", "# TYPE kite_relay_bytes_total counter\n",
                                 "kite_relay_bytes_total{worker=\"0\",direction=\"in\"} 100\n",
                                 "kite_relay_bytes_total{worker=\"1\",direction=\"out\"} 8\n",
                                 "kite_relay_visits_total{worker=\"1\"} 6\n"})
            QVERIFY2(text.contains(line), line);
        QCOMPARE(text.count("# TYPE kite_relay_bytes_total"), 1);
    }

    void statesAndRefusalsForPrometheus()
    {
        relay::RelayCounts counts;
        counts.links = 5;
        counts.flyingLinks = 3;
        counts.visitors = 10;
        counts.waiting = 2;
        counts.workers = {{5, 4, 0, 0}, {6, 1, 0, 0}};
        counts.refused = {{"connections", 7}};
        counts.kitesRefused = {{"signature", 8}};
        const auto text = metricsText(counts);
        for (const auto *line : {"kite_relay_links_by_state{state=\"flying\"} 3\n",
                                 "kite_relay_links_by_state{state=\"greeting\"} 2\n",
                                 "kite_relay_visitors_by_state{state=\"served\"} 5\n",
                                 "kite_relay_visitors_by_state{state=\"arriving\"} 3\n",
                                 "kite_relay_refused_total{reason=\"connections\"} 7\n",
                                 "kite_relay_kites_refused_total{reason=\"signature\"} 8\n"})
            QVERIFY2(text.contains(line), line);
    }

    void kitesAndGatesForPrometheus()
    {
        const auto meter = std::make_shared<stats::Meter>();
        meter->streamOpened();
        meter->addOut(99);
        origin::GateCounts gates;
        gates.count(origin::Refusal::KeptOut);
        const auto text = metricsText({{{"http", 0, "a.test"}, {}, nullptr, meter, {}}}, gates);
        for (const auto *line : {"kite_visitors{kite=\"http:a.test\"} 1\n",
                                 "kite_bytes_total{kite=\"http:a.test\",direction=\"out\"} 99\n",
                                 "kite_gate_refused_total{reason=\"kept-out\"} 1\n",
                                 "kite_gate_refused_total{reason=\"password\"} 0\n"})
            QVERIFY2(text.contains(line), line);
        QCOMPARE(text.count("# TYPE kite_bytes_total"), 1);
        QVERIFY(!metricsText({}, gates).contains("kite_visitors"));
        const QJsonArray relays {
            QJsonObject {{QStringLiteral("relay"), QStringLiteral("a\"b:1")},
                         {QStringLiteral("state"), QStringLiteral("connected")}},
            QJsonObject {{QStringLiteral("relay"), QStringLiteral("c:2")},
                         {QStringLiteral("state"), QStringLiteral("refused")}}};
        const auto links = metricsText(relays);
        QVERIFY(links.contains("kite_link_up{relay=\"a\\\"b:1\"} 1\n"));
        QVERIFY(links.contains("kite_link_up{relay=\"c:2\"} 0\n"));
    }

private:
    /// As a relay does, with a certificate that it was given.
    void keep(const Endpoint &reached, const QString &pem)
    {
        RelayAddress address {reached, {}};
        if (!pem.isEmpty()) {
            address.pemFile = m_folder->filePath(pem);
            QVERIFY(ensureCertificate(address.pemFile, "r.test"));
        }
        QVERIFY(keepRelayAddress(m_options.accountsFile, address));
    }

    Result<QString, UsageError> invite(const QString &words)
    {
        const auto line = *parseCommandLine(
            (QStringLiteral("relay ") + words).split(QLatin1Char(' '), Qt::SkipEmptyParts));
        DiskFiles files({});
        auto options = *readOptions(line.verb, line.settings, files, {});
        options.accountsFile = m_options.accountsFile;
        const auto name = QStringLiteral("a%1.test").arg(++m_invited);
        return workOnAccounts({QStringLiteral("invite"), name}, options, m_here);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    Surroundings m_here;
    Options m_options;
    int m_invited = 0;
};

QTEST_GUILESS_MAIN(TestOperation)
#include "tst_operation.moc"
