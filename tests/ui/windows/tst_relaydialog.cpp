#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QMessageBox>
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

namespace {

const QString pinA = QString(64, u'a');
const QString pinB = QString(64, u'b');

QString linkWith(const QString &pin)
{
    return QStringLiteral("kite://relay.example.net/demo.example.net?pin=%1#s3cret").arg(pin);
}

settings::Relay relayOf(const char *id, const char *domain, const QString &pin)
{
    settings::Relay relay;
    relay.id = QLatin1String(id);
    relay.endpoint = {QStringLiteral("relay.example.net"), 443};
    relay.domain = QLatin1String(domain);
    relay.fingerprint = pin;
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
        open({});
    }
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
        QVERIFY(says("relay.example.net"));
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
        QVERIFY(m_dialog->findChild<QLineEdit *>(QStringLiteral("invitation")) == nullptr);
    }

    void anInvitationIsAllItTakes()
    {
        QCOMPARE(m_dialog->focusWidget(), &part<QWidget>(*m_dialog, "invitation"));
        paste("invitation", linkWith(pinA) + QLatin1Char('\n'));
        QCOMPARE(part<QLineEdit>(*m_dialog, "host").text(), QStringLiteral("relay.example.net"));
        QCOMPARE(part<QLineEdit>(*m_dialog, "domain").text(), QStringLiteral("demo.example.net"));
        QCOMPARE(part<QLineEdit>(*m_dialog, "fingerprint").text(), pinA);
        QCOMPARE(m_wanted->size(), 0);
        QTest::keyClick(&part<QWidget>(*m_dialog, "invitation"), Qt::Key_Return);
        QCOMPARE(m_wanted->size(), 1);
        settings::Relay expected = relayOf("", "demo.example.net", pinA);
        expected.id = m_dialog->relayId();
        QVERIFY(!expected.id.isEmpty());
        QCOMPARE(relay(), expected);
        QCOMPARE(secret(), Secret("s3cret"));
    }

    void anInvitationIsHiddenUntilAsked()
    {
        paste("invitation", linkWith(pinA));
        QCOMPARE(part<QLineEdit>(*m_dialog, "invitation").echoMode(), QLineEdit::Password);
        QCOMPARE(part<QLineEdit>(*m_dialog, "secret").echoMode(), QLineEdit::Password);
    }

    void theKeyboardGoesDownTheForm()
    {
        QStringList order;
        for (const QWidget *at = &part<QWidget>(*m_dialog, "invitation"); order.size() < 6;
             at = at->nextInFocusChain()) {
            if ((at->focusPolicy() & Qt::TabFocus) != 0 && !at->objectName().isEmpty())
                order << at->objectName();
        }
        QCOMPARE(order,
                 QStringLiteral("invitation host domain secret tls fingerprint")
                     .split(QLatin1Char(' ')));
    }

    void whatAnInvitationIsNot_data()
    {
        QTest::addColumn<QString>("link");
        QTest::addColumn<QString>("says");
        QTest::newRow("a web address")
            << QStringLiteral("https://relay.example.net/") << QStringLiteral("kite://");
        QTest::newRow("cut off") << QStringLiteral("kite://relay.example.net/demo.example.net")
                                 << QStringLiteral("secret");
        QTest::newRow("cut off early")
            << QStringLiteral("kite://relay.example.net") << QStringLiteral("name");
        QTest::newRow("no relay") << QStringLiteral("kite:///demo.example.net#s3cret")
                                  << QStringLiteral("relay");
        QTest::newRow("a short pin") << linkWith(QStringLiteral("abc")) << QStringLiteral("finger");
        QTest::newRow("a book") << QStringLiteral("kite://") + QString(5000, u'x')
                                << QStringLiteral("long");
    }

    void whatAnInvitationIsNot()
    {
        QFETCH(QString, link);
        QFETCH(QString, says);
        paste("invitation", link);
        QCOMPARE(faults(*m_dialog).size(), 1);
        QVERIFY2(faults(*m_dialog)[0].contains(says), qPrintable(faults(*m_dialog)[0]));
        type(*m_dialog, "host", "relay.example.net"); // by hand instead
        QCOMPARE(faults(*m_dialog), QStringList());
        QVERIFY(part<QLineEdit>(*m_dialog, "invitation").text().isEmpty());
    }

    void nobodyIsToldWhileStillTyping()
    {
        auto &line = part<QLineEdit>(*m_dialog, "invitation");
        QTest::keyClicks(&line, QStringLiteral("kite://relay.example.net/demo"));
        QCOMPARE(faults(*m_dialog), QStringList());
        press(*m_dialog, "go");
        QCOMPARE(m_wanted->size(), 0);
        QVERIFY(!faults(*m_dialog).isEmpty());
        QTest::keyClicks(&line, QStringLiteral("#s3cret"));
        QCOMPARE(faults(*m_dialog), QStringList());
        press(*m_dialog, "go");
        QCOMPARE(relay().domain, QStringLiteral("demo"));
        QCOMPARE(secret(), Secret("s3cret"));
    }

    void aLinkInTheWrongLine()
    {
        paste("host", linkWith(pinA));
        QCOMPARE(part<QLineEdit>(*m_dialog, "host").text(), QStringLiteral("relay.example.net"));
        QVERIFY(!part<QLineEdit>(*m_dialog, "host").isUndoAvailable());
        press(*m_dialog, "go");
        QCOMPARE(relay().fingerprint, pinA);
    }

    void whatIsTypedByHandCounts()
    {
        paste("invitation", linkWith(pinA));
        type(*m_dialog, "domain", "other.example.net");
        QVERIFY(part<QLineEdit>(*m_dialog, "invitation").text().isEmpty());
        press(*m_dialog, "go");
        QCOMPARE(relay().domain, QStringLiteral("other.example.net"));
        QCOMPARE(secret(), Secret("s3cret"));
    }

    void theClipboardIsOnlyOffered()
    {
        close();
        QGuiApplication::clipboard()->setText(linkWith(pinA));
        open({});
        auto &use = part<QAbstractButton>(*m_dialog, "useClipboard");
        QTRY_VERIFY(use.isVisible());
        QVERIFY(part<QLineEdit>(*m_dialog, "invitation").text().isEmpty());
        QVERIFY(part<QLineEdit>(*m_dialog, "host").text().isEmpty());
        use.click();
        QVERIFY(!use.isVisible());
        QCOMPARE(part<QLineEdit>(*m_dialog, "domain").text(), QStringLiteral("demo.example.net"));
        QCOMPARE(m_wanted->size(), 0);
    }

    void theClipboardIsNotOffered_data()
    {
        QTest::addColumn<QString>("clipboard");
        QTest::addColumn<bool>("isNew");
        QTest::newRow("an address") << QStringLiteral("https://example.net/") << true;
        QTest::newRow("half a link") << QStringLiteral("kite://relay.example.net/a") << true;
        QTest::newRow("a relay is changed") << linkWith(pinA) << false;
    }

    void theClipboardIsNotOffered()
    {
        QFETCH(QString, clipboard);
        QFETCH(bool, isNew);
        close();
        QGuiApplication::clipboard()->setText(clipboard);
        open(isNew ? settings::Relay {} : relayOf("known", "", {}));
        QVERIFY(QTest::qWaitForWindowActive(m_dialog.get()));
        const auto *use = m_dialog->findChild<QAbstractButton *>(QStringLiteral("useClipboard"));
        QVERIFY(use == nullptr || !use->isVisible());
    }

    void aKnownRelayIsUsed()
    {
        settings::Relay known = relayOf("known", "demo.example.net", pinA);
        known.secretStored = true;
        m_dialog->setSettings({{known}, {}, {}});
        paste("invitation", linkWith(pinA));
        QVERIFY(says("already"));
        press(*m_dialog, "go");
        QCOMPARE(relay(), known);
        QCOMPARE(secret(), Secret("s3cret"));
    }

    void anotherCertificateIsAskedAbout_data()
    {
        QTest::addColumn<bool>("yes");
        QTest::newRow("trusted") << true;
        QTest::newRow("not trusted") << false;
    }

    void anotherCertificateIsAskedAbout()
    {
        QFETCH(bool, yes);
        m_dialog->setSettings({{relayOf("known", "demo.example.net", pinB),
                                relayOf("other", "other.example.net", pinB)},
                               {},
                               {}});
        paste("invitation", linkWith(pinA));
        press(*m_dialog, "go");
        QCOMPARE(m_wanted->size(), 0);
        answer(yes);
        if (!yes) {
            QCOMPARE(m_wanted->size(), 0);
            QVERIFY(m_dialog->isVisible());
            return;
        }
        QCOMPARE(m_wanted->size(), 2);
        QCOMPARE(relay(), relayOf("other", "other.example.net", pinA));
        QVERIFY(secret().isEmpty());
        QCOMPARE(m_wanted->value(1).value(0).value<settings::Relay>(),
                 relayOf("known", "demo.example.net", pinA));
        QCOMPARE(m_dialog->relayId(), QStringLiteral("known"));
    }

    void thenAsksWhatShallFly_data()
    {
        QTest::addColumn<QByteArray>("button");
        QTest::addColumn<bool>("isStored");
        QTest::newRow("a folder") << QByteArray("shareFolder") << true;
        QTest::newRow("a port") << QByteArray("sharePort") << true;
        QTest::newRow("a folder, without a keyring") << QByteArray("shareFolder") << false;
    }

    void thenAsksWhatShallFly()
    {
        QFETCH(QByteArray, button);
        QFETCH(bool, isStored);
        paste("invitation", linkWith(pinA));
        press(*m_dialog, "go");
        m_dialog->setAnswer(isStored ? std::nullopt : std::optional(SecretError::NoKeychain));
        QVERIFY(m_dialog->isVisible());
        QVERIFY(!part<QWidget>(*m_dialog, "host").isVisible());
        QVERIFY(part<QLineEdit>(*m_dialog, "invitation").text().isEmpty());
        QVERIFY(part<QLineEdit>(*m_dialog, "secret").text().isEmpty());
        QVERIFY(says(isStored ? "demo.example.net" : "keyring"));
        QSignalSpy folder(m_dialog.get(), &RelayDialog::folderWanted);
        QSignalSpy port(m_dialog.get(), &RelayDialog::portWanted);
        press(*m_dialog, button.constData());
        QCOMPARE(folder.size(), button == "shareFolder" ? 1 : 0);
        QCOMPARE(port.size(), button == "sharePort" ? 1 : 0);
        const QSignalSpy &told = button == "shareFolder" ? folder : port;
        QCOMPARE(told.value(0).value(0).toString(), m_dialog->relayId());
        QVERIFY(!m_dialog->isVisible());
    }

    void whereSomethingFliesAlreadyNothingIsAsked()
    {
        settings::Kite kite;
        kite.relayId = QStringLiteral("known");
        m_dialog->setSettings({{relayOf("known", "demo.example.net", pinA)}, {kite}, {}});
        paste("invitation", linkWith(pinA));
        press(*m_dialog, "go");
        m_dialog->setAnswer(std::nullopt);
        QVERIFY(!m_dialog->isVisible());
    }

private:
    void paste(const char *name, const QString &text)
    {
        QGuiApplication::clipboard()->setText(text);
        auto &line = part<QLineEdit>(*m_dialog, name);
        line.setFocus();
        QTest::keySequence(&line, QKeySequence::Paste);
        QGuiApplication::clipboard()->clear();
    }

    /// In one of the notes that are to be seen.
    bool says(const char *word) const
    {
        const auto notes = m_dialog->findChildren<QLabel *>(QStringLiteral("note"));
        return std::ranges::any_of(notes, [word](const QLabel *note) {
            return note->isVisible() && note->text().contains(QLatin1String(word));
        });
    }

    void answer(bool yes) const
    {
        auto *box = m_dialog->findChild<QMessageBox *>();
        QVERIFY(box != nullptr);
        const auto role = yes ? QMessageBox::DestructiveRole : QMessageBox::RejectRole;
        for (QAbstractButton *button : box->buttons()) {
            if (box->buttonRole(button) == role) {
                button->click();
                break;
            }
        }
        QTRY_VERIFY(m_dialog->findChild<QMessageBox *>() == nullptr);
    }

    Secret secret() const { return m_wanted->value(0).value(1).value<Secret>(); }

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
