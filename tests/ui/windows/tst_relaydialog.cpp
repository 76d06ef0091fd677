#include <optional>

#include <QComboBox>

#include "tests/ui/windows/relayform.h"

using kite::secrets::Secret;
using kite::secrets::SecretError;
using kite::test::faults;
using kite::test::part;
using kite::test::press;
using kite::test::RelayForm;
using kite::test::type;
namespace settings = kite::settings;

namespace {

settings::Relay relayOf(const char *id, const QString &host)
{
    settings::Relay relay;
    relay.id = QLatin1String(id);
    relay.endpoint = {host, 443};
    return relay;
}

} // namespace

class TestRelayDialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        QGuiApplication::clipboard()->clear();
        m_form.emplace();
    }
    void cleanup() { m_form.reset(); }

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
        type(m_form->line("host"), host);
        type(m_form->line("domain"), domain);
        type(m_form->dialog(), "secret", " s3cret");
        press(m_form->dialog(), "go");
        QCOMPARE(faults(m_form->dialog()), QStringList());
        QCOMPARE(m_form->asked(), 1);
        QCOMPARE(m_form->relay().endpoint, endpoint);
        QCOMPARE(m_form->relay().domain, domain.toLower());
        QCOMPARE(m_form->relay().tls, settings::Relay::Tls::Checked);
        QVERIFY(!m_form->relay().id.isEmpty());
        QCOMPARE(m_form->secret(), Secret("s3cret"));
        QVERIFY(!part<QWidget>(m_form->dialog(), "go").isEnabled()); // once is enough
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
        type(m_form->dialog(), "host", "relay.example.net");
        type(m_form->line(field.constData()), typed);
        press(m_form->dialog(), "go");
        QCOMPARE(m_form->asked(), 0);
        QCOMPARE(faults(m_form->dialog()).size(), 1);
        const auto labels = m_form->dialog().findChildren<QLabel *>();
        for (const QLabel *label : labels) { // all of it can be read
            if (label->isVisible() && label->wordWrap())
                QTRY_VERIFY2(label->height() >= label->heightForWidth(label->width()),
                             qPrintable(label->text()));
        }
    }

    void aFingerprintWithColons()
    {
        type(m_form->dialog(), "host", "relay.example.net");
        QStringList pairs;
        for (int at = 0; at < 32; ++at)
            pairs << QStringLiteral("AB");
        type(m_form->line("fingerprint"), pairs.join(QLatin1Char(':')));
        press(m_form->dialog(), "go");
        QCOMPARE(m_form->relay().fingerprint, QStringLiteral("ab").repeated(32));
    }

    void withoutTlsThereIsNoFingerprint()
    {
        auto &tls = part<QComboBox>(m_form->dialog(), "tls");
        QVERIFY(m_form->shows("fingerprint"));
        tls.setCurrentIndex(tls.findData(int(settings::Relay::Tls::Off)));
        QVERIFY(!m_form->shows("fingerprint"));
        type(m_form->dialog(), "host", "relay.example.net");
        press(m_form->dialog(), "go");
        QCOMPARE(m_form->relay().endpoint.port, quint16(80));
    }

    void theSecretIsHiddenUntilAsked()
    {
        auto &secret = m_form->line("secret");
        QCOMPARE(secret.echoMode(), QLineEdit::Password);
        secret.actions().constFirst()->trigger();
        QCOMPARE(secret.echoMode(), QLineEdit::Normal);
    }

    void oneThatIsThereAlreadyIsNotAdded()
    {
        settings::Relay known;
        known.id = QStringLiteral("known");
        known.endpoint = {QStringLiteral("relay.example.net"), 443};
        known.domain = QStringLiteral("a.example.net");
        m_form->dialog().setSettings({{known}, {}, {}});
        type(m_form->dialog(), "host", "relay.example.net");
        type(m_form->dialog(), "domain", "A.example.net");
        press(m_form->dialog(), "go");
        QCOMPARE(m_form->asked(), 0);
        QCOMPARE(faults(m_form->dialog()).size(), 1);
        type(m_form->dialog(), "domain", "b.example.net");
        press(m_form->dialog(), "go");
        QCOMPARE(m_form->asked(), 1);
    }

    void closesWhenTheSecretIsStored()
    {
        type(m_form->dialog(), "host", "relay.example.net");
        type(m_form->dialog(), "secret", "s3cret");
        press(m_form->dialog(), "go");
        QVERIFY(m_form->dialog().isVisible());
        m_form->dialog().setAnswer(std::nullopt);
        QVERIFY(!m_form->dialog().isVisible());
    }

    void saysWhenTheSecretIsNotStored()
    {
        type(m_form->dialog(), "host", "relay.example.net");
        type(m_form->dialog(), "secret", "s3cret");
        press(m_form->dialog(), "go");
        m_form->dialog().setAnswer(SecretError::NoKeychain);
        QVERIFY(m_form->dialog().isVisible());
        QVERIFY(m_form->says("relay.example.net"));
        QCOMPARE(m_form->line("secret").text(), QString());
        QVERIFY(!m_form->shows("go"));
    }

    void changesOneOfTheRelays()
    {
        settings::Relay known;
        known.id = QStringLiteral("known");
        known.endpoint = {QStringLiteral("relay.example.net"), 8443};
        known.certificateName = QStringLiteral("frontend");
        known.secretStored = true;
        m_form.emplace(known);
        QCOMPARE(m_form->line("host").text(), QStringLiteral("relay.example.net:8443"));
        QCOMPARE(m_form->line("secret").text(), QString());
        press(m_form->dialog(), "go");
        QCOMPARE(m_form->relay(), known); // what is not in the form stays, too
        QVERIFY(m_form->secret().isEmpty());
        QVERIFY(m_form->dialog().findChild<QLineEdit *>(QStringLiteral("invitation")) == nullptr);
    }

    void noneBecomesAnotherOne()
    {
        const auto one = relayOf("one", QStringLiteral("one.example.net"));
        const auto other = relayOf("other", QStringLiteral("other.example.net"));
        m_form.emplace(one);
        m_form->dialog().setSettings({{one, other}, {}, {}});
        type(m_form->dialog(), "host", "other.example.net");
        press(m_form->dialog(), "go");
        QCOMPARE(m_form->asked(), 0);
        QCOMPARE(faults(m_form->dialog()).size(), 1);
        type(m_form->dialog(), "host", "one.example.net");
        press(m_form->dialog(), "go");
        QCOMPARE(m_form->relay(), one);
    }

    /// Settings may have two, from elsewhere.
    void oneOfTwoAlikeCanBeChanged()
    {
        const auto one = relayOf("one", QStringLiteral("one.example.net"));
        const auto other = relayOf("other", one.endpoint.host);
        m_form.emplace(one);
        m_form->dialog().setSettings({{one, other}, {}, {}});
        type(m_form->dialog(), "secret", "s3cret");
        press(m_form->dialog(), "go");
        QCOMPARE(m_form->asked(), 1);
        QCOMPARE(m_form->relay(), one);
    }

private:
    std::optional<RelayForm> m_form;
};

QTEST_MAIN(TestRelayDialog)

#include "tst_relaydialog.moc"
