#include <QTest>

#include "app/cli/addresses.h"

using namespace kite;
using namespace kite::cli;

class TestAddresses : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void address_data()
    {
        QTest::addColumn<QByteArray>("kite");
        QTest::addColumn<quint16>("relayPort");
        QTest::addColumn<bool>("relayHasTls");
        QTest::addColumn<QString>("address");

        const auto row = [](const char *kite, quint16 port, bool tls, const char *address) {
            QTest::addRow("%s at %d%s", kite, port, tls ? " with TLS" : "")
                << QByteArray(kite) << port << tls << QString::fromUtf8(address);
        };
        row("http:a.test", 80, false, "http://a.test/");
        row("http:a.test", 443, false, "http://a.test/");
        row("http:a.test", 443, true, "https://a.test/");
        row("http:a.test", 80, true, "https://a.test/");
        row("http:a.test", 8080, false, "http://a.test:8080/");
        row("http:a.test", 8443, true, "https://a.test:8443/");
        row("http-8080:a.test", 443, false, "http://a.test:8080/");
        row("http-80:a.test", 443, true, "http://a.test/");
        row("http-443:a.test", 443, true, "https://a.test/");
        row("http2:a.test", 80, false, "http://a.test/");
        row("https:a.test", 443, false, "https://a.test/");
        row("https:a.test", 2443, false, "https://a.test:2443/");
        row("websocket:a.test", 80, false, "ws://a.test/");
        row("websocket:a.test", 443, true, "wss://a.test/");
        row("raw-22:a.test", 8080, false, "ssh://a.test/");
        row("raw-5900:a.test", 443, false, "raw://a.test:5900/");
        row("raw:a.test", 443, false, "raw://a.test/");
        row("irc:a.test", 6667, false, "irc://a.test:6667/");
    }
    void address()
    {
        QFETCH(QByteArray, kite);
        QFETCH(quint16, relayPort);
        QFETCH(bool, relayHasTls);
        QFETCH(QString, address);
        const auto id = KiteId::parse(kite);
        QVERIFY(id);
        QCOMPARE(publicAddress(*id, relayPort, relayHasTls), address);
    }

    void port_data()
    {
        QTest::addColumn<QList<quint16>>("visitorPorts");
        QTest::addColumn<quint16>("port");

        QTest::newRow("not told") << QList<quint16> {} << quint16(2222);
        QTest::newRow("the same") << QList<quint16> {80, 2222} << quint16(2222);
        QTest::newRow("TLS first") << QList<quint16> {80, 443, 8080} << quint16(443);
        QTest::newRow("the usual") << QList<quint16> {8080, 80} << quint16(80);
        QTest::newRow("the first") << QList<quint16> {8080, 8081} << quint16(8080);
    }
    void port()
    {
        QFETCH(QList<quint16>, visitorPorts);
        QTEST(visitorPort(2222, visitorPorts), "port");
    }
};

QTEST_APPLESS_MAIN(TestAddresses)
#include "tst_addresses.moc"
