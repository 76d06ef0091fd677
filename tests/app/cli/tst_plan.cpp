#include <QTest>

#include "app/cli/help.h"
#include "tests/support/typedwords.h"

using namespace kite;
using namespace kite::cli;
using settings::Target;
using test::planned;

namespace {

/// `id secret origin` or `id secret path,path`, a kite a line.
QStringList shown(const Plan &plan)
{
    QStringList all;
    for (const PlannedKite &kite : plan.kites) {
        const auto &target = kite.target;
        all.append(QString::fromUtf8(kite.id.toByteArray()) + QLatin1Char(' ')
                   + QString::fromUtf8(kite.secret.reveal()) + QLatin1Char(' ')
                   + (target.kind == Target::Kind::Port ? target.endpoint.toString()
                                                        : target.paths.join(QLatin1Char(','))));
    }
    return all;
}

} // namespace

class TestPlan : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void share()
    {
        const auto plan = planned("share site ~/notes.txt --lan --port=7000 --hidden");
        QVERIFY(plan);
        QVERIFY(plan->embedded && !plan->relay && !plan->connector);
        QVERIFY(plan->embedded->preferences.lan);
        QCOMPARE(plan->embedded->preferences.port, quint16(7000));
        QCOMPARE(plan->embedded->kites.size(), 1);
        const auto &kite = plan->embedded->kites[0].kite;
        QCOMPARE(kite.target.kind, Target::Kind::Share);
        QCOMPARE(kite.target.paths,
                 (QStringList {QStringLiteral("/home/me/here/site"),
                               QStringLiteral("/home/me/notes.txt")}));
        QVERIFY(kite.target.hiddenFiles && kite.target.listing);
        QVERIFY(kite.relayId.isEmpty());
    }

    void shareHasAName()
    {
        const auto named = planned("share /a/My.Site --name=demo --no-listing");
        QVERIFY(named);
        QCOMPARE(named->embedded->kites[0].kite.name, QStringLiteral("demo"));
        QCOMPARE(named->embedded->kites[0].kite.id, QStringLiteral("http:demo.localhost"));
        QVERIFY(!named->embedded->kites[0].kite.target.listing);
        const auto unnamed = planned("share /a/Site");
        QVERIFY(unnamed);
        QCOMPARE(unnamed->embedded->kites[0].kite.name, QStringLiteral("site"));
    }

    void namesInOneListingDiffer()
    {
        const auto plan = planned("share /a/site /b/other /b/site/");
        QVERIFY(!plan);
        QCOMPARE(plan.error().sentence,
                 QStringLiteral("'/b/site': another one of the same name is shared beside it."));
    }

    void kitesAtRelays_data()
    {
        QTest::addColumn<QByteArray>("rcText");
        QTest::addColumn<QStringList>("kites");

        const auto row = [](const char *words, const char *rcText, const QStringList &kites) {
            QTest::newRow(words) << QByteArray(rcText) << kites;
        };
        row("--frontend=r:1 --service_on=http:a.test:localhost:80:s3cret", "",
            {QStringLiteral("http:a.test s3cret localhost:80")});
        row("3000 a.test AND ssh a.test --frontend=r:1 --kitesecret=s3cret", "",
            {QStringLiteral("http:a.test s3cret localhost:3000"),
             QStringLiteral("raw-22:a.test s3cret localhost:22")});
        row("site b.test", "frontend=r:1\nservice_on=http:b.test:localhost:80:s3cret\n",
            {QStringLiteral("http:b.test s3cret /home/me/here/site")});
        row("--noloop",
            "frontend=r:1\nkitename=a.test\nkitesecret=s3cret\nservice_on=http:@kitename:"
            "localhost:80:@kitesecret\nservice_off=raw-22:a.test:localhost:22:x",
            {QStringLiteral("http:a.test s3cret localhost:80")});
        // a name alone is what the file says of it, also what is off
        const char *const file = "frontend=r:1\nkitename=a.test\nkitesecret=s3cret\n"
                                 "service_on=http:@kitename:localhost:3000:@kitesecret\n"
                                 "service_off=raw-22:a.test:localhost:2222:x\n"
                                 "service_on=http:b.test:h:1:y\n";
        row("a.test", file,
            {QStringLiteral("http:a.test s3cret localhost:3000"),
             QStringLiteral("raw-22:a.test x localhost:2222")});
        row("ssh://a.test AND b.test", file,
            {QStringLiteral("raw-22:a.test x localhost:2222"),
             QStringLiteral("http:b.test y h:1")});
        row("81 a.test AND c.test", file,
            {QStringLiteral("http:a.test s3cret localhost:81"),
             QStringLiteral("http:c.test s3cret localhost:80")});
        // two kites of one domain share what one of them knows
        row("--frontend=r:1 --service_on=http:a.test:localhost:80 "
            "--service_on=raw-22:a.test:localhost:22:s3cret",
            "",
            {QStringLiteral("http:a.test s3cret localhost:80"),
             QStringLiteral("raw-22:a.test s3cret localhost:22")});
    }
    void kitesAtRelays()
    {
        QFETCH(QByteArray, rcText);
        QFETCH(QStringList, kites);
        const auto plan = planned(QTest::currentDataTag(), rcText);
        QVERIFY2(plan, plan ? "" : qPrintable(plan.error().sentence));
        QVERIFY(plan->connector && !plan->relay && !plan->embedded);
        QCOMPARE(shown(*plan), kites);
        QCOMPARE(plan->connector->relays[0].endpoint, (Endpoint {QStringLiteral("r"), 1}));
    }

    void connectorsAnswerAsRelaysDo()
    {
        const auto plan = planned("--frontend=r:1 --errorurl=https://p.test/? --noprobes "
                                  "--service_on=http:a.test:localhost:80:s3cret");
        QVERIFY(plan);
        const auto &answers = plan->connector->options.answers;
        QCOMPARE(answers.awayPages, (http::OwnPages {{{}, "https://p.test/?"}}));
        QVERIFY(!answers.probes);
        QCOMPARE(plan->kites[0].rules.awayPages, answers.awayPages);
        const QString text = settingsText(*plan);
        QVERIFY(text.contains(u"\nerrorurl = https://p.test/?\n"));
        QVERIFY(text.contains(u"\nnoprobes\n"));
        const auto changed = planned("--frontend=r:1 --noprobes "
                                     "--service_on=http:a.test:localhost:80:s3cret");
        QVERIFY(changed && !(changed->kites[0] == plan->kites[0]));
    }

    void slides_data()
    {
        QTest::addColumn<QStringList>("kites");
        const auto row
            = [](const char *words, const QStringList &kites) { QTest::newRow(words) << kites; };
        row("80 me.pagekite.me", {QStringLiteral("http:me.pagekite.me s3cret localhost:80")});
        row("me.pagekite.me", {QStringLiteral("http:me.pagekite.me s3cret localhost:80")});
        row("localhost:631 me.pagekite.me AND ssh me.pagekite.me",
            {QStringLiteral("http:me.pagekite.me s3cret localhost:631"),
             QStringLiteral("raw-22:me.pagekite.me s3cret localhost:22")});
        row("ssh://me.pagekite.me AND 3000 me.pagekite.me",
            {QStringLiteral("raw-22:me.pagekite.me s3cret localhost:22"),
             QStringLiteral("http:me.pagekite.me s3cret localhost:3000")});
        row("/a/path/ me.pagekite.me +indexes",
            {QStringLiteral("http:me.pagekite.me s3cret /a/path")});
        row("a.html b.html me.pagekite.me",
            {QStringLiteral(
                "http:me.pagekite.me s3cret /home/me/here/a.html,/home/me/here/b.html")});
    }
    void slides()
    {
        QFETCH(QStringList, kites);
        const auto plan = planned(QTest::currentDataTag(), "kitesecret=s3cret\n");
        QVERIFY2(plan, plan ? "" : qPrintable(plan.error().sentence));
        QVERIFY(plan->connector);
        QVERIFY(plan->connector->pool->name.endsWith(u".b5p.us"));
        QCOMPARE(plan->connector->poolRelay.tls, tunnel::LinkTls::ConnectName);
        QCOMPARE(shown(*plan), kites);
    }

    void builtinKitesShareTheirWebPaths()
    {
        const auto plan = planned("--frontend=r:1",
                                  "service_on=http:a.test:localhost:builtin:s3cret\n"
                                  "webpath=A.test/80:/:default:/srv/a\n"
                                  "webpath=a.test/80:/a/in:default:/srv/a/in\n"
                                  "webpath=a.test/80:/12%3A30:default:/srv/12:30\n"
                                  "webpath=a.test/80:/50%:default:/srv/50%\n"
                                  "webpath=a.test/8080:/:default:/srv/other\n"
                                  "service_cfg=a.test/80:indexes:True\n");
        QVERIFY(plan);
        QCOMPARE(shown(*plan),
                 QStringList {QStringLiteral("http:a.test s3cret /srv/a,/srv/12:30,/srv/50%")});
        QVERIFY(plan->kites[0].target.listing);
        QVERIFY(plan->warnings.isEmpty());
    }

    void secretComesFromTheNearest_data()
    {
        QTest::addColumn<QByteArray>("rcText");
        QTest::addColumn<QByteArray>("environment");
        QTest::addColumn<QString>("secret");
        const QByteArray file = "kitesecret=of-file";
        const auto line = "80 a.test --frontend=r:1 --kitesecret=of-line";
        const auto without = "80 a.test --frontend=r:1";
        QTest::newRow(line) << file << QByteArray("of-env") << QStringLiteral("of-line");
        QTest::newRow(without) << file << QByteArray("of-env") << QStringLiteral("of-env");
        QTest::newRow("80 a.test  --frontend=r:1")
            << file << QByteArray() << QStringLiteral("of-file");
    }
    void secretComesFromTheNearest()
    {
        QFETCH(QByteArray, rcText);
        QFETCH(QByteArray, environment);
        QFETCH(QString, secret);
        const auto plan = planned(QTest::currentDataTag(), rcText, environment.constData());
        QVERIFY(plan);
        QCOMPARE(QString::fromUtf8(plan->kites[0].secret.reveal()), secret);
    }

    void kitesWithoutSecretStayDown()
    {
        const auto plan = planned("--frontend=r:1 --service_on=http:a.test:80 "
                                  "--service_on=http:b.test:localhost:80:s3cret");
        QVERIFY(plan);
        QCOMPARE(shown(*plan), QStringList {QStringLiteral("http:b.test s3cret localhost:80")});
        QCOMPARE(plan->warnings.size(), 1);
        QVERIFY(plan->warnings[0].contains(u"a.test"));
    }

    void relay()
    {
        const auto verb = planned("relay --domain=http:a.test:s3cret --tls r.pem", "ports=99");
        QVERIFY(verb);
        QVERIFY(verb->relay && !verb->connector && !verb->embedded);
        QCOMPARE(verb->relay->options.ports, QList<quint16> {80}); // no file
        QCOMPARE(verb->relay->pemFile, QStringLiteral("r.pem"));

        const auto both = planned("--isfrontend --ports=0 --nozchunks 3000 a.test --frontend=r:1");
        QVERIFY(both);
        QVERIFY(both->relay && both->connector);
        QVERIFY(!both->relay->options.announceCompression);
        QVERIFY(!both->connector->options.announceCompression);
        QCOMPARE(shown(*both), QStringList {QStringLiteral("http:a.test  localhost:3000")});
    }

    void withoutRelayOnThisComputer()
    {
        const auto plan = planned("3000 demo AND site notes.localhost +indexes --lan");
        QVERIFY(plan);
        QVERIFY(plan->embedded && !plan->connector);
        QVERIFY(plan->embedded->preferences.lan);
        QCOMPARE(plan->embedded->kites.size(), 2);
        QCOMPARE(plan->embedded->kites[0].kite.name, QStringLiteral("demo"));
        QCOMPARE(plan->embedded->kites[0].kite.target.endpoint.port, quint16(3000));
        QCOMPARE(plan->embedded->kites[1].kite.name, QStringLiteral("notes"));
        QVERIFY(plan->embedded->kites[1].kite.target.listing);
    }

    void listings_data()
    {
        QTest::addColumn<bool>("listing");
        QTest::addColumn<bool>("hidden");
        QTest::newRow("site demo") << false << false; // as pagekite.py
        QTest::newRow("site demo +indexes") << true << false;
        QTest::newRow("site demo +indexes=all") << true << true;
        QTest::newRow("site demo +noindexes") << false << false;
        QTest::newRow("site demo +indexes --no-listing") << false << false;
        QTest::newRow("a b demo --hidden") << true << true;
    }
    void listings()
    {
        QFETCH(bool, listing);
        QFETCH(bool, hidden);
        const auto plan = planned(QTest::currentDataTag());
        QVERIFY(plan);
        QCOMPARE(plan->embedded->kites[0].kite.target.listing, listing);
        QCOMPARE(plan->embedded->kites[0].kite.target.hiddenFiles, hidden);
    }

    void flagsNotActedOnAreTold()
    {
        const auto plan = planned("site demo +rewritehost +uploads +nocgi +hide "
                                  "--service_cfg=demo/80:proxyproto:1");
        QVERIFY(plan);
        QCOMPARE(plan->warnings.size(), 4);
        for (const char *flag : {"+rewritehost", "+uploads", "+hide", "+proxyproto"})
            QVERIFY2(plan->warnings.join(QLatin1Char(' ')).contains(QLatin1String(flag)), flag);
    }

    void passwordsOfOthersThanHttpAreTold()
    {
        const auto plan = planned("ssh a.test +password/joe=x --kitesecret=s --frontend=r:1");
        QVERIFY(plan);
        QCOMPARE(plan->warnings.size(), 1);
        QVERIFY(plan->warnings[0].contains(u"+password"));
    }

    void flagsBecomeRules()
    {
        const auto plan
            = planned("80 a.test +password/joe=x +rewritehost AND 81 b.test +rawheaders +insecure "
                      "AND site c.test AND 82 d.test --service_cfg=d.test/80:ip/192.0.2:ok "
                      "--service_cfg=d.test/81:ip/10.1.1.1:ok --kitesecret=s --frontend=r:1");
        QVERIFY(plan);
        QCOMPARE(plan->warnings, QStringList());
        const auto &a = plan->kites[0].rules;
        QVERIFY(!a.passwords.isEmpty() && a.addresses.empty() && a.forwardingFields && a.firewall);
        QCOMPARE(a.host, "localhost");
        const auto &b = plan->kites[1].rules;
        QVERIFY(b.areEmpty());
        QVERIFY(plan->kites[2].rules.areEmpty()); // folders need no firewall
        const auto &d = plan->kites[3].rules;
        QCOMPARE(d.addresses.size(), 1U);
        QVERIFY(d.firewall && d.forwardingFields);
    }

    /// Another flag on the command line does not open what a file closes.
    void filesProtectOn_data()
    {
        QTest::addColumn<bool>("asFileSays");
        QTest::addColumn<bool>("password");
        QTest::newRow("80 a.test --frontend=r:1") << true << true;
        QTest::newRow("80 a.test +rewritehost --frontend=r:1") << true << true;
        QTest::newRow("80 a.test +ip/192.0.2 --frontend=r:1") << false << true;
        QTest::newRow("80 a.test +user/ann=y --frontend=r:1") << true << true;
    }
    void filesProtectOn()
    {
        QFETCH(bool, asFileSays);
        QFETCH(bool, password);
        const auto plan = planned(
            QTest::currentDataTag(),
            "kitesecret=s3cret\nservice_cfg=a.test/80:password/joe:x\n"
            "service_cfg=a.test/80:ip/10.1.1.1:ok\nservice_cfg=a.test/80:rawheaders:true");
        QVERIFY(plan);
        const auto &rules = plan->kites[0].rules;
        QCOMPARE(rules.addresses.size(), 1U);
        QCOMPARE(rules.addresses[0].contains(QHostAddress(QStringLiteral("10.1.1.1"))), asFileSays);
        QCOMPARE(!rules.passwords.isEmpty(), password);
        QCOMPARE(rules.forwardingFields,
                 !plan->kites[0].flags.isEmpty()
                     && QByteArray(QTest::currentDataTag()).contains('+'));
        const auto joe = "Basic " + QByteArray("joe:x").toBase64();
        QCOMPARE(rules.passwords.accept(joe),
                 !QByteArray(QTest::currentDataTag()).contains("+user"));
    }

    void firewallIsForRelays()
    {
        const auto at = [](const char *words) { return planned(words); };
        QVERIFY(at("80 a.test --kitesecret=s --frontend=r:1")->kites[0].rules.firewallActs());
        QVERIFY(at("--isfrontend 80 a.test")->kites[0].rules.firewallActs());
        QVERIFY(!at("80 a.test --kitesecret=s --frontend=r:1 --insecure")
                     ->kites[0]
                     .rules.firewallActs());
        QVERIFY(at("80 a.test +noinsecure --kitesecret=s --frontend=r:1 --insecure")
                    ->kites[0]
                    .rules.firewallActs());
        const auto here = at("80 demo AND 81 other +noinsecure AND 82 third +password/joe=x");
        QVERIFY(!here->embedded->kites[0].rules.firewallActs());
        QVERIFY(here->embedded->kites[0].rules.forwardingFields);
        QVERIFY(here->embedded->kites[1].rules.firewallActs());
        QVERIFY(here->embedded->kites[2].rules.protect());
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("says");
        const auto row = [](const char *words, const char *says) {
            QTest::newRow(words) << QString::fromUtf8(says);
        };
        row("", "nothing to do");
        row("--frontend=r:1", "nothing to do");
        row("--service_off=http:a:80", "nothing to do");
        row("share", "folder or a file");
        row("relay a", "what is 'a'");
        row("--service_on=http:a.test:localhost:builtin:x --frontend=r:1", "names no folder");
        row("3000 a.test", "--frontend=HOST:PORT");
        row("3000 *.localhost", "--frontend=HOST:PORT");
        row("22 raw://demo:22", "raw-22:demo needs a relay");
        row("3000 a.test --frontend=r:1", "no secret for a.test");
        row("80 81 a.test", "AND");
        row("80 demo AND 81 demo", "twice");
        row("80 demo --service_on=http:demo:81", "twice");
        // nobody is served without what should protect it
        row("80 demo +passwrd/bob=x", "demo: +passwrd/bob is unknown; do you mean +password/?");
        row("80 demo +password/bob", "demo: +password needs");
        row("80 a.test +ip/1.2 --kitesecret=s --frontend=r:1", "a.test: +ip: '1.2' is no address");
        row("80 demo --service_cfg=demo/80:pasword/bob:x", "+password/");
    }
    void refuses()
    {
        QFETCH(QString, says);
        const auto plan = planned(QTest::currentDataTag());
        QVERIFY(!plan);
        QVERIFY2(plan.error().sentence.contains(says), qPrintable(plan.error().sentence));
    }

    void showsWithoutDoing_data()
    {
        QTest::addColumn<Show>("show");
        QTest::newRow("--help") << Show::Help;
        QTest::newRow("help") << Show::Help;
        QTest::newRow("share --help") << Show::Help;
        QTest::newRow("--version") << Show::Version;
        QTest::newRow("--appver") << Show::AppVersion;
        QTest::newRow("--settings") << Show::Settings;
        QTest::newRow("--settings --frontend=r:1") << Show::Settings;
    }
    void showsWithoutDoing()
    {
        QFETCH(Show, show);
        const auto plan = planned(QTest::currentDataTag());
        QVERIFY(plan);
        QCOMPARE(plan->show, show);
    }

    void protection_data()
    {
        QTest::addColumn<tunnel::LinkTls>("tls");
        QTest::addColumn<bool>("checked");
        QTest::addColumn<QByteArrayList>("names");
        QTest::addColumn<int>("fingerprints");
        using tunnel::LinkTls;

        const auto row = [](const char *words, LinkTls tls, bool checked,
                            const QByteArrayList &names, int fingerprints = 0) {
            QTest::newRow(words) << tls << checked << names << fingerprints;
        };
        const auto *pin = "--frontend=r.test:443 "
                          "--pin=0000000000000000000000000000000000000000000000000000000000000000";
        row("--frontend=127.0.0.1:1", LinkTls::Off, true, {});
        row("--frontend=r.test:443", LinkTls::Off, true, {}); // PageKite's rule
        row("--frontend=r.test:443 --tls", LinkTls::Direct, true, {"r.test"});
        row("--frontend=127.0.0.1:1 --tls", LinkTls::Direct, true, {"127.0.0.1"});
        row("--frontend=r.test:443 --ca_certs=/ca", LinkTls::Direct, true, {"r.test"});
        row("--frontend=r.test:443 --fe_certname=c.test", LinkTls::ConnectName, true, {"c.test"});
        row("--frontend=r.test:443 --fe_certname=c.test --ca_certs=/ca", LinkTls::ConnectName, true,
            {"c.test"});
        row("--frontend=r.test:443 --fe_certname=c.test --tls", LinkTls::Direct, true, {"c.test"});
        row("--frontend=r.test:443 --fe_nocertcheck", LinkTls::Direct, false, {});
        row("--frontend=r.test:443 --fe_nocertcheck --fe_certname=c.test", LinkTls::Direct, false,
            {"c.test"});
        row(pin, LinkTls::Direct, true, {"r.test"}, 1);
        row(QByteArray(pin).replace("r.test", "10.0.0.1").constData(), LinkTls::Direct, true, {},
            1);
        row((QByteArray(pin) + " --fe_certname=c.test").constData(), LinkTls::ConnectName, true,
            {"c.test"}, 1);
        row((QByteArray(pin) + " --fe_nocertcheck").constData(), LinkTls::Direct, true, {"r.test"},
            1);
    }
    void protection()
    {
        QFETCH(bool, checked);
        QFETCH(QByteArrayList, names);
        QFETCH(int, fingerprints);
        const auto plan = planned(
            (QByteArray(QTest::currentDataTag()) + " --kitesecret=s3cret 80 a.test").constData());
        QVERIFY(plan);
        const auto &relay = plan->connector->relays[0];
        QTEST(relay.tls, "tls");
        QCOMPARE(relay.trust.check == tls::RelayTrust::Check::Certificate, checked);
        QCOMPARE(relay.trust.names, names);
        QCOMPARE(int(relay.trust.fingerprints.size()), fingerprints);
    }

    void poolOfRelays()
    {
        const auto byName = planned("--frontends=2:pool.test:2443 --nofrontend=192.0.2.1 --new "
                                    "--tls --kitesecret=s3cret 80 a.test");
        QVERIFY(byName);
        QVERIFY(byName->connector->relays.isEmpty());
        QCOMPARE(byName->connector->pool->never,
                 (QList<Endpoint> {{QStringLiteral("192.0.2.1"), 443}}));
        QVERIFY(byName->connector->pool->ignoreKites);
        QCOMPARE(byName->connector->poolRelay.tls, tunnel::LinkTls::Direct);
        QCOMPARE(byName->connector->poolRelay.trust.names, QByteArrayList {"pool.test"});

        const auto byFile = planned("--frontends=1:@relays:80 --frontend=r.test:443 --tls "
                                    "--kitesecret=s3cret 80 a.test");
        QVERIFY(byFile);
        QCOMPARE(byFile->connector->relays.size(), 1);
        QVERIFY(byFile->connector->pool->file.endsWith(u"/relays"));
        QVERIFY(byFile->connector->pool->file.startsWith(QLatin1Char('/')));
        QVERIFY(byFile->connector->poolRelay.trust.names.isEmpty()); // each its own
    }
};

QTEST_APPLESS_MAIN(TestPlan)
#include "tst_plan.moc"
