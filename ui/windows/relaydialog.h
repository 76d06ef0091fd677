#pragma once

#include <optional>

#include "kitecore/secrets/secretstore.h"
#include "kitecore/settings/validation.h"
#include "ui/windows/formdialog.h"

class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;

namespace kite::ui {

class NoteBar;
class SecretField;

/// Adds a relay, or changes one.
class RelayDialog final : public FormDialog
{
    Q_OBJECT

public:
    /// @param relay the one to change; id empty: a new one
    explicit RelayDialog(const settings::Relay &relay, QWidget *parent = nullptr);

    QString relayId() const { return m_relay.id; }
    bool hasAsked() const { return m_asked; } ///< relayWanted() was sent: an answer is due
    void focusSecret();
    /// Whether the secret was stored. A failure is told and stays to be read; the relay was taken
    /// all the same.
    void setAnswer(std::optional<secrets::SecretError> failure);

Q_SIGNALS:
    /// An empty secret: none was entered; what is stored stays.
    void relayWanted(const kite::settings::Relay &relay, const kite::secrets::Secret &secret);

private:
    void addRow(const QString &label, QWidget *field, QLabel *fault);
    settings::Relay relay() const;
    bool check();
    void go();

    settings::Relay m_relay;
    bool m_isNew;
    bool m_asked = false;
    QFormLayout *m_form;
    QLineEdit *m_host;
    QLineEdit *m_domain;
    SecretField *m_secret;
    QComboBox *m_tls;
    QLineEdit *m_fingerprint;
    QLabel *m_hostFault;
    QLabel *m_domainFault;
    QLabel *m_printFault;
    NoteBar *m_note;
    QPushButton *m_go;
    QPushButton *m_cancel;
};

} // namespace kite::ui
