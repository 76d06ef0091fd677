#include <QTest>

#include "app/cli/help.h"

using namespace kite;
using namespace kite::cli;

class TestHelp : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fitsAScreen_data()
    {
        QTest::addColumn<Verb>("verb");
        QTest::newRow("all") << Verb::Fly;
        QTest::newRow("share") << Verb::Share;
        QTest::newRow("relay") << Verb::Relay;
        QTest::newRow("status") << Verb::Status;
    }
    void fitsAScreen()
    {
        QFETCH(Verb, verb);
        const QString text = helpText(verb);
        QVERIFY(text.endsWith(QLatin1Char('\n')));
        for (const QString &line : text.split(QLatin1Char('\n'))) {
            QVERIFY2(line.size() <= 80, qPrintable(line));
            QVERIFY2(!line.endsWith(QLatin1Char(' ')), qPrintable(line));
        }
    }

    void tellsOfEveryOption()
    {
        const QString text = helpText(Verb::Fly);
        for (const Option &option : optionTable()) {
            if (option.help || option.topic == Topic::NotActedOn)
                QVERIFY2(text.contains(QLatin1String(option.name)), option.name);
        }
        QVERIFY(text.contains(u"kite share PATH"));
    }

    void manualHasEveryOption()
    {
        const QString text = manText();
        for (const Option &option : optionTable()) {
            const QString name = QLatin1String(option.name);
            const QString bold
                = QStringLiteral("\\fB\\-\\-%1\\fR")
                      .arg(QString(name).replace(QLatin1Char('-'), QLatin1String("\\-")));
            QVERIFY2(text.contains(bold), option.name);
        }
        for (const QString &line : text.split(QLatin1Char('\n')))
            QVERIFY2(!line.startsWith(QLatin1Char('.')) || line == u".TP" || line == u".PP"
                         || line.startsWith(u".SS "),
                     qPrintable(line));
    }

    void verbsTellOfTheirOwn()
    {
        QVERIFY(helpText(Verb::Share).contains(u"--lan"));
        QVERIFY(!helpText(Verb::Share).contains(u"--frontend"));
        QVERIFY(helpText(Verb::Relay).contains(u"--domain"));
        QVERIFY(!helpText(Verb::Relay).contains(u"--lan"));
    }

    void settingsAreAFileWithoutSecrets()
    {
        Plan plan;
        plan.relay = RelayPlan {};
        plan.relay->options.ports = {80, 443};
        plan.relay->options.visitorsPerAddress = {7, false};
        plan.relay->options.accounts = {{{"http", "raw"}, "*.a.test", secrets::Secret("s3cret")}};
        plan.relay->options.tlsNames = {{"r.test", QStringLiteral("/k/r.pem")}};
        plan.connector = ConnectorPlan {};
        LinkWords words;
        words.certNames = {"c.test"};
        plan.connector->relays = {chooseRelay({QStringLiteral("f.test"), 443}, words)};
        plan.connector->pool.emplace();
        plan.connector->pool->wanted = 2;
        plan.connector->pool->name = QStringLiteral("pool.test");
        plan.connector->pool->never = {{QStringLiteral("192.0.2.1"), 80}};
        plan.connector->pool->ignoreKites = true;
        plan.connector->relays[0].route
            = {{net::ProxyHop::Kind::Socks5, false, {QStringLiteral("p.test"), 1}, "me", "s3cret"},
               {net::ProxyHop::Kind::HttpConnect, true, {QStringLiteral("q.test"), 2}, {}, {}}};
        settings::Target port;
        port.kind = settings::Target::Kind::Port;
        port.endpoint = {QStringLiteral("::1"), 3000};
        settings::Target share;
        share.paths = {QStringLiteral("/srv/a")};
        plan.kites = {{KiteId {"http", 8080, "a.test"}, port, secrets::Secret("s3cret")},
                      {KiteId {"http", 0, "b.test"}, share, secrets::Secret("s3cret")}};

        const QString text = settingsText(plan);

        QVERIFY(!text.contains(u"s3cret"));
        for (const auto *line : {"isfrontend",
                                 "ports = 80,443",
                                 "hold = 10",
                                 "drain = 10",
                                 "max_connections = 100000",
                                 "# max_links_per_address = 64",
                                 "max_visitors_per_address = 7",
                                 "domain = http,raw:*.a.test:******",
                                 "tls_endpoint = r.test:/k/r.pem",
                                 "frontend = f.test:443",
                                 "fe_certname = c.test",
                                 "frontends = 2:pool.test:443",
                                 "nofrontend = 192.0.2.1:80",
                                 "new",
                                 "proxy = socks5://me:******@p.test:1",
                                 "proxy = https:q.test:2",
                                 "service_on = http-8080:a.test:[::1]:3000:******",
                                 "service_on = http:b.test:localhost:builtin:******",
                                 "webpath = b.test/80:/a:default:/srv/a",
                                 "END"})
            QVERIFY2(text.split(QLatin1Char('\n')).contains(QLatin1String(line)), line);
    }
};

QTEST_APPLESS_MAIN(TestHelp)
#include "tst_help.moc"
