#include <QTest>

#include "kitecore/origin/proxyline.h"
#include "tests/support/vectors.h"

using kite::net::Visitor;
using kite::origin::proxyLine;

class TestProxyLine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writes_data()
    {
        QTest::addColumn<QString>("address");
        QTest::addColumn<QByteArray>("line");
        QTest::newRow("IPv4") << QStringLiteral("192.0.2.7")
                              << QByteArray("PROXY TCP4 192.0.2.7 0.0.0.0 5555 443\r\n");
        QTest::newRow("IPv6") << QStringLiteral("2001:DB8::1")
                              << QByteArray("PROXY TCP6 2001:db8::1 :: 5555 443\r\n");
        QTest::newRow("link-local")
            << QStringLiteral("fe80::1%7") << QByteArray("PROXY TCP6 fe80::1 :: 5555 443\r\n");
        QTest::newRow("nobody") << QString() << QByteArray("PROXY UNKNOWN\r\n");
        QTest::newRow("injection")
            << QStringLiteral("1.2.3.4\r\nX") << QByteArray("PROXY UNKNOWN\r\n");
    }

    void writes()
    {
        QFETCH(QString, address);
        QFETCH(QByteArray, line);
        QCOMPARE(proxyLine({"raw", "k.test", 443, {address, 5555}, false}), line);
    }

    /// PageKite writes none for plain IPv4, and the wrong family of our own address for IPv6.
    void vectors()
    {
        const auto all = kite::test::readVectors(QStringLiteral(KITE_TEST_DATA "/filters.json"));
        const auto row = all[QStringLiteral("proxy_protocol")][1];
        const Visitor visitor {"raw",
                               "k.test",
                               row[QStringLiteral("port")].toString().toUShort(),
                               {row[QStringLiteral("remote_ip")].toString(),
                                row[QStringLiteral("remote_port")].toString().toUShort()},
                               false};
        QCOMPARE(proxyLine(visitor) + "DATA", kite::test::fromText(row[QStringLiteral("output")]));
    }
};

QTEST_APPLESS_MAIN(TestProxyLine)
#include "tst_proxyline.moc"
