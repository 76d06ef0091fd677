#pragma once

#include <QObject>

#include "kitecore/settings/invitation.h"

class QFormLayout;
class QLabel;
class QPushButton;
class QWidget;

namespace kite::ui {

class NoteBar;
class SecretField;

/// The first rows of a form for a new relay: an invitation that was pasted or typed. One on the
/// clipboard is offered, and taken when the user says so.
class InvitationPicker final : public QObject
{
    Q_OBJECT

public:
    /// Adds its rows to `form`, whose widgets own them.
    explicit InvitationPicker(QFormLayout &form, QWidget *parent);

    void setLink(const QString &link); ///< as if it was pasted
    void clear();                      ///< takes the offer back, too
    bool isEmpty() const;
    void setFocus();
    void offerClipboard();

    /// Whether nothing stands in the way: no invitation, or one that makes sense. Else says why.
    bool check();
    /// Empty or damaged: a failure.
    Result<settings::Invitation, settings::InvitationFault> invitation() const;

Q_SIGNALS:
    /// There is one that makes sense.
    void read(const kite::settings::Invitation &invitation);
    /// The user took away what was read.
    void withdrawn();

private:
    void edited(const QString &text);
    void take();

    NoteBar *m_offer;
    QPushButton *m_use;  ///< above the link: made before it, as the keyboard goes
    SecretField *m_link; ///< a secret is a part of it
    QLabel *m_fault;
    qsizetype m_length = 0; ///< of the link before the last edit
    bool m_wasRead = false; ///< the link, or what it was edited from
};

} // namespace kite::ui
