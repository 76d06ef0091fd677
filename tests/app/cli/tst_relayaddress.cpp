#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "app/cli/relayaddress.h"

using namespace kite;
using namespace kite::cli;

namespace {

using Names = QList<tls::ServerName>;

QString pem(const char *name)
{
    return QLatin1String("/pems/") + QLatin1String(name);
}

} // namespace

class TestRelayAddress : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void followsFromTheOptions_data();
    void followsFromTheOptions();
    void tellsThePortThatPeopleSee();
    void isKept_data();
    void isKept();
    void isReadWithCare_data();
    void isReadWithCare();
};

void TestRelayAddress::followsFromTheOptions_data()
{
    QTest::addColumn<QString>("saidHost");
    QTest::addColumn<quint16>("saidPort");
    QTest::addColumn<Names>("names");
    QTest::addColumn<QByteArray>("byDefault");
    QTest::addColumn<QList<quint16>>("ports");
    QTest::addColumn<QString>("reached");
    QTest::addColumn<QString>("pemFile");
    const quint16 unsaid = 0;
    const QString host = QStringLiteral("r.test");
    const Names two {{"a.test", pem("a")}, {"r.test", pem("r")}};
    const QList<quint16> usual {80, 443};
    QTest::newRow("said") << host << quint16(99) << Names {} << QByteArray() << usual
                          << QStringLiteral("r.test:99") << QString();
    QTest::newRow("the TLS port is better") << host << unsaid << two << QByteArray() << usual
                                            << QStringLiteral("r.test:443") << pem("r");
    QTest::newRow("the first port")
        << host << unsaid << two << QByteArray() << QList<quint16> {8080, 81}
        << QStringLiteral("r.test:8080") << pem("r");
    QTest::newRow("no port") << host << unsaid << two << QByteArray() << QList<quint16> {}
                             << QStringLiteral("r.test:0") << pem("r");
    QTest::newRow("the first certificate's name")
        << QString() << unsaid << two << QByteArray() << usual << QStringLiteral("a.test:443")
        << pem("a");
    QTest::newRow("the default's") << QString() << unsaid << two << QByteArray("R.test") << usual
                                   << QStringLiteral("r.test:443") << pem("r");
    QTest::newRow("wildcards are no host")
        << QString() << unsaid << Names {{"*.test", pem("w")}, {"a.test", pem("a")}}
        << QByteArray("*.test") << usual << QStringLiteral("a.test:443") << pem("a");
    QTest::newRow("but fit one") << host << unsaid
                                 << Names {{"a.test", pem("a")}, {"*.Test", pem("w")}}
                                 << QByteArray() << usual << QStringLiteral("r.test:443")
                                 << pem("w");
    QTest::newRow("the later of two counts")
        << host << unsaid << Names {{"r.test", pem("1")}, {"R.test", pem("2")}} << QByteArray()
        << usual << QStringLiteral("r.test:443") << pem("2");
    QTest::newRow("none fits") << QStringLiteral("other.example") << unsaid << two << QByteArray()
                               << usual << QStringLiteral("other.example:443") << QString();
    QTest::newRow("an address asks for no name")
        << QStringLiteral("192.0.2.1") << unsaid << two << QByteArray("r.test") << usual
        << QStringLiteral("192.0.2.1:443") << pem("r");
    QTest::newRow("nor has it a default")
        << QStringLiteral("2001:db8::1") << unsaid << two << QByteArray() << usual
        << QStringLiteral("[2001:db8::1]:443") << pem("a");
    QTest::newRow("nothing") << QString() << unsaid << Names {} << QByteArray() << usual
                             << QStringLiteral(":443") << QString();
}

void TestRelayAddress::followsFromTheOptions()
{
    QFETCH(const QString, saidHost);
    QFETCH(const quint16, saidPort);
    QFETCH(const Names, names);
    QFETCH(const QByteArray, byDefault);
    QFETCH(const QList<quint16>, ports);
    relay::RelayOptions options;
    options.tlsNames = names;
    options.tlsDefault = byDefault;
    const auto address = relayAddress({saidHost, saidPort}, options, ports);
    QTEST(address.relay.toString(), "reached");
    QTEST(address.pemFile, "pemFile");
}

void TestRelayAddress::tellsThePortThatPeopleSee()
{
    relay::RelayOptions options;
    options.portAliases = {{8443, 443}};
    QCOMPARE(relayAddress({QStringLiteral("r.test"), 0}, options, {8080, 8443}).relay.port, 443);
}

void TestRelayAddress::isKept_data()
{
    QTest::addColumn<QString>("host");
    QTest::addColumn<QString>("pemFile");
    QTest::newRow("a name") << QStringLiteral("r.test") << pem("r");
    QTest::newRow("an address") << QStringLiteral("2001:db8::1") << pem("r");
    QTest::newRow("nobody said") << QString() << pem("r");
    QTest::newRow("no TLS") << QStringLiteral("r.test") << QString();
}

void TestRelayAddress::isKept()
{
    QFETCH(const QString, host);
    QFETCH(const QString, pemFile);
    const QTemporaryDir folder;
    const auto accounts = folder.filePath(QStringLiteral("deep/accounts"));
    QVERIFY(keptRelayAddress(accounts));
    QCOMPARE(keptRelayAddress(accounts)->relay.port, 0); // nobody was here
    const RelayAddress address {{host, 443}, pemFile};
    QVERIFY(keepRelayAddress(accounts, {{QStringLiteral("before.test"), 1}, pem("b")}));
    QVERIFY(keepRelayAddress(accounts, address));
    QVERIFY(keptRelayAddress(accounts));
    QVERIFY(*keptRelayAddress(accounts) == address);
    QVERIFY(!(QFile::permissions(relayAddressFile(accounts)) & QFileDevice::WriteOther));
}

void TestRelayAddress::isReadWithCare_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("no JSON") << QByteArray("public = r.test:443");
    QTest::newRow("a list") << QByteArray("[443]");
    QTest::newRow("no port") << QByteArray(R"({"host": "r.test"})");
    QTest::newRow("port 0") << QByteArray(R"({"host": "r.test", "port": 0})");
    QTest::newRow("a port too large") << QByteArray(R"({"host": "r.test", "port": 65979})");
    QTest::newRow("half a port") << QByteArray(R"({"host": "r.test", "port": 443.5})");
    QTest::newRow("no host") << QByteArray(R"({"host": "r.test/x#", "port": 443})");
    QTest::newRow("a blank") << QByteArray(R"({"host": "r .test", "port": 443})");
}

void TestRelayAddress::isReadWithCare()
{
    QFETCH(const QByteArray, text);
    const QTemporaryDir folder;
    const auto accounts = folder.filePath(QStringLiteral("accounts"));
    QFile file(relayAddressFile(accounts));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
    file.close();
    QVERIFY(!keptRelayAddress(accounts));
}

QTEST_GUILESS_MAIN(TestRelayAddress)
#include "tst_relayaddress.moc"
