#include "ui/windows/invitationpicker.h"

#include <utility>

#include <QClipboard>
#include <QFormLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QPushButton>

#include "ui/text/faulttext.h"
#include "ui/widgets/notebar.h"
#include "ui/widgets/secretfield.h"
#include "ui/windows/formparts.h"

namespace kite::ui {

using settings::Invitation;

InvitationPicker::InvitationPicker(QFormLayout &form, QWidget *parent)
    : QObject(parent)
    , m_offer(new NoteBar(parent))
    , m_use(m_offer->addButton(tr("&Use it")))
    , m_link(new SecretField(parent))
    , m_fault(faultLabel(parent))
{
    m_use->setObjectName(QStringLiteral("useClipboard"));
    m_link->setObjectName(QStringLiteral("invitation"));
    m_link->setAccessibleName(tr("Invitation"));
    m_link->setPlaceholderText(QStringLiteral("kite://relay.example.net/…"));
    form.addRow(m_offer);
    form.addRow(tr("&Invitation"), m_link);
    form.addRow(QString(), m_fault);
    form.addRow(QString(),
                dimLabel(tr("Paste the link that you got from whoever runs the relay. Without "
                            "one, fill in the rest."),
                         parent));
    connect(m_use, &QPushButton::clicked, this,
            [this] { setLink(QGuiApplication::clipboard()->text()); });
    connect(QGuiApplication::clipboard(), &QClipboard::dataChanged, this, [this] {
        if (!m_offer->text().isEmpty()) // what is offered is what is taken
            offerClipboard();
    });
    connect(m_link, &QLineEdit::textEdited, this, &InvitationPicker::edited);
    connect(m_link, &QLineEdit::editingFinished, this, &InvitationPicker::check);
}

void InvitationPicker::setLink(const QString &link)
{
    m_link->setText(link.trimmed());
    setFocus();
    take();
    check();
}

void InvitationPicker::clear()
{
    m_link->setText({});
    m_length = 0;
    m_wasRead = false;
    m_offer->clear();
    showFault(*m_fault, {});
}

bool InvitationPicker::isEmpty() const
{
    return m_link->text().trimmed().isEmpty();
}

void InvitationPicker::setFocus()
{
    m_link->setFocus();
}

void InvitationPicker::offerClipboard()
{
    const auto found = Invitation::parse(QGuiApplication::clipboard()->text());
    if (!found) {
        m_offer->clear();
        return;
    }
    //: %1: a kite's name, %2: a relay
    m_offer->say(NoteBar::Weight::Information,
                 tr("The clipboard holds an invitation: %1 at %2.")
                     .arg(QString::fromUtf8(found->name), found->relay.host));
}

/// Nobody is told about a link that is still being typed; a pasted one comes at once.
void InvitationPicker::edited(const QString &text)
{
    const bool pasted = text.size() > m_length + 1;
    take();
    if (pasted)
        check();
    else
        showFault(*m_fault, {});
}

void InvitationPicker::take()
{
    m_length = m_link->text().size();
    m_offer->clear();
    if (const auto found = invitation()) {
        m_wasRead = true;
        Q_EMIT read(*found);
    } else if (isEmpty() && std::exchange(m_wasRead, false)) {
        Q_EMIT withdrawn();
    }
}

bool InvitationPicker::check()
{
    const auto found = invitation();
    const bool good = found || isEmpty();
    showFault(*m_fault, good ? QString() : faultText(found.error()));
    return good;
}

Result<Invitation, settings::InvitationFault> InvitationPicker::invitation() const
{
    return Invitation::parse(m_link->text());
}

} // namespace kite::ui
