#include <QTest>

#include "tests/app/cli/readwords.h"

using namespace kite;
using namespace kite::cli;

namespace {

const auto &usual = test::usualFile;
const auto &here = test::homeOfMe;

Result<FileResult, UsageError> worked(const char *words, test::FakeRcFiles &files,
                                      const char *environmentSecret = "")
{
    const secrets::Secret secret(environmentSecret);
    const auto read = test::readWords(words, files, secret);
    if (!read)
        return Err {read.error()};
    return workOnFiles({read->line, read->options, files, usual, {}, secret, here});
}

} // namespace

class TestRcWork : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheCommandLine_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after");
        const auto row = [](const char *words, const char *before, const char *after) {
            QTest::newRow(words) << QByteArray(before) << QByteArray(after);
        };
        row("--save --frontend=b:1", "frontend=a:1\n# end\n",
            "frontend=a:1\nfrontend = b:1\n# end\n");
        row("--save --frontend=a:1", "frontend = a:1 \n", "frontend = a:1 \n");
        row("--save --ports=2 --ports=3", "ports = 1\nhost=::1\n", "ports = 3\nhost=::1\n");
        row("--save --nozchunks --isfrontend", "--isfrontend\n", "--isfrontend\nnozchunks\n");
        row("--save --backend=http:b.test", "service_on=http:a.test\n",
            "service_on=http:a.test\nbackend = http:b.test\n");
        row("--save --json --list --watch -L stdio", "", "logfile = stdio\n");
        row("--save --kitename=a.test --kitesecret=s3cret", "",
            "kitename = a.test\nkitesecret = s3cret\n");
        row("--save 80 b.test", "kitename=a.test\nkitesecret=s3cret\nservice_on=http:@kitename\n",
            "kitename=a.test\nkitesecret=s3cret\nservice_off=http:@kitename\n"
            "service_on  = http:b.test : localhost:80 : @kitesecret\n");
        row("--add --kitesecret=s3cret 80 a.test", "",
            "kitename = a.test\nkitesecret = s3cret\n"
            "service_on  = http:@kitename : localhost:80 : @kitesecret\n");
        row("--save --torify=[::1]:9050", "torify=[::1]:9050\nhost=::1\nnoproxy\n",
            "host=::1\nnoproxy\ntorify = [::1]:9050\n");
        row("--add --noproxy 80 a.test",
            "service_on=http:a.test:localhost:80:x\nnoproxy\nproxy=http:p.test:1\n",
            "service_on=http:a.test:localhost:80:x\nproxy=http:p.test:1\nnoproxy\n");
        row("--save --proxy=http:p.test:1", "proxy=http:p.test:1\nproxy=none\n",
            "proxy=none\nproxy = http:p.test:1\n");
        row("--save --proxy=http:q.test:1", "noproxy\nproxy=http:q.test:1\nproxy=http:p.test:1\n",
            "noproxy\nproxy=http:q.test:1\nproxy=http:p.test:1\n");
        row("--save --all", "all\nnoall\n# end\n", "noall\nall\n# end\n");
        row("--save --noall", "noall\nall\n", "all\nnoall\n");
        row("--save --daemonize", "daemonize\nnodaemonize\n", "nodaemonize\ndaemonize\n");
        row("--save --nodaemonize --daemonize --nodaemonize", "", "daemonize\nnodaemonize\n");
        row("--save --errorurl=http://x.test/", "errorurl=http://x.test/\nerrorurl=\n",
            "errorurl=\nerrorurl = http://x.test/\n");
        row("--save --errorurl=http://w.test/",
            "errorurl=http://w.test/\nerrorurl=https://y.test/\nerrorurl=z.test:http://z.test/\n",
            "errorurl=https://y.test/\nerrorurl=z.test:http://z.test/\n"
            "errorurl = http://w.test/\n");
        row("--save --errorurl=", "errorurl=\nerrorurl=http://x.test/\n",
            "errorurl=http://x.test/\nerrorurl = \n");
        row("--save --domain=*:a.test:1ne", "domain=*:a.test:1ne\ndomain=*:A.test:2wo\n",
            "domain=*:A.test:2wo\ndomain = *:a.test:1ne\n");
        row("--save --domain=*:a.test:1ne", "domain=*:a.test:1ne\ndomain=*:b.test:2wo\n",
            "domain=*:a.test:1ne\ndomain=*:b.test:2wo\n");
        row("--save --portalias=80:81", "portalias=80:81\nportalias=80:82\nportalias=443:81\n",
            "portalias=80:82\nportalias=443:81\nportalias = 80:81\n");
        row("--save --ratelimit_ips=a.test:1/2", "ratelimit_ips=a.test:1/2\nratelimit_ips=3/4\n",
            "ratelimit_ips=a.test:1/2\nratelimit_ips=3/4\n");
        row("--save --tls_endpoint=a.test:x", "tls_endpoint=a.test:x\ntls_endpoint=a.test:y\n",
            "tls_endpoint=a.test:x\ntls_endpoint=a.test:y\ntls_endpoint = a.test:x\n");
        row("--save --service_cfg=a.test/80:rewritehost:x",
            "service_cfg=a.test/80:rewritehost:x\nservice_cfg=a.test/80:RewriteHost:y\n"
            "service_cfg=a.test/81:rewritehost:z\n",
            "service_cfg=a.test/80:RewriteHost:y\nservice_cfg=a.test/81:rewritehost:z\n"
            "service_cfg = a.test/80:rewritehost:x\n");
        row("--save --service_cfg=a.test/80:password/u:x",
            "service_cfg=a.test/80:password/u:x\nservice_cfg=a.test/80:password/u:y\n",
            "service_cfg=a.test/80:password/u:x\nservice_cfg=a.test/80:password/u:y\n");
        row("--save --trusted_proxy=192.0.2.1 --trusted_proxy=192.0.2.2", "",
            "trusted_proxy = 192.0.2.1\ntrusted_proxy = 192.0.2.2\n");
        row("--save --dns_hints=b.test", "dns_hints=a.test\n", "dns_hints = b.test\n");
        row("--save --fe_certname=x.test", "fe_certname=x.test\nfe_certname=\n",
            "fe_certname=\nfe_certname = x.test\n");
        row("--save --frontends=1:p.test:1", "frontends=1:p.test:1\ndefaults\n",
            "defaults\nfrontends = 1:p.test:1\n");
        row("--save --dyndns=no-ip.com", "dyndns=no-ip.com\ndefaults\n",
            "defaults\ndyndns = no-ip.com\n");
        row("--save --ports=1", "ports=1\nports=2\n", "ports=1\nports = 1\n");
        row("--add site b.test +indexes", "kitename = a.test\n",
            "kitename = a.test\nservice_on  = http:b.test : localhost:builtin :\n"
            "service_cfg = b.test/80 : indexes : True\n"
            "webpath = b.test/80:/site:default:/home/me/here/site\n");
    }
    void keepsTheCommandLine()
    {
        QFETCH(QByteArray, before);
        QFETCH(QByteArray, after);
        test::FakeRcFiles files;
        files.files[usual] = before;
        const auto result = worked(QTest::currentDataTag(), files);
        QVERIFY2(result, result ? "" : qPrintable(result.error().sentence));
        const auto text = result->files.isEmpty() ? before : result->files.first().second;
        QCOMPARE(text, after);
        QCOMPARE(result->files.size(), before == after ? 0 : 1);
    }

    void seesWhatOtherFilesTakeBack()
    {
        test::FakeRcFiles files;
        files.files = {{usual, "torify=[::1]:9050\nports=1\noptfile = f\n"},
                       {QStringLiteral("f"), "noproxy\nports=2\nnozchunks\n"}};
        const auto result = worked("--save --torify=[::1]:9050 --ports=1 --nozchunks", files);
        QVERIFY(result);
        QCOMPARE(result->files.size(), 1);
        QCOMPARE(result->files.first().second,
                 QByteArray("optfile = f\ntorify = [::1]:9050\nports = 1\n"));
    }

    void choosesTheFile_data()
    {
        QTest::addColumn<QString>("file");
        QTest::newRow("--add 80 b.test") << usual;
        QTest::newRow("--optfile=f --add 80 b.test") << usual;
        QTest::newRow("--clean --add 80 b.test") << usual;
        QTest::newRow("--clean --optfile=f --add 80 b.test") << QStringLiteral("f");
        QTest::newRow("--clean --optfile=g --optfile=f --add 80 b.test") << QStringLiteral("f");
        QTest::newRow("--clean --optdir=d --add 80 b.test") << QStringLiteral("d/80_kite.rc");
        QTest::newRow("--savefile=g --optfile=f --optfile=g --add 80 b.test")
            << QStringLiteral("g");
        QTest::newRow("--savefile=~/g --clean --optfile=/home/me/g --add 80 b.test")
            << QStringLiteral("/home/me/g");
        QTest::newRow("--savefile=g --clean --optfile=./g --add 80 b.test")
            << QStringLiteral("./g");
        QTest::newRow("--savefile=d/10.rc --clean --optdir=/home/me/here/d --add 80 b.test")
            << QStringLiteral("/home/me/here/d/10.rc");
        QTest::newRow("--savefile=h --optfile=f --add 80 b.test") << QStringLiteral("h");
    }
    void choosesTheFile()
    {
        QFETCH(QString, file);
        test::FakeRcFiles files;
        files.files = {{QStringLiteral("f"), "host = ::1\n"},
                       {QStringLiteral("g"), "ports = 1\n"},
                       {QStringLiteral("./g"), "ports = 1\n"},
                       {QStringLiteral("/home/me/g"), "ports = 1\n"},
                       {QStringLiteral("d/10.rc"), "kitename = a.test\n"},
                       {QStringLiteral("/home/me/here/d/10.rc"), "kitename = a.test\n"}};
        const auto result = worked(QTest::currentDataTag(), files, "not-a-secret");
        QVERIFY2(result, result ? "" : qPrintable(result.error().sentence));
        QCOMPARE(result->files.size(), 1);
        QCOMPARE(result->files.first().first, file);
        QVERIFY(result->files.first().second.contains("b.test"));
    }

    void neverReplacesWhatItCannotRead_data()
    {
        QTest::addColumn<QString>("closed");
        QTest::newRow("--clean --add 80 b.test") << usual;
        QTest::newRow("--clean --optfile=f --savefile=g --add 80 b.test") << QStringLiteral("g");
        QTest::newRow("--savefile=g --add 80 b.test") << QStringLiteral("g");
    }
    void neverReplacesWhatItCannotRead()
    {
        QFETCH(QString, closed);
        test::FakeRcFiles files;
        files.files = {{QStringLiteral("f"), "host = ::1\n"}};
        files.closed = closed;
        const auto result = worked(QTest::currentDataTag(), files, "not-a-secret");
        QVERIFY(!result);
        QCOMPARE(result.error().sentence, closed + QLatin1String(" cannot be read."));
    }

    void joinsWhatWasReadInAnotherFile()
    {
        test::FakeRcFiles files;
        files.files
            = {{QStringLiteral("a"), "# a\noptfile = b\nnozchunks\nEND\nlost"},
               {QStringLiteral("b"), "# b\nkitename = a.test\nservice_on = http:@kitename"}};
        const auto result = worked("--clean --optfile=a --savefile=c --disable a.test", files);
        QVERIFY(result);
        QCOMPARE(result->files.size(), 1);
        QCOMPARE(result->files.first().first, QStringLiteral("c"));
        QCOMPARE(result->files.first().second,
                 QByteArray("# a\n# b\nkitename = a.test\nservice_off = http:@kitename\n"
                            "nozchunks\n"));
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("says");
        QTest::newRow("--disable b.test") << QStringLiteral("no kite http:b.test");
        QTest::newRow("--remove") << QStringLiteral("needs a name");
        QTest::newRow("share --add 80 b.test") << QStringLiteral("kite share");
        QTest::newRow("--save --logfile=a\nb") << QStringLiteral("--logfile");
        QTest::newRow("--add 80 b.test +password/u=") << QStringLiteral("http://b.test: +password");
        QTest::newRow("--add 80 b.test +password/u=True") << QStringLiteral("+password");
        QTest::newRow("--add 80 a.test AND 80 b.test +ip/foo") << QStringLiteral("+ip");
        QTest::newRow("--only a.test +rewriteost") << QStringLiteral("+rewritehost");
        QTest::newRow("--save 80 b.test +proxyproto=2") << QStringLiteral("+proxyproto");
        QTest::newRow("--clean --optfile=f --savefile=g --add 80 b.test")
            << QStringLiteral("g holds settings that were not read");
    }
    void refuses()
    {
        QFETCH(QString, says);
        test::FakeRcFiles files;
        files.files = {{usual, "service_on=http:a.test\n"},
                       {QStringLiteral("f"), "host = ::1\n"},
                       {QStringLiteral("g"), "ports = 1\n"}};
        const auto result = worked(QTest::currentDataTag(), files);
        QVERIFY(!result);
        QVERIFY2(result.error().sentence.contains(says), qPrintable(result.error().sentence));
    }
};

QTEST_APPLESS_MAIN(TestRcWork)
#include "tst_rcwork.moc"
