#include <QCheckBox>
#include <QListWidget>
#include <QMessageBox>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>

#include "tests/support/formhands.h"
#include "ui/windows/settingsdialog.h"

using kite::test::part;
using kite::test::press;
using kite::ui::SettingsDialog;
namespace settings = kite::settings;

class TestSettingsDialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        settings::Relay relay;
        relay.id = QStringLiteral("at");
        relay.endpoint = {QStringLiteral("relay.example.net"), 443};
        m_settings = {};
        m_settings.relays = {relay};
        m_dialog = std::make_unique<SettingsDialog>();
        m_dialog->setSettings(m_settings);
        m_dialog->show();
    }

    void cleanup() { m_dialog.reset(); }

    void everyChoiceIsTakenAtOnce_data()
    {
        QTest::addColumn<QByteArray>("box");
        QTest::addColumn<settings::Preferences>("preferences");
        QTest::newRow("login") << QByteArray("startAtLogin")
                               << settings::Preferences {.startAtLogin = true};
        QTest::newRow("notices") << QByteArray("notices")
                                 << settings::Preferences {.notices = false};
        QTest::newRow("network") << QByteArray("lan") << settings::Preferences {.lan = true};
    }

    void everyChoiceIsTakenAtOnce()
    {
        QFETCH(QByteArray, box);
        QFETCH(settings::Preferences, preferences);
        QSignalSpy wanted(m_dialog.get(), &SettingsDialog::preferencesWanted);
        press(*m_dialog, box.constData());
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(wanted[0][0].value<settings::Preferences>(), preferences);
    }

    void aPort()
    {
        QSignalSpy wanted(m_dialog.get(), &SettingsDialog::preferencesWanted);
        part<QSpinBox>(*m_dialog, "port").setValue(8123);
        QCOMPARE(wanted.value(0).value(0).value<settings::Preferences>().port, quint16(8123));
    }

    void beingToldIsNoChoice()
    {
        QSignalSpy wanted(m_dialog.get(), &SettingsDialog::preferencesWanted);
        m_settings.preferences
            = {.lan = true, .port = 8123, .notices = false, .startAtLogin = true};
        m_dialog->setSettings(m_settings);
        QCOMPARE(wanted.size(), 0);
        QVERIFY(part<QCheckBox>(*m_dialog, "lan").isChecked());
        QVERIFY(!part<QCheckBox>(*m_dialog, "notices").isChecked());
        QCOMPARE(part<QSpinBox>(*m_dialog, "port").value(), 8123);
    }

    void theChosenRelay()
    {
        m_dialog->showRelays();
        QVERIFY(!part<QWidget>(*m_dialog, "changeRelay").isEnabled());
        part<QListWidget>(*m_dialog, "relays").setCurrentRow(0);
        m_dialog->setSettings(m_settings); // stays chosen
        QSignalSpy changed(m_dialog.get(), &SettingsDialog::changeRelayWanted);
        QSignalSpy removed(m_dialog.get(), &SettingsDialog::removeRelayWanted);
        press(*m_dialog, "changeRelay");
        QCOMPARE(changed.value(0).value(0).toString(), QStringLiteral("at"));
        press(*m_dialog, "removeRelay");
        QCOMPARE(removed.value(0).value(0).toString(), QStringLiteral("at"));
    }

    void aRelayWithKitesIsAskedAbout()
    {
        settings::Kite kite;
        kite.id = kite.name = QStringLiteral("photos");
        kite.relayId = QStringLiteral("at");
        m_settings.kites = {kite};
        m_dialog->setSettings(m_settings);
        m_dialog->showRelays();
        part<QListWidget>(*m_dialog, "relays").setCurrentRow(0);
        QSignalSpy removed(m_dialog.get(), &SettingsDialog::removeRelayWanted);
        press(*m_dialog, "removeRelay");
        answer(QMessageBox::RejectRole);
        QCOMPARE(removed.size(), 0);
        press(*m_dialog, "removeRelay");
        answer(QMessageBox::DestructiveRole);
        QCOMPARE(removed.size(), 1);
    }

private:
    void answer(QMessageBox::ButtonRole role) const
    {
        auto *box = m_dialog->findChild<QMessageBox *>();
        QVERIFY(box != nullptr);
        for (QAbstractButton *button : box->buttons()) {
            if (box->buttonRole(button) == role) {
                button->click();
                break;
            }
        }
        QTRY_VERIFY(m_dialog->findChild<QMessageBox *>() == nullptr);
    }

    settings::Settings m_settings;
    std::unique_ptr<SettingsDialog> m_dialog;
};

QTEST_MAIN(TestSettingsDialog)

#include "tst_settingsdialog.moc"
