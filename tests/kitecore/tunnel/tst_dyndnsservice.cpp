#include "kitecore/tunnel/dyndnsservice.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>
#include <QUrlQuery>

using namespace kite;
using tunnel::DynDnsName;
using tunnel::DynDnsService;

namespace {

const QList<QHostAddress> two {QHostAddress(QStringLiteral("192.0.2.1")),
                               QHostAddress(QStringLiteral("2001:db8::1"))};
const DynDnsName kiteTest {"kite.test", secrets::Secret("ddns-secret")};

QString asked(const QString &service, const DynDnsName &name = kiteTest)
{
    const auto parsed = DynDnsService::parse(service);
    return parsed ? parsed->request(name, two, "22222222").toString(QUrl::FullyEncoded)
                  : QStringLiteral("?");
}

} // namespace

class TestDynDnsService final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void asDeployed_data()
    {
        QTest::addColumn<QJsonObject>("recorded");
        QFile file(QStringLiteral(KITE_TEST_DATA "/dyndns.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        for (const QJsonValue recorded : QJsonDocument::fromJson(file.readAll()).array())
            QTest::addRow("%s", qPrintable(recorded[u"payload"].toString())) << recorded.toObject();
    }
    void asDeployed()
    {
        QFETCH(QJsonObject, recorded);
        const auto text = [&](const char *key) {
            return recorded.value(QLatin1String(key)).toString().toUtf8();
        };
        const auto parts = text("payload").split(':');
        const auto service = DynDnsService::parse(
            QStringLiteral("http://up.test/?hostname=%(domain)s&myip=%(ips)s&sign=%(sign)s"));
        QVERIFY(service);
        const QUrl url
            = service->request({parts[0], secrets::Secret(text("secret"))},
                               {QHostAddress(QString::fromUtf8(parts[1]))}, text("sign").first(8));
        QCOMPARE(url.toEncoded(), "http://up.test" + text("url"));
    }

    void providers_data()
    {
        QTest::addColumn<QString>("url");
        const QString sign = QStringLiteral("22222222255338877e1aec6d1ff0b3f8ee8a354b1fe140ba");
        const QString query
            = QStringLiteral("/?hostname=kite.test&myip=192.0.2.1,2001:db8::1&sign=") + sign;
        QTest::newRow("pagekite.net") << QStringLiteral("http://up.pagekite.net") + query;
        QTest::newRow("beanstalks.net") << QStringLiteral("http://up.b5p.us") + query;
        QTest::newRow("me:s3cret@dyndns.org")
            << QStringLiteral("https://me:s3cret@members.dyndns.org/nic/update?wildcard=NOCHG&"
                              "backmx=NOCHG&hostname=kite.test&myip=192.0.2.1");
        QTest::newRow("a@b:s:3/c?r@e&t@No-IP.com")
            << QStringLiteral("https://a%40b:s%3A3%2Fc%3Fr%40e%26t@dynupdate.no-ip.com/nic/update?"
                              "hostname=kite.test&myip=192.0.2.1");
        QTest::newRow("https://d.test/%(domain)s?ip=%(ip)s&x=1%20")
            << QStringLiteral("https://d.test/kite.test?ip=192.0.2.1&x=1%20");
        QTest::newRow("https://d.test/%(nothing)s") << QStringLiteral("?");
        QTest::newRow("nobody.test") << QStringLiteral("?");
        QTest::newRow("") << QStringLiteral("?");
        QTest::newRow("file:///etc/passwd") << QStringLiteral("?");
        QTest::newRow("ftp://d.test/%(ip)s") << QStringLiteral("?");
        QTest::newRow("http:///%(ip)s") << QStringLiteral("?");
    }
    void providers() { QTEST(asked(QString::fromUtf8(QTest::currentDataTag())), "url"); }

    void resellers()
    {
        using Scheme = DynDnsService::Scheme;
        QCOMPARE(
            DynDnsService::ofReseller(QStringLiteral("example.org"), Scheme::Http).urlTemplate(),
            QStringLiteral("http://dnsup.example.org/?hostname=%(domain)s&myip=%(ips)s&sign="
                           "%(sign)s"));
        QVERIFY(DynDnsService::ofReseller(QStringLiteral("example.org"), Scheme::Https)
                    .urlTemplate()
                    .startsWith(u"https://dnsup.example.org/?"));
        QCOMPARE(DynDnsService::ofPageKite(),
                 *DynDnsService::parse(QStringLiteral("pagekite.net")));
    }

    void valuesDoNotBreakOut()
    {
        // pagekite.py's names can not hold these; what a file says might
        const QString url = asked(QStringLiteral("http://d.test/?h=%(domain)s&s=%(sign)s"),
                                  {"a&b=c#%(ip)s", secrets::Secret("s3cret")});
        QVERIFY(url.startsWith(u"http://d.test/?h=a%26b%3Dc%23%25%28ip%29s&s=22222222"));
    }

    void isShownWithoutPassword_data()
    {
        QTest::addColumn<QString>("shown");
        QTest::newRow("pagekite.net") << "pagekite.net";
        QTest::newRow("me:s3cret@dyndns.org") << "me:******@dyndns.org";
        QTest::newRow("https://d.test/?h=%(domain)s") << "https://d.test/?h=%(domain)s";
        QTest::newRow("https://me:s3cret@d.test/?h=%(domain)s")
            << "https://******@d.test/?h=%(domain)s";
        QTest::newRow("https://me:s3cret@d.test?h=%(domain)s")
            << "https://******@d.test?h=%(domain)s";
    }
    void isShownWithoutPassword()
    {
        const auto service = DynDnsService::parse(QString::fromUtf8(QTest::currentDataTag()));
        QVERIFY(service);
        QTEST(service->toString(), "shown");
    }

    void success()
    {
        QVERIFY(DynDnsService::isSuccess("good 192.0.2.1"));
        QVERIFY(DynDnsService::isSuccess("nochg"));
        QVERIFY(!DynDnsService::isSuccess("badauth"));
        QVERIFY(!DynDnsService::isSuccess("<html>good"));
        QVERIFY(!DynDnsService::isSuccess({}));
    }
};

QTEST_APPLESS_MAIN(TestDynDnsService)
#include "tst_dyndnsservice.moc"
