#include <QComboBox>
#include <QSignalSpy>
#include <QTest>

#include "kitecore/secrets/secret.h"
#include "tests/support/formhands.h"
#include "ui/windows/relaydialog.h"

using kite::secrets::Secret;
using kite::secrets::SecretError;
using kite::test::faults;
using kite::test::part;
using kite::test::press;
using kite::test::type;
using kite::ui::RelayDialog;
namespace settings = kite::settings;

class TestRelayDialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { open({}); }
    void cleanup() { close(); }

    void good_data()
    {
        QTest::addColumn<QString>("host");
        QTest::addColumn<QString>("domain");
        QTest::addColumn<kite::Endpoint>("endpoint");
        const QString relay = QStringLiteral("relay.example.net");
        QTest::newRow("a host") << relay << QString() << kite::Endpoint {relay, 443};
        QTest::newRow("a port") << relay + QStringLiteral(":8443") << QString()
                                << kite::Endpoint {relay, 8443};
        QTest::newRow("blanks around")
            << QStringLiteral(" relay.example.net ") << QString() << kite::Endpoint {relay, 443};
        QTest::newRow("an address") << QStringLiteral("192.0.2.1") << QString()
                                    << kite::Endpoint {QStringLiteral("192.0.2.1"), 443};
        QTest::newRow("one name") << relay << QStringLiteral("demo.example.net")
                                  << kite::Endpoint {relay, 443};
        QTest::newRow("all names below")
            << relay << QStringLiteral("*.example.net") << kite::Endpoint {relay, 443};
        QTest::newRow("capital letters")
            << relay << QStringLiteral("Demo.Example.Net") << kite::Endpoint {relay, 443};
    }

    void good()
    {
        QFETCH(QString, host);
        QFETCH(QString, domain);
        QFETCH(kite::Endpoint, endpoint);
        type(part<QLineEdit>(*m_dialog, "host"), host);
        type(part<QLineEdit>(*m_dialog, "domain"), domain);
        type(*m_dialog, "secret", " s3cret");
        press(*m_dialog, "go");
        QCOMPARE(faults(*m_dialog), QStringList());
        QCOMPARE(m_wanted->size(), 1);
        QCOMPARE(relay().endpoint, endpoint);
        QCOMPARE(relay().domain, domain.toLower());
        QCOMPARE(relay().tls, settings::Relay::Tls::Checked);
        QVERIFY(!relay().id.isEmpty());
        QCOMPARE(m_wanted->value(0).value(1).value<Secret>(), Secret("s3cret"));
        QVERIFY(!part<QWidget>(*m_dialog, "go").isEnabled()); // once is enough
    }

    void bad_data()
    {
        QTest::addColumn<QByteArray>("field");
        QTest::addColumn<QString>("typed");
        QTest::newRow("no host") << QByteArray("host") << QString();
        QTest::newRow("a host with blanks") << QByteArray("host") << QStringLiteral("not a host");
        QTest::newRow("a scheme") << QByteArray("host")
                                  << QStringLiteral("https://relay.example.net");
        QTest::newRow("port 0") << QByteArray("host") << QStringLiteral("relay.example.net:0");
        QTest::newRow("a port beyond")
            << QByteArray("host") << QStringLiteral("relay.example.net:70000");
        QTest::newRow("an empty label") << QByteArray("domain") << QStringLiteral("a..b");
        QTest::newRow("a name with blanks") << QByteArray("domain") << QStringLiteral("a b");
        QTest::newRow("a short fingerprint")
            << QByteArray("fingerprint") << QStringLiteral("ab:cd");
        QTest::newRow("no fingerprint")
            << QByteArray("fingerprint") << QString(64, QLatin1Char('x'));
    }

    void bad()
    {
        QFETCH(QByteArray, field);
        QFETCH(QString, typed);
        type(*m_dialog, "host", "relay.example.net");
        type(part<QLineEdit>(*m_dialog, field.constData()), typed);
        press(*m_dialog, "go");
        QCOMPARE(m_wanted->size(), 0);
        QCOMPARE(faults(*m_dialog).size(), 1);
        const auto labels = m_dialog->findChildren<QLabel *>();
        for (const QLabel *label : labels) { // all of it can be read
            if (label->isVisible() && label->wordWrap())
                QTRY_VERIFY2(label->height() >= label->heightForWidth(label->width()),
                             qPrintable(label->text()));
        }
    }

    void aFingerprintWithColons()
    {
        type(*m_dialog, "host", "relay.example.net");
        QStringList pairs;
        for (int at = 0; at < 32; ++at)
            pairs << QStringLiteral("AB");
        type(part<QLineEdit>(*m_dialog, "fingerprint"), pairs.join(QLatin1Char(':')));
        press(*m_dialog, "go");
        QCOMPARE(relay().fingerprint, QStringLiteral("ab").repeated(32));
    }

    void withoutTlsThereIsNoFingerprint()
    {
        auto &tls = part<QComboBox>(*m_dialog, "tls");
        QVERIFY(part<QWidget>(*m_dialog, "fingerprint").isVisible());
        tls.setCurrentIndex(tls.findData(int(settings::Relay::Tls::Off)));
        QVERIFY(!part<QWidget>(*m_dialog, "fingerprint").isVisible());
        type(*m_dialog, "host", "relay.example.net");
        press(*m_dialog, "go");
        QCOMPARE(relay().endpoint.port, quint16(80));
    }

    void theSecretIsHiddenUntilAsked()
    {
        auto &secret = part<QLineEdit>(*m_dialog, "secret");
        QCOMPARE(secret.echoMode(), QLineEdit::Password);
        secret.actions().constFirst()->trigger();
        QCOMPARE(secret.echoMode(), QLineEdit::Normal);
    }

    void closesWhenTheSecretIsStored()
    {
        type(*m_dialog, "host", "relay.example.net");
        type(*m_dialog, "secret", "s3cret");
        press(*m_dialog, "go");
        QVERIFY(m_dialog->isVisible());
        m_dialog->setAnswer(std::nullopt);
        QVERIFY(!m_dialog->isVisible());
    }

    void saysWhenTheSecretIsNotStored()
    {
        type(*m_dialog, "host", "relay.example.net");
        type(*m_dialog, "secret", "s3cret");
        press(*m_dialog, "go");
        m_dialog->setAnswer(SecretError::NoKeychain);
        QVERIFY(m_dialog->isVisible());
        QVERIFY(
            part<QLabel>(*m_dialog, "note").text().contains(QStringLiteral("relay.example.net")));
        QCOMPARE(part<QLineEdit>(*m_dialog, "secret").text(), QString());
        QVERIFY(!part<QWidget>(*m_dialog, "go").isVisible());
    }

    void changesOneOfTheRelays()
    {
        close();
        settings::Relay known;
        known.id = QStringLiteral("known");
        known.endpoint = {QStringLiteral("relay.example.net"), 8443};
        known.certificateName = QStringLiteral("frontend");
        known.secretStored = true;
        open(known);
        QCOMPARE(part<QLineEdit>(*m_dialog, "host").text(),
                 QStringLiteral("relay.example.net:8443"));
        QCOMPARE(part<QLineEdit>(*m_dialog, "secret").text(), QString());
        press(*m_dialog, "go");
        QCOMPARE(relay(), known); // what is not in the form stays, too
        QVERIFY(m_wanted->value(0).value(1).value<Secret>().isEmpty());
    }

private:
    void open(const settings::Relay &relay)
    {
        m_dialog = std::make_unique<RelayDialog>(relay);
        m_wanted = std::make_unique<QSignalSpy>(m_dialog.get(), &RelayDialog::relayWanted);
        m_dialog->show();
    }

    void close()
    {
        m_wanted.reset();
        m_dialog.reset();
    }

    settings::Relay relay() const { return m_wanted->value(0).value(0).value<settings::Relay>(); }

    std::unique_ptr<RelayDialog> m_dialog;
    std::unique_ptr<QSignalSpy> m_wanted;
};

QTEST_MAIN(TestRelayDialog)

#include "tst_relaydialog.moc"
