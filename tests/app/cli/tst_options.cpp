#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include "app/cli/options.h"
#include "tests/support/typedwords.h"

using namespace kite;
using namespace kite::cli;
using test::read;

namespace {

QStringList texts(const QByteArrayList &list)
{
    QStringList all;
    for (const auto &one : list)
        all.append(QString::fromUtf8(one));
    return all;
}

} // namespace

class TestOptions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void relay()
    {
        const auto options = read(
            "--isfrontend --host=127.0.0.1 --ports=8080,0 --protos=HTTP,raw "
            "--rawports=virtual --domain=*:*.a.test:s3cret --domain=http,raw-22:b.test:x "
            "--protos=http --domain=:c.test:y --tls_endpoint=A.test:/k/a.pem "
            "--tls_default=A.test --workers=3 --hold=5 --drain=60 --nozchunks --keepalive=30");
        QVERIFY(options);
        QVERIFY(options->relayRole);
        const auto &relay = options->relay;
        QCOMPARE(relay.addresses, QList<QHostAddress> {QHostAddress(QHostAddress::LocalHost)});
        QCOMPARE(relay.ports, (QList<quint16> {8080, 0}));
        QCOMPARE(relay.protocols, QByteArrayList {"http"});
        QCOMPARE(relay.rawPorts, QByteArrayList {"virtual"});
        QCOMPARE(relay.workers, 3);
        QCOMPARE(relay.holdVisitors, std::chrono::seconds(5));
        QCOMPARE(relay.drainFor, std::chrono::seconds(60));
        QCOMPARE(relay.tlsDefault, QByteArray("a.test"));
        QCOMPARE(relay.tlsNames.size(), 1);
        QCOMPARE(relay.tlsNames[0].name, QByteArray("a.test"));
        QCOMPARE(relay.tlsNames[0].pemFile, QStringLiteral("/k/a.pem"));
        QVERIFY(options->noZChunks);
        QCOMPARE(options->keepAlive, std::chrono::seconds(30));

        QCOMPARE(relay.accounts.size(), 3);
        // all protocols there are at that point of the line
        QCOMPARE(relay.accounts[0].protocols, (QByteArrayList {"http", "raw"}));
        QCOMPARE(relay.accounts[0].domain, QByteArray("*.a.test"));
        QCOMPARE(relay.accounts[0].secret, secrets::Secret("s3cret"));
        QCOMPARE(relay.accounts[1].protocols, (QByteArrayList {"http", "raw-22"}));
        QCOMPARE(relay.accounts[2].protocols, QByteArrayList {"http"});
    }

    void limitsOfARelay()
    {
        const auto usual = read("--isfrontend");
        QVERIFY(usual);
        QCOMPARE(usual->relay.linksPerAddress, (relay::AddressLimit {64, true}));
        QCOMPARE(usual->relay.visitorsPerAddress, (relay::AddressLimit {1024, true}));
        const auto options
            = read("--isfrontend --max-connections=500 --max_visitors_per_address=20 "
                   "--accesslog=a.log --max_memory=300 --head-timeout=5 --idle_timeout=600 "
                   "--max_links_per_address=0 "
                   "--max_streams_per_link=30 "
                   "--max_kites_per_link=4");
        QVERIFY(options);
        const auto &relay = options->relay;
        QCOMPARE(options->accessLog, QStringLiteral("a.log"));
        QCOMPARE(relay.maxConnections, 500);
        QCOMPARE(relay.maxMemory, 300'000'000);
        QCOMPARE(relay.headTimeout, std::chrono::seconds(5));
        QCOMPARE(relay.idleTimeout, std::chrono::seconds(600));
        QCOMPARE(relay.visitorsPerAddress, (relay::AddressLimit {20, false}));
        QCOMPARE(relay.linksPerAddress, (relay::AddressLimit {0, false}));
        QCOMPARE(relay.maxStreamsPerLink, 30);
        QCOMPARE(relay.maxKitesPerLink, 4);
    }

    void secretOfAnAccountFromElsewhere()
    {
        const auto environment = read("--domain=http:a.test", "not-a-secret");
        QVERIFY(environment);
        QCOMPARE(environment->relay.accounts[0].secret, secrets::Secret("not-a-secret"));
        QVERIFY(!read("--domain=http:a.test"));
    }

    void kitesAndTheirNames()
    {
        const auto options
            = read("--kitename=a.test --kitesecret=s3cret --service_on=http:@kitename:localhost:80:"
                   "@kitesecret --backend=raw-22:b.test:h:22:x --service_off=http:c.test:h:1:y "
                   "--service_cfg=A.test/80:rewritehost:x:y");
        QVERIFY(options);
        QCOMPARE(options->kites.size(), 3);
        QCOMPARE(options->kites[0].spec.id.domain, QByteArray("a.test"));
        QCOMPARE(options->kites[0].spec.secret, QByteArray("s3cret"));
        QVERIFY(options->kites[0].on && options->kites[1].on && !options->kites[2].on);
        QVERIFY(!options->kites[0].fromFile);
        QCOMPARE(options->kiteSettings.size(), 1);
        QCOMPARE(options->kiteSettings[0].domain, QByteArray("a.test"));
        QCOMPARE(options->kiteSettings[0].flag.key, QStringLiteral("rewritehost"));
        QCOMPARE(options->kiteSettings[0].flag.value, QStringLiteral("x:y"));
    }

    void firstKiteNamesTheRest()
    {
        const auto options = read("--service_on=http:a.test:80 --service_on=raw-22:@kitename:22");
        QVERIFY(options);
        QCOMPARE(options->kites[1].spec.id.domain, QByteArray("a.test"));
    }

    void link()
    {
        const auto options
            = read("--frontend=R.test:443 --frontend=[::1]:80 --frontend=s.test --fe_certname=gone "
                   "--fe_certname= --fe_certname=R.test "
                   "--fe_certname=s.test/00112233445566778899AABBCCDDEEFF00112233 "
                   "--ca_certs=/ca.pem --noloop --keepalive=1");
        QVERIFY(options);
        QCOMPARE(options->frontends,
                 (QList<Endpoint> {{QStringLiteral("r.test"), 443},
                                   {QStringLiteral("::1"), 80},
                                   {QStringLiteral("s.test"), 443}}));
        QCOMPARE(options->link.certNames, (QByteArrayList {"r.test", "s.test"}));
        QCOMPARE(options->link.certFingerprints,
                 QByteArrayList {"00112233445566778899aabbccddeeff00112233"});
        QCOMPARE(options->link.authorityFile, QStringLiteral("/ca.pem"));
        QVERIFY(options->noLoop);
        QCOMPARE(options->keepAlive, std::chrono::seconds(5)); // not so often
    }

    void keepAlive()
    {
        const auto adaptive = read("--keepalive=60 --keepalive=auto");
        QVERIFY(adaptive && adaptive->adaptiveKeepAlive);
        QCOMPARE(adaptive->keepAlive, std::chrono::seconds(0));
        const auto fixed = read("--keepalive=auto --keepalive=60");
        QVERIFY(fixed && !fixed->adaptiveKeepAlive);
        QCOMPARE(fixed->keepAlive, std::chrono::seconds(60));
    }

    void pins()
    {
        const auto options = read("--pin=00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:"
                                  "33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF");
        QVERIFY(options);
        QCOMPARE(
            options->link.pins,
            QByteArrayList {"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"});
    }

    void authoritiesOfTheSystem()
    {
        const auto options = read("--ca_certs=auto");
        QVERIFY(options);
        QVERIFY(options->link.authorityGiven);
        QVERIFY(options->link.authorityFile.isEmpty());
    }

    void service_data()
    {
        QTest::addColumn<QString>("option");
        QTest::newRow("defaults") << QStringLiteral("--defaults");
        QTest::newRow("whitelabel") << QStringLiteral("--whitelabel=example.org");
        QTest::newRow("whitelabels") << QStringLiteral("--whitelabels=Example.org");
    }
    void service()
    {
        QFETCH(QString, option);
        QFile file(QStringLiteral(KITE_TEST_DATA "/defaults.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto vectors = QJsonDocument::fromJson(file.readAll()).object();
        const auto expected = vectors.value(QLatin1String(QTest::currentDataTag())).toObject();
        const auto options = read(option.toUtf8().constData());
        QVERIFY(options);
        QVERIFY(options->frontends.isEmpty());
        const auto pool = expected.value(QStringLiteral("frontends")).toArray();
        QCOMPARE(options->pool->wanted, pool[0].toInt());
        QCOMPARE(options->pool->name, pool[1].toString());
        QCOMPARE(int(options->pool->port), pool[2].toInt());
        QCOMPARE(QJsonArray::fromStringList(texts(options->link.certNames)),
                 expected.value(QStringLiteral("fe_certname")).toArray());
        const auto dynDns = expected.value(QStringLiteral("dyndns")).toArray();
        QCOMPARE(options->dynDns->urlTemplate(), dynDns[0].toString());
        QCOMPARE(QString::fromUtf8(options->relay.errorPages.value({})),
                 expected.value(QStringLiteral("error_url")).toString());
        QVERIFY(options->warnings.isEmpty());
    }

    void errorPages_data()
    {
        QTest::addColumn<http::OwnPages>("pages");
        const QByteArray theirs = "https://pagekite.net/offline/?";
        QTest::newRow("--errorurl=https://p.test/? --errorurl=K.test:http://k.test:80/")
            << http::OwnPages {{{}, "https://p.test/?"}, {"k.test", "http://k.test:80/"}};
        QTest::newRow("--errorurl=http://p.test/ --defaults")
            << http::OwnPages {{{}, "http://p.test/"}};
        QTest::newRow("--defaults --errorurl=http://p.test/")
            << http::OwnPages {{{}, "http://p.test/"}};
        QTest::newRow("--defaults --errorurl=k.test:http://p.test/")
            << http::OwnPages {{{}, theirs}, {"k.test", "http://p.test/"}};
        QTest::newRow("--whitelabel=example.org --defaults") << http::OwnPages {{{}, theirs}};
        QTest::newRow("--defaults --errorurl=") << http::OwnPages {};
        QTest::newRow("--errorurl= --defaults") << http::OwnPages {};
    }
    void errorPages()
    {
        const auto options = read(QTest::currentDataTag());
        QVERIFY(options);
        QTEST(options->relay.errorPages, "pages");
    }

    void dynDns()
    {
        const auto options = read("--defaults --dyndns=me:s3cret@no-ip.com");
        QVERIFY(options);
        QCOMPARE(options->dynDns->toString(), QStringLiteral("me:******@no-ip.com"));
        const auto none = read("--defaults --dyndns=");
        QVERIFY(none && !none->dynDns);
        const auto bad = read("--dyndns=me:s3cret@nobody.test");
        QVERIFY(!bad);
        QVERIFY(!bad.error().sentence.contains(u"s3cret"));
    }

    void pool()
    {
        const auto options = read("--frontends=1:gone.test:1 --frontends=2:Pool.test:2443 --new "
                                  "--nofrontend=192.0.2.1:2443 --nofrontend=[2001:db8::1]:443");
        QVERIFY(options);
        QVERIFY(options->frontends.isEmpty());
        QCOMPARE(options->pool->wanted, 2);
        QCOMPARE(options->pool->toString(), QStringLiteral("pool.test:2443"));
        QCOMPARE(options->neverRelays,
                 (QList<Endpoint> {{QStringLiteral("192.0.2.1"), 2443},
                                   {QStringLiteral("2001:db8::1"), 443}}));
        QVERIFY(options->ignoreOldRelays);
        QVERIFY(options->warnings.isEmpty());
    }

    void poolOfAFile()
    {
        const auto options = read("--frontends=3:@/etc/re:lays:80");
        QVERIFY(options);
        QCOMPARE(options->pool->wanted, 3);
        QCOMPARE(options->pool->file, QStringLiteral("/etc/re:lays"));
        QVERIFY(options->pool->name.isEmpty());
        QCOMPARE(options->pool->port, quint16(80));
        QCOMPARE(options->pool->toString(), QStringLiteral("@/etc/re:lays:80"));
    }

    void sharingAndTelling()
    {
        const auto options = read("share a --name=Demo.localhost --lan --port=7000 --hidden "
                                  "--no-listing --json --traffic --watch --logfile=stdio "
                                  "--loglevel=debug --pidfile=/p");
        QVERIFY(options);
        QCOMPARE(options->shareName, QStringLiteral("demo"));
        QVERIFY(options->lan && options->hiddenFiles && options->noListing);
        QCOMPARE(options->port, quint16(7000));
        QVERIFY(options->output.json && options->output.traffic && options->output.watch);
        QCOMPARE(options->output.logFile, QStringLiteral("stdio"));
        QCOMPARE(options->output.level, LogLevel::Debug);
        QCOMPARE(options->output.pidFile, QStringLiteral("/p"));
        QVERIFY(options->warnings.isEmpty());
    }

    void relayVerb()
    {
        const auto options = read("relay --tls /k/relay.pem --port=8080");
        QVERIFY(options);
        QCOMPARE(options->relayPem, QStringLiteral("/k/relay.pem"));
        QVERIFY(!options->link.tls);
        QCOMPARE(options->relay.ports, QList<quint16> {8080});
    }

    void readsFiles()
    {
        test::FakeRcFiles files;
        files.files = {{QStringLiteral("secret"), "  s3cret \nnot this"},
                       {QStringLiteral("one-line"), "s3cret"},
                       {QStringLiteral("motd"), QByteArray(10'000, 'm')},
                       {QStringLiteral("empty"), "\n"}};
        const auto options
            = read({QStringLiteral("--secret-file=secret"), QStringLiteral("--motd=motd")}, files);
        QVERIFY(options);
        QCOMPARE(options->secretOfLine, QByteArray("s3cret"));
        QCOMPARE(options->relay.motd.size(), 8192);
        const auto oneLine = read({QStringLiteral("--secret-file=one-line")}, files);
        QVERIFY(oneLine);
        QCOMPARE(oneLine->secretOfLine, QByteArray("s3cret"));
        QVERIFY(!read({QStringLiteral("--secret-file=empty")}, files));
        QVERIFY(!read({QStringLiteral("--secret-file=gone")}, files));
    }

    void howItRuns()
    {
        const auto said = read("-Z --runas=daemon:adm -a -I /run/k.pid --nullui --nocrashreport");
        QVERIFY(said);
        QVERIFY(said->running.daemonize && said->all);
        QCOMPARE(said->running.runAs, QStringLiteral("daemon:adm"));
        QCOMPARE(said->output.pidFile, QStringLiteral("/run/k.pid"));
        QVERIFY(said->warnings.isEmpty());
        const auto unsaid = read("--daemonize --all --nodaemonize --noall");
        QVERIFY(unsaid);
        QVERIFY(!unsaid->running.daemonize && !unsaid->all);
    }

    void watches_data()
    {
        QTest::addColumn<bool>("watches");
        QTest::newRow("") << false;
        QTest::newRow("--watch") << true;
        QTest::newRow("--watch=4") << true;
        QTest::newRow("--watch 4") << true;
        QTest::newRow("--watch=0") << false;
    }
    void watches()
    {
        QFETCH(bool, watches);
        const auto options = read(QTest::currentDataTag());
        QVERIFY(options);
        QCOMPARE(options->output.watch, watches);
    }

    void filesToKeep()
    {
        const auto options = read("--add --list --save -S /tmp/k.rc");
        QVERIFY(options);
        QCOMPARE(options->fileWork.edit, std::optional(settings::KiteEdit::Add));
        QVERIFY(options->fileWork.list && options->fileWork.save);
        QCOMPARE(options->fileWork.saveFile, QStringLiteral("/tmp/k.rc"));
        QVERIFY(!read("--add --remove"));
    }

    void idleOptionsWarnOnceEach_data()
    {
        QTest::addColumn<bool>("takesValue");
        for (const Option &option : optionTable()) {
            if (option.act == Act::None)
                QTest::newRow(option.name) << (option.takes == Takes::Value);
        }
    }
    void idleOptionsWarnOnceEach()
    {
        QFETCH(bool, takesValue);
        const QByteArray word
            = QByteArray("--") + QTest::currentDataTag() + (takesValue ? "=1" : "");
        const QByteArray twice = word + ' ' + word;
        const auto options = read(twice.constData());
        QVERIFY(options);
        QCOMPARE(options->warnings.size(), 1);
        QVERIFY(options->warnings[0].contains(QLatin1String(QTest::currentDataTag())));
    }

    void warnsOnceOfWhatItDoesNotActOn()
    {
        const auto options = read("--buffers=1 --buffers=2 --debugio --sslzlib");
        QVERIFY(options);
        QCOMPARE(options->warnings.size(), 3);
        QVERIFY(options->warnings[0].contains(u"--buffers"));
        QVERIFY(options->warnings[1].contains(u"--debugio"));
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("says");
        const auto row = [](const char *words, const char *says) {
            QTest::newRow(words) << QString::fromUtf8(says);
        };
        row("--frontend=:80", "HOST:PORT");
        row("--watch=much", "no number");
        row("--runas=:adm", "USER:GROUP");
        row("--webpath=a.test/80:/:x", "NAME/PORT:PATH:POLICY:FILE");
        row("--frontend=a:99999", "HOST:PORT");
        row("--frontends=pool:80", "N:NAME:PORT");
        row("--frontends=0:pool.test:80", "N:NAME:PORT");
        row("--frontends=17:pool.test:80", "N:NAME:PORT");
        row("--frontends=1:pool.test:0", "N:NAME:PORT");
        row("--frontends=1:pool.test", "N:NAME:PORT");
        row("--frontends=1::80", "N:NAME:PORT");
        row("--frontends=1:@:80", "N:NAME:PORT");
        row("--frontends=1:a/b:80", "N:NAME:PORT");
        row("--nofrontend=", "ADDRESS:PORT");
        row("--proxy=ftp:p.test:1", "socks5");
        row("--proxy=http", "KIND:HOST:PORT");
        row("--proxy=http:p.test:0", "KIND:HOST:PORT");
        row("--socksify=", "KIND:HOST:PORT");
        row("--ports=", "no port");
        row("--ports=80x", "no port");
        row("--ports=70000", "no port");
        row("--host=nowhere.example", "no address");
        row("--protos=ht/tp", "no protocol");
        row("--rawports=22,any", "no port");
        row("--domain=a.test", "PROTOCOLS:NAME:SECRET");
        row("--domain=http:<b>:x", "no name");
        row("--domain=ht/tp:a.test:x", "no protocols");
        row("--domain=http:a.test:a:b", "PROTOCOLS:NAME:SECRET");
        row("--tls_endpoint=/k/a.pem", "NAME:PEM");
        row("--pin=1234", "64");
        row("--errorurl=ftp://p.test/", "[DOMAIN:]URL");
        row("--errorurl=*.a.test:http://p.test/", "[DOMAIN:]URL");
        row("--fe_certname=a/b", "NAME/FINGERPRINT");
        row("--keepalive=soon", "number");
        row("--workers=-1", "number");
        row("--hold=forever", "number");
        row("--hold=61", "from 0 to 60");
        row("--drain=soon", "number");
        row("--public=a.test:99999", "HOST:PORT");
        row("--metrics=relay.test:80", "PORT");
        row("--metrics=soon", "PORT");
        row("--max_connections=0", "from 1 to");
        row("--head_timeout=0", "from 1 to");
        row("--max_streams_per_link=10001", "from 1 to 10000");
        row("--max_links_per_address=-1", "from 0 to");
        row("--loglevel=loud", "none of");
        row("--kitename=..", "no name");
        row("--service_on=http:a.test:x", "port");
        row("--service_on=http:a.test --service_on=HTTP:A.test", "twice");
        row("--service_cfg=a.test:b", "NAME/PORT:KEY:VALUE");
        row("share a --name=two.labels", "one word");
        row("share a --name=*", "one word");
        row("--port=x", "no port");
    }
    void refuses()
    {
        QFETCH(QString, says);
        const auto options = read(QTest::currentDataTag());
        QVERIFY(!options);
        QVERIFY2(options.error().sentence.contains(says), qPrintable(options.error().sentence));
    }

    void refusalsNameFileAndLineButNoSecret()
    {
        test::FakeRcFiles files;
        files.files = {{QStringLiteral("rc"), "ports=1\ndomain=http:<b>:s3cret"}};
        const auto options = read({QStringLiteral("--optfile=rc")}, files);
        QVERIFY(!options);
        QVERIFY(options.error().sentence.startsWith(u"rc:2: --domain: "));
        QVERIFY(!options.error().sentence.contains(u"s3cret"));
    }
};

QTEST_APPLESS_MAIN(TestOptions)
#include "tst_options.moc"
