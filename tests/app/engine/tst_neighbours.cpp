#include "app/engine/neighbours.h"

#include <QHostInfo>
#include <QTest>

using namespace kite;

class TestNeighbours : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void names_data()
    {
        QTest::addColumn<QByteArray>("host");
        QTest::addColumn<bool>("neighbourly");
        QTest::newRow("this computer") << QByteArray("localhost") << true;
        QTest::newRow("IPv4") << QByteArray("192.168.1.7") << true;
        QTest::newRow("IPv6") << QByteArray("fe80::1") << true;
        QTest::newRow("one word") << QByteArray("workshop") << true;
        QTest::newRow("mDNS") << QByteArray("workshop.local") << true;
        QTest::newRow("home router") << QByteArray("workshop.fritz.box") << true;
        QTest::newRow("home network") << QByteArray("workshop.home.arpa") << true;
        QTest::newRow("own name") << QHostInfo::localHostName().toLatin1() << true;
        QTest::newRow("a hostile page's") << QByteArray("rebind.example.com") << false;
        QTest::newRow("looks local") << QByteArray("local.example.com") << false;
        QTest::newRow("ends like local") << QByteArray("notlocal.xlocal") << false;
        QTest::newRow("address in front") << QByteArray("192.168.1.7.example.com") << false;
    }
    void names()
    {
        QFETCH(QByteArray, host);
        QFETCH(bool, neighbourly);
        QCOMPARE(app::isNeighbourly(host), neighbourly);
    }

    void ownNameIsNeighbourly()
    {
        const QString host = app::neighbourlyHost();
        QVERIFY(!host.isEmpty());
        QVERIFY(app::isNeighbourly(host.toLatin1()));
    }
};

QTEST_GUILESS_MAIN(TestNeighbours)
#include "tst_neighbours.moc"
