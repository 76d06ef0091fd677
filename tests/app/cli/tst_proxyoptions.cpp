#include <QTest>

#include "tests/support/proxyenvironment.h"
#include "tests/support/typedwords.h"

using namespace kite;
using test::planned;
using test::read;

class TestProxyOptions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void proxies_data()
    {
        using Kind = net::ProxyHop::Kind;
        QTest::addColumn<net::Route>("route");
        QTest::addColumn<bool>("quiet");
        const auto hop = [](Kind kind, const char *host, quint16 port, bool tls = false) {
            return net::ProxyHop {kind, tls, {QString::fromUtf8(host), port}, {}, {}};
        };
        const auto row = [](const char *words, const net::Route &route, bool quiet = false) {
            QTest::newRow(words) << route << quiet;
        };
        row("--proxy=http:P.test:3128", {hop(Kind::HttpConnect, "p.test", 3128)});
        row("--proxy=httpc:p.test", {hop(Kind::HttpConnect, "p.test", 8080)});
        row("--proxy=https:p.test:443", {hop(Kind::HttpConnect, "p.test", 443, true)});
        row("--proxy=socks4://p.test:1", {hop(Kind::Socks4, "p.test", 1)});
        row("--proxy=socks4a:p.test:1", {hop(Kind::Socks4a, "p.test", 1)});
        row("--proxy=socks:[2001:db8::1]:1", {hop(Kind::Socks5, "2001:db8::1", 1)});
        row("--proxy=http:a.test:1 --proxy=socks5:b.test:2",
            {hop(Kind::HttpConnect, "a.test", 1), hop(Kind::Socks5, "b.test", 2)});
        row("--proxy=tor:127.0.0.1", {hop(Kind::Socks5, "127.0.0.1", 9050)}, true);
        row("--torify=127.0.0.1:9150", {hop(Kind::Socks5, "127.0.0.1", 9150)}, true);
        row("--socksify=p.test:1", {hop(Kind::Socks5, "p.test", 1)});
        row("--torify=127.0.0.1:9150 --noproxy", {});
        row("--proxy=http:a.test:1 --proxy=none", {});
        auto withPassword = hop(Kind::Socks5, "p.test", 1);
        withPassword.user = "me";
        withPassword.password = "not@a:secret";
        row("--proxy=socks5://me:not%40a%3Asecret@p.test:1", {withPassword});
        row("--proxy=socks5://me:not@a:secret@p.test:1", {withPassword});
    }
    void proxies()
    {
        QFETCH(bool, quiet);
        const auto options = read(QTest::currentDataTag());
        QVERIFY2(options, options ? "" : qPrintable(options.error().sentence));
        QTEST(options->proxies, "route");
        QCOMPARE(options->quiet, quiet);
        QVERIFY(options->warnings.isEmpty());
    }

    void proxyOfTheSystem_data()
    {
        using Kind = net::ProxyHop::Kind;
        QTest::addColumn<QByteArray>("environment"); // NAME=VALUE NAME=VALUE
        QTest::addColumn<net::Route>("route");
        const auto row = [](const char *environment, const net::Route &route) {
            QTest::newRow(environment) << QByteArray(environment) << route;
        };
        const auto hop = [](Kind kind, const char *host, quint16 port, bool tls = false) {
            return net::ProxyHop {kind, tls, {QString::fromUtf8(host), port}, {}, {}};
        };
        row("", {});
        row("http_proxy=http://p.test:3128/", {hop(Kind::HttpConnect, "p.test", 3128)});
        row("http_proxy=p.test:3128", {hop(Kind::HttpConnect, "p.test", 3128)});
        row("HTTP_PROXY=http://p.test:3128", {}); // of CGI programs a visitor may set it
        row("HTTPS_PROXY=HTTPS://p.test:8443", {hop(Kind::HttpConnect, "p.test", 8443, true)});
        row("http_proxy=http://q.test:1 https_proxy=http://p.test:2 all_proxy=socks5h://a.test:3",
            {hop(Kind::Socks5, "a.test", 3)});
        row("all_proxy= https_proxy=socks4a://[2001:db8::1]:2",
            {hop(Kind::Socks4a, "2001:db8::1", 2)});
        auto withPassword = hop(Kind::HttpConnect, "p.test", 1);
        withPassword.user = "me";
        withPassword.password = "s3cret/";
        row("ALL_PROXY=http://me:s3cret%2F@p.test:1", {withPassword});
    }
    void proxyOfTheSystem()
    {
        QFETCH(QByteArray, environment);
        const test::ProxyEnvironment set(environment);
        const auto options = read("--proxy=default");
        QVERIFY(options);
        QTEST(options->proxies, "route");
        QVERIFY(options->warnings.isEmpty());
        QVERIFY(!options->quiet);
        const auto none = read("--proxy=default --noproxy");
        QVERIFY(none && none->proxies.isEmpty() && none->directHosts.isEmpty());
    }

    void aSystemProxyThatCanNotBeUsed_data()
    {
        QTest::addColumn<QByteArray>("environment");
        QTest::newRow("scheme") << QByteArray("all_proxy=ftp://me:s3cret@p.test:1");
        QTest::newRow("port") << QByteArray("all_proxy=http://me:s3cret@p.test:x");
        QTest::newRow("nobody") << QByteArray("all_proxy=socks5://");
    }
    void aSystemProxyThatCanNotBeUsed()
    {
        QFETCH(QByteArray, environment);
        const test::ProxyEnvironment set(environment);
        const auto options = read("--proxy=default");
        QVERIFY(options);
        QVERIFY(options->proxies.isEmpty());
        QCOMPARE(options->warnings.size(), 1);
        QVERIFY(options->warnings[0].contains(u"all_proxy"));
        QVERIFY(!options->warnings[0].contains(u"s3cret"));
    }

    void proxiesThatAreLeftOut_data()
    {
        QTest::addColumn<QString>("word");
        QTest::newRow("--proxy=ssl:p.test:443") << QStringLiteral("--proxy=ssl ");
        QTest::newRow("--proxy=ssl-weak:p.test:443") << QStringLiteral("--proxy=ssl-weak ");
        QTest::newRow("--proxy=SSL-anon://me:s3cret@p.test") << QStringLiteral("--proxy=ssl-anon ");
    }
    void proxiesThatAreLeftOut()
    {
        QFETCH(QString, word);
        const auto options = read(QTest::currentDataTag());
        QVERIFY(options);
        QVERIFY(options->proxies.isEmpty());
        QCOMPARE(options->warnings.size(), 1);
        QVERIFY(options->warnings[0].contains(word));
        QVERIFY(!options->warnings[0].contains(u"s3cret"));
    }

    void badProxiesAreNotQuoted()
    {
        const auto options = read("--proxy=socks5://me:s3cret@p.test:x");
        QVERIFY(!options);
        QVERIFY(!options.error().sentence.contains(u"s3cret"));
    }

    void whoIsReachedWithoutTheSystemsProxy_data()
    {
        QTest::addColumn<bool>("isDirect");
        QTest::newRow("--frontend=R.test:1") << true;
        QTest::newRow("--frontend=a.r.test:1") << true;
        QTest::newRow("--frontend=ar.test:1") << false;
        QTest::newRow("--frontend=s.test:1") << true;
        QTest::newRow("--frontend=127.0.0.1:1") << true;
        QTest::newRow("--frontend=[::1]:1") << true;
        QTest::newRow("--frontend=x.test:1") << false;
        QTest::newRow("--frontends=1:a.r.test:1") << true;
        QTest::newRow("--frontends=1:x.test:1") << false;
        // names are for the last proxy to reach
        QTest::newRow("--proxy=http:q.test:1 --frontend=r.test:1") << false;
    }
    void whoIsReachedWithoutTheSystemsProxy()
    {
        QFETCH(bool, isDirect);
        const test::ProxyEnvironment set("all_proxy=p.test:1 no_proxy=.r.test,*.S.test");
        const QByteArray words
            = QByteArray("--proxy=default --service_on=http:a.test:localhost:80:s3cret ")
            + QTest::currentDataTag();
        const auto plan = planned(words.constData());
        QVERIFY(plan);
        const auto &relays = plan->connector->relays;
        const auto &relay = relays.isEmpty() ? plan->connector->poolRelay : relays.first();
        QCOMPARE(relay.route.isEmpty(), isDirect);
    }
};

QTEST_APPLESS_MAIN(TestProxyOptions)
#include "tst_proxyoptions.moc"
