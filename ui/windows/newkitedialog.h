#pragma once

#include "kitecore/settings/validation.h"
#include "ui/models/kitelistmodel.h"
#include "ui/windows/formdialog.h"

class QDialogButtonBox;
class QFormLayout;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace kite::ui {

class AddressRow;
class NoteBar;
class PlacePicker;
class QrView;
class StateLamp;

/// Makes a kite: a form first, after its default button the address it got. What the kite points at
/// is the part of a subclass.
class NewKiteDialog : public FormDialog
{
    Q_OBJECT

public:
    /// @param go the text of the default button: what it does
    explicit NewKiteDialog(const QString &go, QWidget *parent = nullptr);

    void setSettings(const settings::Settings &settings);
    void chooseRelay(const QString &relayId);

    /// The kite this dialog made; empty before.
    QString kiteId() const { return m_kiteId; }
    /// What has become of it.
    void showKite(const KiteRow &row);

Q_SIGNALS:
    void kiteWanted(const kite::settings::Kite &kite);
    void copyWanted(const QString &address);
    void openWanted(const QString &address);

protected:
    /// Sets what the kite points at, and all else that the subclass's rows decide.
    virtual void describe(settings::Kite &kite) const = 0;
    /// Shows what is wrong with the target.
    virtual void showFaults(const QList<settings::Finding> &found) = 0;

    QFormLayout &form() { return *m_form; }
    NoteBar &warning() { return *m_warning; }
    /// The target changed: proposes a name and checks again.
    void retarget();
    /// Shows what is wrong, live; but nobody is told about a field that was not filled in yet.
    void check();
    /// Whether what it points at is meant for the public.
    enum class Safety {
        Looking,  ///< nobody knows yet: the default button waits
        Safe,     ///< Enter goes ahead
        Worrying, ///< there is a warning: the answer that does nothing is the default
    };
    void setSafety(Safety safety, const QString &go);
    void addTargetRows(); ///< after the subclass's rows: name and place

private:
    QWidget *makeForm(const QString &go);
    QWidget *makeResult();
    settings::Kite kite() const;
    void go();
    void setWaiting(bool waiting);

    settings::Settings m_settings;
    QString m_kiteId;
    bool m_tried = false;   ///< faults of empty fields are shown once somebody tried
    bool m_waiting = false; ///< goes ahead once it is known to be safe
    Safety m_safety = Safety::Safe;
    QFormLayout *m_form = nullptr;
    QWidget *m_formPage = nullptr;
    QWidget *m_resultPage = nullptr;
    NoteBar *m_warning = nullptr;
    PlacePicker *m_place = nullptr;
    QPushButton *m_go = nullptr;
    QPushButton *m_cancel = nullptr;
    StateLamp *m_lamp = nullptr;
    QLabel *m_state = nullptr;
    NoteBar *m_trouble = nullptr;
    AddressRow *m_address = nullptr;
    QrView *m_qr = nullptr;
};

} // namespace kite::ui
