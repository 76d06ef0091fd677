#pragma once

#include <algorithm>

#include <QClipboard>
#include <QGuiApplication>
#include <QMessageBox>
#include <QPointer>
#include <QSignalSpy>

#include "kitecore/secrets/secret.h"
#include "tests/support/formhands.h"
#include "ui/windows/relaydialog.h"

namespace kite::test {

/// The dialog for a relay on the screen, and what it asked for.
class RelayForm
{
public:
    explicit RelayForm(const settings::Relay &relay = {})
        : m_dialog(relay)
        , m_wanted(&m_dialog, &ui::RelayDialog::relayWanted)
    {
        m_dialog.show();
    }

    ui::RelayDialog &dialog() { return m_dialog; }
    QLineEdit &line(const char *name) const { return part<QLineEdit>(m_dialog, name); }
    bool shows(const char *name) const { return part<QWidget>(m_dialog, name).isVisible(); }

    int asked() const { return int(m_wanted.size()); }
    settings::Relay relay(int at = 0) const
    {
        return m_wanted.value(at).value(0).value<settings::Relay>();
    }
    secrets::Secret secret(int at = 0) const
    {
        return m_wanted.value(at).value(1).value<secrets::Secret>();
    }

    void paste(const char *name, const QString &text)
    {
        QGuiApplication::clipboard()->setText(text);
        line(name).setFocus();
        QTest::keySequence(&line(name), QKeySequence::Paste);
        QGuiApplication::clipboard()->clear();
    }

    /// In one of the notes that are to be seen.
    bool says(const char *word) const
    {
        const auto notes = m_dialog.findChildren<QLabel *>(QStringLiteral("note"));
        return std::ranges::any_of(notes, [word](const QLabel *note) {
            return note->isVisible() && note->text().contains(QLatin1String(word));
        });
    }

    /// The question that is asked now; null: none.
    const QMessageBox *question() const { return m_dialog.findChild<QMessageBox *>(); }

    void answer(bool yes) const
    {
        const QMessageBox *box = question();
        QVERIFY(box != nullptr);
        const auto role = yes ? QMessageBox::DestructiveRole : QMessageBox::RejectRole;
        const auto buttons = box->buttons();
        const auto wanted = std::ranges::find(
            buttons, role, [box](QAbstractButton *button) { return box->buttonRole(button); });
        QVERIFY(wanted != buttons.end());
        const QPointer gone(box);
        (*wanted)->click();
        QTRY_VERIFY(gone.isNull());
    }

private:
    ui::RelayDialog m_dialog;
    QSignalSpy m_wanted;
};

} // namespace kite::test
