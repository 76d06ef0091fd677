#include "app/engine/kiteurl.h"

#include <QTest>

using namespace kite;

class TestKiteUrl : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void publicUrls_data()
    {
        QTest::addColumn<QByteArray>("kite");
        QTest::addColumn<int>("linkPort");
        QTest::addColumn<bool>("linkTls");
        QTest::addColumn<bool>("hasTls");
        QTest::addColumn<QList<quint16>>("ports");
        QTest::addColumn<QString>("url");

        const auto row = [](const char *name, const char *kite, int linkPort, bool linkTls,
                            bool hasTls, const QList<quint16> &ports, const char *url) {
            QTest::newRow(name) << QByteArray(kite) << linkPort << linkTls << hasTls << ports
                                << QString::fromLatin1(url);
        };
        row("usual ports", "http:a.test", 443, true, false, {80, 443}, "http://a.test/");
        row("relay ends TLS", "http:a.test", 443, true, true, {80, 443}, "https://a.test/");
        row("relay ends TLS, plain link", "http:a.test", 80, false, true, {80, 443},
            "https://a.test/");
        row("one port for all", "http:a.test", 8443, true, true, {8443}, "https://a.test:8443/");
        row("one plain port", "http:a.test", 8080, false, false, {8080}, "http://a.test:8080/");
        row("link's port before others", "http:a.test", 8080, false, false, {8000, 8080},
            "http://a.test:8080/");
        row("behind a forwarded port", "http:a.test", 1234, false, false, {8080},
            "http://a.test:8080/");
        row("relay did not say, plain", "http:a.test", 8080, false, false, {},
            "http://a.test:8080/");
        row("relay did not say, TLS", "http:a.test", 8443, true, false, {}, "http://a.test/");
        row("relay did not say, https", "http:a.test", 8443, true, true, {},
            "https://a.test:8443/");
        row("https kite", "https:a.test", 80, false, false, {80, 443}, "https://a.test/");
        row("kite of one port", "http-8080:a.test", 80, false, false, {80, 8080},
            "http://a.test:8080/");
        row("websocket", "websocket:a.test", 80, false, false, {80}, "http://a.test/");
        row("ssh", "raw-22:a.test", 80, false, false, {80}, "ssh://a.test/");
        row("other raw port", "raw-5900:a.test", 80, false, false, {80}, "raw://a.test:5900/");
        row("any raw port", "raw:a.test", 80, false, false, {80}, "raw://a.test/");
    }
    void publicUrls()
    {
        QFETCH(QByteArray, kite);
        QFETCH(int, linkPort);
        QFETCH(bool, linkTls);
        QFETCH(bool, hasTls);
        QFETCH(QList<quint16>, ports);
        QFETCH(QString, url);
        const app::PublicFace face {
            {QStringLiteral("relay.test"), quint16(linkPort)}, linkTls, hasTls, ports};
        QCOMPARE(app::publicUrl(*KiteId::parse(kite), face), url);
    }

    void embeddedUrls_data()
    {
        QTest::addColumn<QByteArray>("kite");
        QTest::addColumn<QString>("host");
        QTest::addColumn<quint16>("port");
        QTest::addColumn<QString>("url");
        const auto row = [](const char *url, const char *kite, const char *host, quint16 port) {
            QTest::newRow(url) << QByteArray(kite) << QString::fromLatin1(host) << port
                               << QString::fromLatin1(url);
        };
        row("http://a.localhost:7777/", "http:a.localhost", "a.localhost", 7777);
        row("http://a.localhost/", "http:a.localhost", "a.localhost", 80);
        row("http://[2001:db8::1]:7777/", "http:a.localhost", "2001:db8::1", 7777);
        row("http://w.localhost:7777/", "websocket:w.localhost", "w.localhost", 7777);
        row("https://a.localhost:7777/", "https:a.localhost", "a.localhost", 7777);
        row("https://a.localhost/", "https:a.localhost", "a.localhost", 443);
    }

    void embeddedUrls()
    {
        QFETCH(QByteArray, kite);
        QFETCH(QString, host);
        QFETCH(quint16, port);
        QFETCH(QString, url);
        QCOMPARE(app::embeddedUrl(*KiteId::parse(kite), host, port), url);
    }
};

QTEST_APPLESS_MAIN(TestKiteUrl)
#include "tst_kiteurl.moc"
