#include <QTest>

#include "kitecore/relay/relayserver.h"
#include "tests/app/engine/enginebench.h"

using namespace kite;
using namespace kite::test;
using app::WantedKite;
using stats::KiteState;

namespace {

/// A relay in the same process, and an account for `*.fly.test`.
struct RelayBench : EngineBench
{
    std::unique_ptr<relay::RelayServer> relayServer;
    QStringList arrivals;

    explicit RelayBench(const QList<tls::ServerName> &certificates = {})
    {
        relay::RelayOptions options;
        options.addresses = {QHostAddress(QHostAddress::LocalHost)};
        options.ports = {0};
        options.workers = 1;
        options.accounts = {{{"http"}, "*.fly.test", secrets::Secret("s3cret")}};
        options.tlsNames = certificates;
        if (!certificates.isEmpty())
            options.tlsDefault = certificates.first().name;
        relayServer = std::make_unique<relay::RelayServer>(loop, options);
        QObject::connect(relayServer.get(), &relay::RelayServer::kiteArrived, relayServer.get(),
                         [this](const relay::KiteEvent &event) {
                             arrivals << QString::fromLatin1(event.id.toByteArray());
                         });
        QVERIFY(relayServer->start());
    }
    ~RelayBench() { engine.reset(); }

    quint16 relayPort() const { return relayServer->ports().first(); }

    WantedKite relayed(WantedKite wanted, const char *secret = "s3cret") const
    {
        wanted.kite.name += QStringLiteral(".fly.test");
        wanted.relay.id = QStringLiteral("relay");
        wanted.relay.endpoint = {QStringLiteral("127.0.0.1"), relayPort()};
        wanted.relay.tls = settings::Relay::Tls::Off;
        wanted.secret = secrets::Secret(secret);
        return wanted;
    }
};

} // namespace

/// Kites that an engine flies at a relay.
class TestEngineAtRelay : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fliesAtARelay()
    {
        RelayBench bench;
        bench.engine->setKites({bench.relayed(bench.share(QStringLiteral("one")))});
        QTRY_COMPARE(bench.saidOf(one), QStringLiteral("flying none"));
        QCOMPARE(bench.last[one].url,
                 QStringLiteral("http://one.fly.test:%1/").arg(bench.relayPort()));
        QCOMPARE(bench.last[one].relay, QStringLiteral("127.0.0.1:%1").arg(bench.relayPort()));
        QVERIFY(!bench.last[one].tls);
        Browser browser(bench.relayPort());
        QCOMPARE(browser.get("one.fly.test", "/hello.txt"), QByteArray("hello one"));
    }

    void othersStayUntouched()
    {
        RelayBench bench;
        const auto first = bench.relayed(bench.share(QStringLiteral("one")));
        const auto second = bench.relayed(bench.share(QStringLiteral("two")));
        bench.engine->setKites({first});
        QTRY_COMPARE(bench.saidOf(one), QStringLiteral("flying none"));
        Browser browser(bench.relayPort());
        QCOMPARE(browser.get("one.fly.test", "/hello.txt"), QByteArray("hello one"));

        bench.engine->setKites({first, second});
        QTRY_COMPARE(bench.saidOf(two), QStringLiteral("flying none"));
        bench.engine->setKites({first, EngineBench::paused(second)});
        QCOMPARE(Browser(bench.relayPort()).get("two.fly.test"), QByteArray("503 Unavailable"));
        QCOMPARE(browser.get("one.fly.test", "/hello.txt"), QByteArray("hello one"));
        QCOMPARE(bench.arrivals.count(QStringLiteral("http:one.fly.test")), 1);
        QCOMPARE(bench.story.filter(one).size(), 2); // connecting, flying
    }

    void refusedAtARelay_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("secret");
        QTest::addColumn<QString>("said");
        QTest::newRow("wrong secret") << QStringLiteral("one.fly.test") << QByteArray("wrong")
                                      << QStringLiteral("refused bad-secret");
        QTest::newRow("unknown kite") << QStringLiteral("one.other.test") << QByteArray("s3cret")
                                      << QStringLiteral("refused unknown-kite");
        QTest::newRow("no secret") << QStringLiteral("one.fly.test") << QByteArray()
                                   << QStringLiteral("refused no-secret");
    }

    void refusedAtARelay()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, secret);
        QFETCH(QString, said);
        RelayBench bench;
        auto wanted = bench.relayed(bench.share(QStringLiteral("one")), secret.constData());
        wanted.kite.name = name;
        bench.engine->setKites({wanted});
        QTRY_COMPARE(bench.saidOf(one), said);

        bench.engine->setKites({bench.relayed(bench.share(QStringLiteral("one")))});
        QTRY_COMPARE(bench.saidOf(one), QStringLiteral("flying none"));
    }

    void relayInTls_data()
    {
        QTest::addColumn<QString>("host");
        QTest::addColumn<bool>("pinned");
        QTest::addColumn<int>("tls");
        QTest::addColumn<QString>("said");
        using Tls = settings::Relay::Tls;
        const auto row
            = [](const char *name, const char *host, bool pinned, Tls tls, const char *said) {
                  QTest::newRow(name) << QString::fromLatin1(host) << pinned << int(tls)
                                      << QString::fromLatin1(said);
              };
        row("pinned", "127.0.0.1", true, Tls::Checked, "flying none");
        row("pinned, the relay refuses its name", "localhost", true, Tls::Checked, "flying none");
        row("unchecked", "localhost", false, Tls::Unchecked, "flying none");
        row("unknown authority", "127.0.0.1", false, Tls::Checked, "connecting untrusted");
    }

    void relayInTls()
    {
        QFETCH(QString, host);
        QFETCH(bool, pinned);
        QFETCH(int, tls);
        QFETCH(QString, said);
        const QTemporaryDir keys;
        const QString pem = keys.filePath(QStringLiteral("relay.pem"));
        QVERIFY(tls::makeSelfSigned(pem, {"one.fly.test"}));
        RelayBench bench({{"one.fly.test", pem}});
        auto wanted = bench.relayed(bench.share(QStringLiteral("one")));
        wanted.relay.endpoint.host = host;
        wanted.relay.tls = settings::Relay::Tls(tls);
        if (pinned)
            wanted.relay.fingerprint = QString::fromLatin1(*tls::fingerprint(pem));
        bench.engine->setKites({wanted});
        QTRY_COMPARE(bench.saidOf(one), said);
        QVERIFY(bench.last[one].tls);
        if (bench.last[one].state == KiteState::Flying) // the relay has the kite's certificate
            QCOMPARE(bench.last[one].url,
                     QStringLiteral("https://one.fly.test:%1/").arg(bench.relayPort()));
    }

    void relayRestart()
    {
        RelayBench bench;
        bench.engine->setKites({bench.relayed(bench.share(QStringLiteral("one")))});
        QTRY_COMPARE(bench.saidOf(one), QStringLiteral("flying none"));
        relay::RelayOptions options;
        options.addresses = {QHostAddress(QHostAddress::LocalHost)};
        options.ports = {bench.relayPort()};
        options.workers = 1;
        options.accounts = {{{"http"}, "*.fly.test", secrets::Secret("s3cret")}};
        bench.relayServer.reset();
        QTRY_COMPARE(bench.last[one].state, KiteState::Connecting);
        bench.relayServer = std::make_unique<relay::RelayServer>(bench.loop, options);
        QVERIFY(bench.relayServer->start());
        QTRY_COMPARE(bench.saidOf(one), QStringLiteral("flying none"));
        QCOMPARE(Browser(bench.relayPort()).get("one.fly.test", "/hello.txt"),
                 QByteArray("hello one"));
    }
};

QTEST_GUILESS_MAIN(TestEngineAtRelay)
#include "tst_engineatrelay.moc"
