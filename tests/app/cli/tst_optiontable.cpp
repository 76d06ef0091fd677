#include <set>

#include <QTest>

#include "app/cli/optiontable.h"

using namespace kite::cli;

namespace {

/// What pagekite.py 1.5.2.260113 lists, a `=` where it takes a value (PROTOCOL.md, "Options").
constexpr auto pagekites
    = "clean optfile= optdir= savefile= save settings help defaults whitelabel= whitelabels= "
      "nullui "
      "remoteui uiport= shell friendly signup service_xmlrpc= controlpanel controlpass appver "
      "kitename= kitesecret= service_on= backend= service_off= define_backend= service_cfg= "
      "be_config= list add remove disable only insecure local= watch noprobes all noall new "
      "frontend= frontends= nofrontend= fe_certname= fe_nocertcheck ca_certs= dyndns= keepalive= "
      "nozchunks wschunks proxy= socksify= torify= noproxy isfrontend host= ports= portalias= "
      "protos= rawports= domain= authdomain= auththreads= authfail_closed motd= upgradeinfo= "
      "noupgradeinfo tls_endpoint= tls_default= tls_ciphers= tls_legacy client_acl= tunnel_acl= "
      "accept_acl_file= ratelimit_ips= overload= overload_cpu= overload_mem= overload_file= "
      "dns_hints= errorurl= httpd= httppass= pemfile= selfsign webpath= nowebpath= daemonize "
      "nodaemonize runas= pidfile= logfile= loglevel= debugio noloop buffers= max_read_bytes= "
      "select_loop_min_ms= watchdog= nopyopenssl nossl sslzlib nocrashreport autosave noautosave "
      "reloadfile= webroot= webaccess= webindexes= delete_backend= noisfrontend register=";

} // namespace

class TestOptionTable : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsPageKites_data()
    {
        QTest::addColumn<bool>("takesValue");
        for (const QByteArray &word : QByteArray(pagekites).split(' ')) {
            const bool takesValue = word.endsWith('=');
            QTest::newRow(takesValue ? word.chopped(1).constData() : word.constData())
                << takesValue;
        }
    }
    void knowsPageKites()
    {
        QFETCH(bool, takesValue);
        const auto *option = findOption(QString::fromLatin1(QTest::currentDataTag()));
        QVERIFY(option);
        QCOMPARE(option->takes == Takes::Value, takesValue);
    }

    void knowsPageKitesLetters()
    {
        const std::map<char, const char *> letters {
            {'o', "optfile"}, {'O', "optdir"},   {'S', "savefile"},   {'a', "all"},
            {'N', "new"},     {'D', "dyndns"},   {'f', "isfrontend"}, {'h', "host"},
            {'p', "ports"},   {'R', "rawports"}, {'A', "authdomain"}, {'E', "errorurl"},
            {'H', "httpd"},   {'X', "httppass"}, {'P', "pemfile"},    {'Z', "daemonize"},
            {'U', "runas"},   {'I', "pidfile"},  {'L', "logfile"},
        };
        for (const auto &[letter, name] : letters) {
            const auto *option = findLetter(QLatin1Char(letter));
            QVERIFY2(option, name);
            QCOMPARE(QByteArray(option->name), QByteArray(name));
        }
        QVERIFY(!findLetter(QLatin1Char('x')));
    }

    void hasEachNameOnceAndHelpForWhatActs()
    {
        std::set<QByteArray> names;
        for (const Option &option : optionTable()) {
            QVERIFY2(names.insert(QByteArray(option.name).replace('-', '_')).second, option.name);
            if (option.act == Act::None)
                QCOMPARE(option.topic, Topic::NotActedOn);
        }
        for (int act = 1; act < actCount; ++act) {
            const bool told = std::ranges::any_of(optionTable(), [act](const Option &option) {
                return option.act == Act(act) && (option.help || option.act == Act::WhiteLabelTls);
            });
            QVERIFY2(told, QByteArray::number(act).constData());
        }
    }

    void dashesAreUnderscores()
    {
        QVERIFY(findOption(u"no-listing"));
        QCOMPARE(findOption(u"no_listing"), findOption(u"no-listing"));
        QCOMPARE(findOption(u"fe-certname"), findOption(u"fe_certname"));
        QVERIFY(!findOption(u""));
        QVERIFY(!findOption(u"front"));
    }

    void nearest_data()
    {
        QTest::addColumn<QString>("nearest");
        QTest::newRow("isfrontent") << QStringLiteral("isfrontend");
        QTest::newRow("font-end") << QStringLiteral("frontend");
        QTest::newRow("Ports") << QStringLiteral("ports");
        QTest::newRow("serviceon") << QStringLiteral("service_on");
        QTest::newRow("no_lsiting") << QStringLiteral("no-listing");
        QTest::newRow("jsn") << QStringLiteral("json");
    }
    void nearest()
    {
        QFETCH(QString, nearest);
        QCOMPARE(QLatin1String(nearestOption(QString::fromLatin1(QTest::currentDataTag())).name),
                 nearest);
    }
    void nearestOfSomethingHuge()
    {
        QVERIFY(nearestOption(QString(1'000'000, QLatin1Char('x'))).name);
    }
};

QTEST_APPLESS_MAIN(TestOptionTable)
#include "tst_optiontable.moc"
