#include "app/engine/flight.h"

#include <QTest>

#include "app/engine/relayflights.h"

using namespace kite;

class TestFlight : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ids_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("protocol");
        QTest::addColumn<int>("port");
        QTest::addColumn<bool>("embedded");
        QTest::addColumn<QByteArray>("id"); // empty: none
        const auto row = [](const char *title, const QString &name, const char *protocol, int port,
                            bool embedded, const char *id) {
            QTest::newRow(title) << name << QString::fromLatin1(protocol) << port << embedded
                                 << QByteArray(id);
        };
        row("embedded", QStringLiteral("photos"), "http", 0, true, "http:photos.localhost");
        row("embedded, capitals", QStringLiteral("Photos"), "http", 0, true,
            "http:photos.localhost");
        row("this computer itself", QStringLiteral("localhost"), "http", 0, true, "http:localhost");
        row("relay", QStringLiteral("photos.example.net"), "http", 0, false,
            "http:photos.example.net");
        row("raw", QStringLiteral("a.test"), "raw", 22, false, "raw-22:a.test");
        row("no name", QString(), "http", 0, false, "");
        row("no name, embedded", QString(), "http", 0, true, "");
        row("blank", QStringLiteral("my photos"), "http", 0, true, "");
        row("umlaut", QStringLiteral("k\u00e4fer"), "http", 0, true, "");
        row("Arabic", QStringLiteral("\u0635\u0648\u0631"), "http", 0, true, "");
        row("colon", QStringLiteral("a:b"), "http", 0, true, "");
    }
    void ids()
    {
        QFETCH(QString, name);
        QFETCH(QString, protocol);
        QFETCH(int, port);
        QFETCH(bool, embedded);
        QFETCH(QByteArray, id);
        app::WantedKite wanted;
        wanted.kite.name = name;
        wanted.kite.protocol = protocol;
        wanted.kite.publicPort = quint16(port);
        if (!embedded)
            wanted.relay.id = QStringLiteral("r1");
        const auto found = app::idOf(wanted);
        QCOMPARE(found ? found->toByteArray() : QByteArray(), id);
    }

    void relayChoices()
    {
        settings::Relay relay;
        relay.endpoint = {QStringLiteral("relay.test"), 443};
        QCOMPARE(app::relayChoice(relay).tls, tunnel::LinkTls::Direct);
        QCOMPARE(app::relayChoice(relay).trust.check, tls::RelayTrust::Check::Certificate);
        QVERIFY(app::relayChoice(relay).trust.names.isEmpty());

        relay.certificateName = QStringLiteral("Cert.Test");
        relay.fingerprint = QStringLiteral("AB");
        relay.authorityFile = QStringLiteral("/ca.pem");
        const auto choice = app::relayChoice(relay);
        QCOMPARE(choice.trust.names, QByteArrayList {"cert.test"});
        QCOMPARE(choice.trust.fingerprints, QByteArrayList {"ab"});
        QCOMPARE(choice.trust.authorityFile, QStringLiteral("/ca.pem"));

        relay.tls = settings::Relay::Tls::Unchecked;
        QCOMPARE(app::relayChoice(relay).trust.check, tls::RelayTrust::Check::None);
        relay.tls = settings::Relay::Tls::Off;
        QCOMPARE(app::relayChoice(relay).tls, tunnel::LinkTls::Off);
    }
};

QTEST_APPLESS_MAIN(TestFlight)
#include "tst_flight.moc"
