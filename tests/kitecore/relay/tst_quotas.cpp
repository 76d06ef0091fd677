#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "tests/support/fakeclock.h"
#include "tests/support/relayfixture.h"

using namespace kite;
using namespace kite::test;
using namespace std::chrono_literals;
using Words = QByteArrayList;

/// What a relay tells connectors about quotas, with an account program that reads its answers from
/// files, so that a test can change its mind.
class TestQuotas : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_clock = std::make_unique<FakeClock>();
        write(QStringLiteral("program"),
              "#!/bin/sh\n[ $1 = --auth ] && cat \"" + m_folder->path().toUtf8() + "/$2\"\n:");
        QFile(m_folder->filePath(QStringLiteral("program")))
            .setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        auto options = relayOptions();
        options.accounts.clear();
        options.accountSources = {{{}, {}, m_folder->filePath(QStringLiteral("program"))}};
        options.visitorRates = {{"slow.kite.test", {1, 900s}}};
        options.pingAfter = std::chrono::hours(24);
        m_relay = std::make_unique<RelayFixture>(options, *m_clock);
    }
    void cleanup() { m_relay.reset(); }

    void repliesTellTheLeast();
    void pongsTellTheQuota();
    void quotaIsAskedForAgain();
    void quotaUsedUpTakesTheKite();
    void aFailingServiceTakesNothing();
    void visitorsAreLimited();

private:
    void write(const QString &name, const QByteArray &text)
    {
        QFile file(m_folder->filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write(text);
    }
    void account(const char *domain, const QByteArray &members)
    {
        write(QLatin1String(domain), "{\"secret\": \"s3cret\"" + members + "}");
    }
    /// Time passes for the relay, and what is due then happens.
    void pass(std::chrono::milliseconds time)
    {
        m_clock->advance(time);
        m_relay->loop.deadlines().tick();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<FakeClock> m_clock;
    std::unique_ptr<RelayFixture> m_relay;
};

void TestQuotas::repliesTellTheLeast()
{
    account("a.kite.test", ", \"quota_kb\": 512, \"quota_conns\": 7");
    account("b.kite.test",
            ", \"quota_kb\": 900, \"quota_days\": 3, \"ips_per_sec-ips\": 9, "
            "\"ips_per_sec-secs\": 60");
    account("c.kite.test", {});
    const auto connector = m_relay->connector();
    const auto challenge = connector->greet({"http:a.kite.test", "http:b.kite.test"});
    QCOMPARE(challenge.quotaKb, 0);
    const auto reply = connector->prove(challenge);
    QVERIFY(reply);
    QCOMPARE(verdictWords(*reply), (Words {"ok http:a.kite.test", "ok http:b.kite.test"}));
    QCOMPARE(reply->quotaKb, 512);
    QCOMPARE(reply->quotaConns, 7);
    QCOMPARE(reply->quotaDays, 3);
    QCOMPARE(reply->visitors, 9);
    QCOMPARE(reply->visitorSeconds, 60);
}

void TestQuotas::pongsTellTheQuota()
{
    account("a.kite.test", ", \"quota_kb\": 512");
    const auto connector = m_relay->connector();
    QVERIFY(connector->fly({"http:a.kite.test"}));
    connector->sendChunk("NOOP: 1\r\nPING: 77.7777\r\n", "!");
    const auto pong = connector->readChunk();
    QVERIFY(pong);
    QCOMPARE(pong->lines, "NOOP: 1\r\nPONG: 77.7777\r\nQuota: 512\r\n");

    account("b.kite.test", {});
    const auto unlimited = m_relay->connector();
    QVERIFY(unlimited->fly({"http:b.kite.test"}));
    unlimited->sendChunk("NOOP: 1\r\nPING: 77.7777\r\n", "!");
    QCOMPARE(unlimited->readChunk()->lines, "NOOP: 1\r\nPONG: 77.7777\r\n");
}

void TestQuotas::quotaIsAskedForAgain()
{
    account("a.kite.test", ", \"quota_kb\": 512");
    const auto connector = m_relay->connector();
    QVERIFY(connector->fly({"http:a.kite.test"}));
    for (const char *quota : {"400", "300"}) {
        account("a.kite.test", QByteArray(", \"quota_days\": 5, \"quota_kb\": ") + quota);
        pass(901s);
        const auto told = connector->readChunk();
        QVERIFY(told);
        QCOMPARE(told->lines,
                 QByteArray("NOOP: 1\r\nQuota: ") + quota + "\r\n"); // QDays would kill
    }
}

void TestQuotas::quotaUsedUpTakesTheKite()
{
    account("a.kite.test", ", \"quota_kb\": 512");
    account("b.kite.test", ", \"quota_kb\": 700");
    const auto connector = m_relay->connector();
    QVERIFY(connector->fly({"http:a.kite.test", "http:b.kite.test"}));

    account("a.kite.test", ", \"quota_kb\": 0");
    pass(901s);
    QCOMPARE(connector->readChunk()->value("Quota"), "700");
    QVERIFY(m_relay->answerTo(get("a.kite.test")).contains("Sorry! (fe)"));

    write(QStringLiteral("b.kite.test"), "{\"secret\": \"another one\"}");
    pass(901s);
    QVERIFY(connector->isClosedByRelay());
}

void TestQuotas::aFailingServiceTakesNothing()
{
    account("a.kite.test", ", \"quota_kb\": 512");
    const auto connector = m_relay->connector();
    QVERIFY(connector->fly({"http:a.kite.test"}));
    write(QStringLiteral("a.kite.test"), "no JSON");
    pass(901s);
    QCOMPARE(connector->readChunk()->value("Quota"), "512");
}

void TestQuotas::visitorsAreLimited()
{
    account("slow.kite.test", {});
    const auto connector = m_relay->connector();
    QVERIFY(connector->fly({"http:slow.kite.test", "raw:slow.kite.test"}));
    const auto first = m_relay->visitor(get("slow.kite.test"));
    QCOMPARE(connector->readChunk()->value("Host"), "slow.kite.test");
    const auto again = m_relay->visitor(get("slow.kite.test"));
    QCOMPARE(connector->readChunk()->value("Host"), "slow.kite.test");
    const QByteArray other = "GET / HTTP/1.1\r\nHost: slow.kite.test\r\nUser-Agent: other\r\n\r\n";
    QVERIFY(m_relay->answerTo(other).startsWith("HTTP/1.1 503 "));
    QCOMPARE(m_relay->answerTo("CONNECT slow.kite.test:22 HTTP/1.1\r\n\r\n"),
             "HTTP/1.0 200 Connection Established\r\n\r\n");
    pass(901s);
    QCOMPARE(m_relay->visitor(other)->isOver(), false);
    QCOMPARE(connector->readChunk()->value("Host"), "slow.kite.test");
}

QTEST_GUILESS_MAIN(TestQuotas)
#include "tst_quotas.moc"
