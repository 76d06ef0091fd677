#include <optional>

#include <QComboBox>
#include <QTest>

#include "tests/ui/windows/relayform.h"

using kite::secrets::Secret;
using kite::secrets::SecretError;
using kite::test::faults;
using kite::test::part;
using kite::test::press;
using kite::test::RelayForm;
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

const QString linkWithoutPin = QStringLiteral("kite://relay.example.net/demo.example.net#s3cret");

} // namespace

/// The dialog for a relay, with an invitation.
class TestInvitationToRelay : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        QGuiApplication::clipboard()->clear();
        m_form.emplace();
    }
    void cleanup() { m_form.reset(); }

    void anInvitationIsAllItTakes()
    {
        QCOMPARE(m_form->dialog().focusWidget(), &part<QWidget>(m_form->dialog(), "invitation"));
        m_form->paste("invitation", linkWith(pinA) + QLatin1Char('\n'));
        QCOMPARE(m_form->line("host").text(), QStringLiteral("relay.example.net"));
        QCOMPARE(m_form->line("domain").text(), QStringLiteral("demo.example.net"));
        QCOMPARE(m_form->line("fingerprint").text(), pinA);
        QCOMPARE(m_form->asked(), 0);
        QTest::keyClick(&part<QWidget>(m_form->dialog(), "invitation"), Qt::Key_Return);
        QCOMPARE(m_form->asked(), 1);
        settings::Relay expected = relayOf("", "demo.example.net", pinA);
        expected.id = m_form->dialog().relayId();
        QVERIFY(!expected.id.isEmpty());
        QCOMPARE(m_form->relay(), expected);
        QCOMPARE(m_form->secret(), Secret("s3cret"));
    }

    void anInvitationIsHiddenUntilAsked()
    {
        m_form->paste("invitation", linkWith(pinA));
        QCOMPARE(m_form->line("invitation").echoMode(), QLineEdit::Password);
        QCOMPARE(m_form->line("secret").echoMode(), QLineEdit::Password);
    }

    void theKeyboardGoesDownTheForm()
    {
        QStringList order;
        for (const QWidget *at = &part<QWidget>(m_form->dialog(), "invitation"); order.size() < 6;
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
        m_form->paste("invitation", link);
        QCOMPARE(faults(m_form->dialog()).size(), 1);
        QVERIFY2(faults(m_form->dialog())[0].contains(says),
                 qPrintable(faults(m_form->dialog())[0]));
        type(m_form->dialog(), "host", "relay.example.net"); // by hand instead
        QCOMPARE(faults(m_form->dialog()), QStringList());
        QVERIFY(m_form->line("invitation").text().isEmpty());
    }

    void nobodyIsToldWhileStillTyping()
    {
        auto &line = m_form->line("invitation");
        QTest::keyClicks(&line, QStringLiteral("kite://relay.example.net/demo"));
        QCOMPARE(faults(m_form->dialog()), QStringList());
        press(m_form->dialog(), "go");
        QCOMPARE(m_form->asked(), 0);
        QVERIFY(!faults(m_form->dialog()).isEmpty());
        QTest::keyClicks(&line, QStringLiteral("#s3cret"));
        QCOMPARE(faults(m_form->dialog()), QStringList());
        press(m_form->dialog(), "go");
        QCOMPARE(m_form->relay().domain, QStringLiteral("demo"));
        QCOMPARE(m_form->secret(), Secret("s3cret"));
    }

    void aLinkInTheWrongLine()
    {
        m_form->paste("host", linkWith(pinA));
        QCOMPARE(m_form->line("host").text(), QStringLiteral("relay.example.net"));
        QVERIFY(!m_form->line("host").isUndoAvailable());
        press(m_form->dialog(), "go");
        QCOMPARE(m_form->relay().fingerprint, pinA);
    }

    void whatIsTypedByHandCounts()
    {
        m_form->paste("invitation", linkWith(pinA));
        type(m_form->dialog(), "domain", "other.example.net");
        QVERIFY(m_form->line("invitation").text().isEmpty());
        press(m_form->dialog(), "go");
        QCOMPARE(m_form->relay().domain, QStringLiteral("other.example.net"));
        QCOMPARE(m_form->secret(), Secret("s3cret"));
    }

    void theClipboardIsOnlyOffered()
    {
        QGuiApplication::clipboard()->setText(linkWith(pinA));
        m_form.emplace();
        auto &use = part<QAbstractButton>(m_form->dialog(), "useClipboard");
        QTRY_VERIFY(use.isVisible());
        QVERIFY(m_form->line("invitation").text().isEmpty());
        QVERIFY(m_form->line("host").text().isEmpty());
        use.click();
        QVERIFY(!use.isVisible());
        QCOMPARE(m_form->line("domain").text(), QStringLiteral("demo.example.net"));
        QCOMPARE(m_form->asked(), 0);
    }

    void theOfferFollowsTheClipboard()
    {
        QGuiApplication::clipboard()->setText(linkWith(pinA));
        m_form.emplace();
        const auto &use = part<QAbstractButton>(m_form->dialog(), "useClipboard");
        QTRY_VERIFY(use.isVisible());
        QGuiApplication::clipboard()->setText(
            QStringLiteral("kite://other.example.net/b.example.net#s3cret"));
        QTRY_VERIFY(m_form->says("other.example.net"));
        QGuiApplication::clipboard()->setText(QStringLiteral("something else"));
        QTRY_VERIFY(!use.isVisible());
    }

    void whatItFilledInGoesWithIt()
    {
        m_form->dialog().setSettings({{relayOf("known", "demo.example.net", pinA)}, {}, {}});
        m_form->paste("invitation", linkWith(pinA));
        type(m_form->dialog(), "invitation", "");
        for (const char *name : {"host", "domain", "secret", "fingerprint"})
            QCOMPARE(m_form->line(name).text(), QString());
        QVERIFY(!m_form->says("already"));
        type(m_form->dialog(), "host", "relay.example.net");
        type(m_form->dialog(), "invitation", ""); // nothing that it had filled in
        QCOMPARE(m_form->line("host").text(), QStringLiteral("relay.example.net"));
    }

    void nothingIsChangedWhileItIsStored()
    {
        m_form->paste("invitation", linkWith(pinA));
        press(m_form->dialog(), "go");
        for (const char *name : {"invitation", "host", "domain", "secret"})
            QVERIFY(!m_form->line(name).isEnabled());
        m_form->dialog().setAnswer(SecretError::NoKeychain);
        QVERIFY(m_form->line("invitation").text().isEmpty());
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
        QGuiApplication::clipboard()->setText(clipboard);
        m_form.emplace(isNew ? settings::Relay {} : relayOf("known", "", {}));
        QVERIFY(QTest::qWaitForWindowActive(&m_form->dialog()));
        const auto *use
            = m_form->dialog().findChild<QAbstractButton *>(QStringLiteral("useClipboard"));
        QVERIFY(use == nullptr || !use->isVisible());
    }

    void aKnownRelayIsUsed()
    {
        settings::Relay known = relayOf("known", "demo.example.net", pinA);
        known.secretStored = true;
        m_form->dialog().setSettings({{known}, {}, {}});
        m_form->paste("invitation", linkWith(pinA));
        QVERIFY(m_form->says("already"));
        press(m_form->dialog(), "go");
        QCOMPARE(m_form->relay(), known);
        QCOMPARE(m_form->secret(), Secret("s3cret"));
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
        m_form->dialog().setSettings({{relayOf("known", "demo.example.net", pinB),
                                       relayOf("other", "other.example.net", pinB)},
                                      {},
                                      {}});
        m_form->paste("invitation", linkWith(pinA));
        press(m_form->dialog(), "go");
        QCOMPARE(m_form->asked(), 0);
        m_form->answer(yes);
        if (!yes) {
            QCOMPARE(m_form->asked(), 0);
            QVERIFY(m_form->dialog().isVisible());
            return;
        }
        QCOMPARE(m_form->asked(), 2);
        QCOMPARE(m_form->relay(), relayOf("other", "other.example.net", pinA));
        QVERIFY(m_form->secret().isEmpty());
        QCOMPARE(m_form->relay(1), relayOf("known", "demo.example.net", pinA));
        QCOMPARE(m_form->dialog().relayId(), QStringLiteral("known"));
    }

    void lessThanOneCertificateIsAskedAbout()
    {
        m_form->dialog().setSettings({{relayOf("known", "demo.example.net", pinB)}, {}, {}});
        m_form->paste("invitation", linkWithoutPin);
        press(m_form->dialog(), "go");
        QCOMPARE(m_form->asked(), 0);
        QVERIFY(m_form->question()->text().contains(QStringLiteral("names none")));
        m_form->answer(true);
        QCOMPARE(m_form->relay(), relayOf("known", "demo.example.net", {}));
    }

    void trustIsForWhatWasAskedAbout()
    {
        m_form->dialog().setSettings({{relayOf("known", "demo.example.net", pinB)}, {}, {}});
        m_form->paste("invitation", linkWith(pinA));
        press(m_form->dialog(), "go");
        m_form->dialog().setSettings({{relayOf("other", "a.example.net", pinB)}, {}, {}});
        m_form->answer(true);
        QCOMPARE(m_form->asked(), 0);
        m_form->answer(true); // asked anew
        QCOMPARE(m_form->asked(), 2);
        QCOMPARE(m_form->relay(), relayOf("other", "a.example.net", pinA));
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
        m_form->paste("invitation", linkWith(pinA));
        press(m_form->dialog(), "go");
        m_form->dialog().setAnswer(isStored ? std::nullopt
                                            : std::optional(SecretError::NoKeychain));
        QVERIFY(m_form->dialog().isVisible());
        QVERIFY(!m_form->shows("host"));
        QVERIFY(m_form->line("invitation").text().isEmpty());
        QVERIFY(m_form->line("secret").text().isEmpty());
        QVERIFY(m_form->says(isStored ? "demo.example.net" : "keyring"));
        QSignalSpy folder(&m_form->dialog(), &RelayDialog::folderWanted);
        QSignalSpy port(&m_form->dialog(), &RelayDialog::portWanted);
        press(m_form->dialog(), button.constData());
        QCOMPARE(folder.size(), button == "shareFolder" ? 1 : 0);
        QCOMPARE(port.size(), button == "sharePort" ? 1 : 0);
        const QSignalSpy &told = button == "shareFolder" ? folder : port;
        QCOMPARE(told.value(0).value(0).toString(), m_form->dialog().relayId());
        QVERIFY(!m_form->dialog().isVisible());
    }

    void whereSomethingFliesAlreadyNothingIsAsked()
    {
        settings::Kite kite;
        kite.relayId = QStringLiteral("known");
        m_form->dialog().setSettings({{relayOf("known", "demo.example.net", pinA)}, {kite}, {}});
        m_form->paste("invitation", linkWith(pinA));
        press(m_form->dialog(), "go");
        m_form->dialog().setAnswer(std::nullopt);
        QVERIFY(!m_form->dialog().isVisible());
    }

private:
    std::optional<RelayForm> m_form;
};

QTEST_MAIN(TestInvitationToRelay)

#include "tst_invitationtorelay.moc"
