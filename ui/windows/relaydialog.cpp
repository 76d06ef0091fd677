#include "ui/windows/relaydialog.h"

#include <algorithm>

#include <QComboBox>
#include <QDialogButtonBox>
#include <QEvent>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "kitecore/settings/kitename.h"
#include "ui/text/errortext.h"
#include "ui/text/faulttext.h"
#include "ui/text/kitetext.h"
#include "ui/widgets/notebar.h"
#include "ui/widgets/secretfield.h"
#include "ui/windows/formparts.h"
#include "ui/windows/invitationpicker.h"
#include "ui/windows/question.h"

namespace kite::ui {

namespace {

using Tls = settings::Relay::Tls;

quint16 usualPort(Tls tls)
{
    return tls == Tls::Off ? 80 : 443;
}

QString hostText(const settings::Relay &relay)
{
    if (relay.endpoint.host.isEmpty())
        return {};
    return relay.endpoint.port == usualPort(relay.tls) ? relay.endpoint.host
                                                       : relay.endpoint.toString();
}

bool isSamePlace(const settings::Relay &one, const settings::Relay &other)
{
    return one.endpoint == other.endpoint && one.domain == other.domain;
}

QLineEdit *newLine(const char *name, const QString &spoken, const QString &example, QWidget *parent)
{
    auto *line = new QLineEdit(parent);
    line->setObjectName(QLatin1String(name));
    line->setAccessibleName(spoken);
    line->setPlaceholderText(example);
    return line;
}

} // namespace

RelayDialog::RelayDialog(const settings::Relay &relay, QWidget *parent)
    : FormDialog(parent)
    , m_relay(relay)
    , m_isNew(relay.id.isEmpty())
    , m_form(newForm())
    , m_invitation(m_isNew ? new InvitationPicker(*m_form, this) : nullptr)
    , m_host(newLine("host", tr("Host"), QStringLiteral("relay.example.net"), this))
    , m_domain(newLine("domain", tr("Name"), QStringLiteral("demo.example.net"), this))
    , m_secret(new SecretField(this))
    , m_tls(new QComboBox(this))
    , m_fingerprint(newLine("fingerprint", tr("Fingerprint"), {}, this))
    , m_hostFault(faultLabel(this))
    , m_domainFault(faultLabel(this))
    , m_printFault(faultLabel(this))
    , m_note(new NoteBar(this))
    , m_fields(new QWidget(this))
{
    setWindowTitle(m_isNew ? tr("Add a relay") : tr("Change a relay"));
    if (m_isNew)
        m_relay.id = settings::newId();
    m_host->setText(hostText(relay));
    m_domain->setText(relay.domain);
    m_secret->setObjectName(QStringLiteral("secret"));
    m_secret->setAccessibleName(tr("Secret"));
    if (relay.secretStored)
        m_secret->setPlaceholderText(tr("Stored; leave empty to keep it"));
    m_tls->setObjectName(QStringLiteral("tls"));
    m_tls->setAccessibleName(tr("Connection"));
    m_tls->addItem(tr("Encrypted, certificate checked"), int(Tls::Checked));
    m_tls->addItem(tr("Encrypted, certificate not checked"), int(Tls::Unchecked));
    m_tls->addItem(tr("Not encrypted"), int(Tls::Off));
    m_tls->setCurrentIndex(m_tls->findData(int(relay.tls)));
    m_fingerprint->setText(relay.fingerprint);
    m_fingerprint->setPlaceholderText(tr("Only for a relay with a certificate of its own"));

    addRow(tr("&Host"), m_host, m_hostFault);
    addRow(tr("&Name"), m_domain, m_domainFault);
    m_form->addRow(QString(),
                   dimLabel(tr("The name that the relay gave you; *.example.net for all "
                               "names below it."),
                            this));
    addRow(tr("&Secret"), m_secret, nullptr);
    addRow(tr("C&onnection"), m_tls, nullptr);
    addRow(tr("&Fingerprint"), m_fingerprint, m_printFault);

    auto *buttons = new QDialogButtonBox(this);
    m_cancel = buttons->addButton(tr("Cancel"), QDialogButtonBox::RejectRole);
    m_cancel->setObjectName(QStringLiteral("cancel"));
    m_go = buttons->addButton(m_isNew ? tr("Add relay") : tr("Save"), QDialogButtonBox::AcceptRole);
    m_go->setObjectName(QStringLiteral("go"));
    m_go->setDefault(true);
    m_form->setContentsMargins({});
    m_fields->setLayout(m_form);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(18, 16, 18, 14);
    all->setSpacing(12);
    all->addWidget(m_fields);
    all->addWidget(m_note);
    all->addStretch(1);
    all->addWidget(buttons);

    connect(buttons, &QDialogButtonBox::accepted, this, &RelayDialog::go);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    const auto trustMatters = [this] {
        m_form->setRowVisible(m_fingerprint, m_tls->currentData().toInt() == int(Tls::Checked));
        showFault(*m_printFault, {});
    };
    connect(m_tls, &QComboBox::currentIndexChanged, this, trustMatters);
    trustMatters();
    if (m_invitation != nullptr)
        connectInvitation();
}

void RelayDialog::connectInvitation()
{
    m_invitation->setFocus();
    connect(m_invitation, &InvitationPicker::read, this, &RelayDialog::fillFrom);
    connect(m_invitation, &InvitationPicker::withdrawn, this, [this] {
        fill({}, {});
        m_note->clear();
    });
    for (QLineEdit *line : std::initializer_list<QLineEdit *> {m_domain, m_secret, m_fingerprint})
        connect(line, &QLineEdit::textEdited, this, &RelayDialog::typedByHand);
    connect(m_tls, &QComboBox::activated, this, &RelayDialog::typedByHand);
    connect(m_host, &QLineEdit::textEdited, this, [this](const QString &text) {
        typedByHand();
        if (!text.startsWith(QLatin1String("kite:"), Qt::CaseInsensitive))
            return;
        m_host->setText({}); // it belongs one line above
        setInvitation(text);
    });
}

void RelayDialog::setInvitation(const QString &link)
{
    m_invitation->setLink(link);
}

void RelayDialog::fill(const settings::Relay &relay, const QString &secret)
{
    m_host->setText(hostText(relay));
    m_domain->setText(relay.domain);
    m_secret->setText(secret);
    m_tls->setCurrentIndex(m_tls->findData(int(relay.tls)));
    m_fingerprint->setText(relay.fingerprint);
    m_fingerprint->setCursorPosition(0); // where one begins to compare
}

void RelayDialog::fillFrom(const settings::Invitation &invitation)
{
    const auto joined = settings::joining(invitation, m_settings);
    fill(joined.relay, QString::fromUtf8(invitation.secret));
    check();
    m_note->say(NoteBar::Weight::Information,
                joined.isKnown ? tr("You have this relay already. It gets the secret of the "
                                    "invitation.")
                               : QString());
}

/// What stands in the form is no longer what the invitation says.
void RelayDialog::typedByHand()
{
    m_invitation->clear();
    m_note->clear();
}

bool RelayDialog::isUntouched() const
{
    return !m_asked && m_invitation->isEmpty() && m_host->text().isEmpty()
        && m_domain->text().isEmpty() && m_secret->text().isEmpty();
}

/// What was copied meanwhile counts, too.
void RelayDialog::changeEvent(QEvent *event)
{
    FormDialog::changeEvent(event);
    if (event->type() == QEvent::ActivationChange && isActiveWindow() && m_invitation != nullptr
        && isUntouched())
        m_invitation->offerClipboard();
}

void RelayDialog::addRow(const QString &label, QWidget *field, QLabel *fault)
{
    m_form->addRow(label, field);
    if (fault != nullptr)
        m_form->addRow(QString(), fault);
}

void RelayDialog::focusSecret()
{
    m_secret->setFocus();
}

settings::Relay RelayDialog::relay() const
{
    settings::Relay relay = m_relay;
    relay.tls = Tls(m_tls->currentData().toInt());
    const QString typed = m_host->text().trimmed();
    const auto endpoint = Endpoint::parse(typed, usualPort(relay.tls));
    relay.endpoint = endpoint.value_or(Endpoint {typed, usualPort(relay.tls)});
    relay.domain = m_domain->text().trimmed().toLower();
    relay.fingerprint = m_fingerprint->text().remove(QLatin1Char(':')).trimmed().toLower();
    return relay;
}

bool RelayDialog::check()
{
    const QList<settings::Finding> found = settings::faultsOf(relay());
    const auto show = [&found](QLabel &label, settings::Field field) {
        const auto mine = std::ranges::find(found, field, &settings::Finding::field);
        showFault(label, mine == found.end() ? QString() : faultText(*mine));
    };
    show(*m_hostFault, settings::Field::RelayHost);
    show(*m_domainFault, settings::Field::RelayDomain);
    show(*m_printFault, settings::Field::Fingerprint);
    return found.isEmpty();
}

bool RelayDialog::isThereAlready(const settings::Relay &relay) const
{
    return std::ranges::any_of(m_settings.relays, [&relay](const settings::Relay &other) {
        return other.id != relay.id && isSamePlace(other, relay);
    });
}

void RelayDialog::go()
{
    if ((m_invitation != nullptr && !m_invitation->check()) || !check())
        return;
    if (m_invitation != nullptr && !m_invitation->isEmpty()) {
        const auto joined = settings::joining(*m_invitation->invitation(), m_settings);
        if (joined.changesTrust)
            askForTrust(joined);
        else
            join(joined);
        return;
    }
    const settings::Relay entered = relay();
    if (!isSamePlace(entered, m_relay) && isThereAlready(entered)) {
        showFault(*m_domainFault, tr("You have this name at this relay already."));
        return;
    }
    m_relay = entered;
    send();
}

void RelayDialog::askForTrust(const settings::Joining &joining)
{
    const QString text = joining.relay.fingerprint.isEmpty()
        ? tr("You have trusted only one certificate of %1 so far. The invitation names none: then "
             "every certificate for that name is trusted that an authority known to this computer "
             "has signed. If you did not expect this, ask whoever runs the relay.")
        : tr("The invitation names another certificate for %1 than the one you have trusted so "
             "far. A relay that was set up again has a new one; somebody who wants to read along "
             "has another one, too. If you did not expect this, ask whoever runs the relay.");
    const Question question {tr("Trust another certificate?"), text.arg(relayText(joining.relay)),
                             tr("Trust it"), tr("Change nothing")};
    ask(question, this, [this, joining, relays = m_settings.relays](bool yes) {
        if (!yes)
            return;
        if (relays == m_settings.relays)
            join(joining);
        else // the answer was about others
            go();
    });
}

void RelayDialog::join(const settings::Joining &joining)
{
    for (const settings::Relay &other : joining.others)
        Q_EMIT relayWanted(other, {});
    m_relay = joining.relay;
    m_awaitsKite = std::ranges::find(m_settings.kites, m_relay.id, &settings::Kite::relayId)
        == m_settings.kites.end();
    send();
}

void RelayDialog::send()
{
    const secrets::Secret secret = m_secret->secret();
    m_go->setEnabled(false);
    m_fields->setEnabled(false);
    if (!secret.isEmpty())
        m_note->say(NoteBar::Weight::Information, tr("Storing the secret in the keyring…"));
    m_asked = true;
    Q_EMIT relayWanted(m_relay, secret);
}

void RelayDialog::setAnswer(std::optional<secrets::SecretError> failure)
{
    if (!failure && !m_awaitsKite) {
        accept();
        return;
    }
    if (failure)
        m_note->say(NoteBar::Weight::Warning, secretKeepText(*failure, relayText(m_relay)));
    else //: %1: a relay, %2: a kite's name
        m_note->say(NoteBar::Weight::Information,
                    tr("The relay %1 is ready for %2. What should visitors find there?")
                        .arg(relayText(m_relay), m_relay.domain));
    m_secret->clear();
    if (m_invitation != nullptr)
        m_invitation->clear(); // a secret is a part of it
    m_go->hide();
    m_cancel->setText(tr("Close"));
    m_cancel->setDefault(true);
    m_cancel->setFocus();
    if (m_awaitsKite)
        askWhatFlies();
}

void RelayDialog::askWhatFlies()
{
    const auto add = [this](const char *name, const QString &text, auto wanted) {
        QPushButton *button = m_note->addButton(text);
        button->setObjectName(QLatin1String(name));
        connect(button, &QPushButton::clicked, this, [this, wanted] {
            Q_EMIT(this->*wanted)(m_relay.id);
            accept();
        });
        return button;
    };
    QPushButton *folder = add("shareFolder", tr("Share a &folder"), &RelayDialog::folderWanted);
    QPushButton *port = add("sharePort", tr("Share a local &port"), &RelayDialog::portWanted);
    QWidget::setTabOrder(folder, port);
    QWidget::setTabOrder(port, m_cancel);
    m_fields->hide();
    folder->setDefault(true);
    folder->setFocus();
    fit();
}

} // namespace kite::ui
