#pragma once

#include <optional>

#include "kitecore/secrets/secretstore.h"
#include "kitecore/settings/joining.h"
#include "kitecore/settings/validation.h"
#include "ui/windows/formdialog.h"

class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;

namespace kite::ui {

class InvitationPicker;
class NoteBar;
class SecretField;

/// Adds a relay, by an invitation or by hand, or changes one.
class RelayDialog final : public FormDialog
{
    Q_OBJECT

public:
    /// @param relay the one to change; id empty: a new one
    explicit RelayDialog(const settings::Relay &relay, QWidget *parent = nullptr);

    /// What is there already: an invitation may be for one of these relays.
    void setSettings(const settings::Settings &settings) { m_settings = settings; }
    /// Fills in what an invitation says; one that makes no sense is told of. For a new relay.
    void setInvitation(const QString &link);

    QString relayId() const { return m_relay.id; }
    bool hasAsked() const { return m_asked; } ///< relayWanted() was sent: an answer is due
    void focusSecret();
    /// Whether the secret was stored. A failure is told and stays to be read; the relay was taken
    /// all the same. After an invitation the dialog asks what shall fly there.
    void setAnswer(std::optional<secrets::SecretError> failure);

Q_SIGNALS:
    /// An empty secret: none was entered; what is stored stays.
    void relayWanted(const kite::settings::Relay &relay, const kite::secrets::Secret &secret);
    void folderWanted(const QString &relayId); ///< shall fly there
    void portWanted(const QString &relayId);

protected:
    void changeEvent(QEvent *event) override;

private:
    void addRow(const QString &label, QWidget *field, QLabel *fault);
    void connectInvitation();
    void fill(const settings::Relay &relay, const QString &secret);
    void fillFrom(const settings::Invitation &invitation);
    void typedByHand();
    bool isUntouched() const;
    settings::Relay relay() const;
    bool check();
    bool isThereAlready(const settings::Relay &relay) const;
    void go();
    void askForTrust(const settings::Joining &joining);
    void join(const settings::Joining &joining);
    void send();
    void askWhatFlies();

    settings::Settings m_settings;
    settings::Relay m_relay;
    bool m_isNew;
    bool m_asked = false;
    bool m_awaitsKite = false; ///< an invitation was taken for what nothing flies at yet
    QFormLayout *m_form;
    InvitationPicker *m_invitation; ///< null: an existing one is changed
    QLineEdit *m_host;
    QLineEdit *m_domain;
    SecretField *m_secret;
    QComboBox *m_tls;
    QLineEdit *m_fingerprint;
    QLabel *m_hostFault;
    QLabel *m_domainFault;
    QLabel *m_printFault;
    NoteBar *m_note;
    QWidget *m_fields;
    QPushButton *m_go;
    QPushButton *m_cancel;
};

} // namespace kite::ui
