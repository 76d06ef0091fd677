#include <QTest>

#include "kitecore/base/endpoint.h"

using kite::Endpoint;

class TestEndpoint : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("host");
        QTest::addColumn<quint16>("port");
        QTest::addColumn<QString>("written");
        const auto row = [](const char *text, const char *host, quint16 port, const char *written) {
            QTest::newRow(text) << QString::fromLatin1(text) << QString::fromLatin1(host) << port
                                << QString::fromLatin1(written);
        };
        row("relay.example:443", "relay.example", 443, "relay.example:443");
        row("relay.example", "relay.example", 80, "relay.example:80");
        row("Relay.EXAMPLE:1", "relay.example", 1, "relay.example:1");
        row("192.0.2.7:65535", "192.0.2.7", 65535, "192.0.2.7:65535");
        row("[2001:db8::1]:443", "2001:db8::1", 443, "[2001:db8::1]:443");
        row("[2001:DB8::1]", "2001:db8::1", 80, "[2001:db8::1]:80");
        row("2001:db8::1", "2001:db8::1", 80, "[2001:db8::1]:80");
        row("::1", "::1", 80, "[::1]:80");
        row("[fe80::1%eth0]:80", "fe80::1%eth0", 80, "[fe80::1%eth0]:80");
        row("::ffff:192.0.2.7", "::ffff:192.0.2.7", 80, "[::ffff:192.0.2.7]:80");
    }

    void reads()
    {
        QFETCH(QString, text);
        QFETCH(QString, host);
        QFETCH(quint16, port);
        QFETCH(QString, written);

        const auto endpoint = Endpoint::parse(text, 80);
        QVERIFY(endpoint);
        QCOMPARE(endpoint->host, host);
        QCOMPARE(endpoint->port, port);
        QCOMPARE(endpoint->toString(), written);
        QVERIFY(Endpoint::parse(written, 1) == endpoint);
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("text");
        for (const char *text : {"",
                                 ":80",
                                 "[]:80",
                                 "relay.example:",
                                 "relay.example:0",
                                 "relay.example:65536",
                                 "relay.example:-1",
                                 "relay.example:+1",
                                 "relay.example:80x",
                                 "relay.example: 80",
                                 "relay example:80",
                                 "relay.example:80 ",
                                 "[::1",
                                 "[::1]x",
                                 "[::1]80",
                                 "[::1]:",
                                 "[::1]:0",
                                 "http://relay.example",
                                 "user@relay.example:80",
                                 "relay.example::80",
                                 "relay.example:80:81",
                                 "relay\nexample"})
            QTest::newRow(text) << QString::fromLatin1(text);
        QTest::newRow("no text") << QString();
        QTest::newRow("line break") << QStringLiteral("relay\nexample");
    }

    void refuses()
    {
        QFETCH(QString, text);
        QVERIFY(!Endpoint::parse(text, 80));
    }
};

QTEST_APPLESS_MAIN(TestEndpoint)
#include "tst_endpoint.moc"
