#include "ui/windows/newkitedialog.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "kitecore/settings/kitename.h"
#include "ui/text/errortext.h"
#include "ui/widgets/addressrow.h"
#include "ui/widgets/notebar.h"
#include "ui/widgets/qrview.h"
#include "ui/widgets/statelamp.h"
#include "ui/windows/formparts.h"
#include "ui/windows/placepicker.h"

namespace kite::ui {

NewKiteDialog::NewKiteDialog(const QString &go, QWidget *parent)
    : FormDialog(parent)
    , m_form(newForm())
    , m_warning(new NoteBar(this))
{
    m_formPage = makeForm(go);
    m_resultPage = makeResult();
    m_resultPage->hide();
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(18, 16, 18, 14);
    all->addWidget(m_formPage);
    all->addWidget(m_resultPage);
}

QWidget *NewKiteDialog::makeForm(const QString &go)
{
    auto *page = new QWidget(this);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins({});
    column->setSpacing(12);
    column->addLayout(m_form);
    column->addWidget(m_warning);
    column->addStretch(1);
    auto *buttons = new QDialogButtonBox(page);
    m_cancel = buttons->addButton(tr("Cancel"), QDialogButtonBox::RejectRole);
    m_cancel->setObjectName(QStringLiteral("cancel"));
    m_go = buttons->addButton(go, QDialogButtonBox::AcceptRole);
    m_go->setObjectName(QStringLiteral("go"));
    m_go->setDefault(true);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &NewKiteDialog::go);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    return page;
}

QWidget *NewKiteDialog::makeResult()
{
    auto *page = new QWidget(this);
    m_lamp = new StateLamp(page);
    m_state = new QLabel(page);
    m_state->setTextFormat(Qt::PlainText);
    m_state->setWordWrap(true);
    m_trouble = new NoteBar(page);
    m_address = new AddressRow(page);
    m_qr = new QrView(page);
    auto *line = new QHBoxLayout;
    line->addWidget(m_lamp);
    line->addWidget(m_state, 1);
    auto *buttons = new QDialogButtonBox(page);
    auto *close = buttons->addButton(tr("Close"), QDialogButtonBox::RejectRole);
    close->setObjectName(QStringLiteral("close"));
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins({});
    column->setSpacing(12);
    column->addLayout(line);
    column->addWidget(m_trouble);
    column->addWidget(m_address);
    column->addWidget(m_qr, 1);
    column->addStretch(); // instead of the lines above, while there is no code
    column->addWidget(buttons);
    m_qr->hide();
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::accept);
    connect(m_address, &AddressRow::copyWanted, this, &NewKiteDialog::copyWanted);
    connect(m_address, &AddressRow::openWanted, this, &NewKiteDialog::openWanted);
    connect(m_address, &AddressRow::qrWanted, this, [this] {
        m_qr->show(); // the dialog grows
    });
    return page;
}

void NewKiteDialog::addTargetRows()
{
    m_place = new PlacePicker(*m_form, this);
    connect(m_place, &PlacePicker::changed, this, &NewKiteDialog::check);
    QWidget::setTabOrder(m_place->lastField(), m_go); // made before the fields
    QWidget::setTabOrder(m_go, m_cancel);
}

void NewKiteDialog::setSettings(const settings::Settings &settings)
{
    m_settings = settings;
    if (!m_kiteId.isEmpty())
        return; // the form is done
    m_place->setSettings(settings);
    check();
}

void NewKiteDialog::chooseRelay(const QString &relayId)
{
    m_place->chooseRelay(relayId);
}

void NewKiteDialog::setSafety(Safety safety, const QString &go)
{
    m_safety = safety;
    m_go->setText(go);
    (safety == Safety::Worrying ? m_cancel : m_go)->setDefault(true);
    if (safety == Safety::Looking || !m_waiting)
        return;
    setWaiting(false);
    if (safety == Safety::Safe)
        this->go();
}

void NewKiteDialog::setWaiting(bool waiting)
{
    m_waiting = waiting;
    m_go->setEnabled(!waiting);
}

void NewKiteDialog::retarget()
{
    setWaiting(false);
    m_place->setTarget(kite().target);
    check();
}

settings::Kite NewKiteDialog::kite() const
{
    settings::Kite kite;
    describe(kite);
    m_place->fill(kite);
    return kite;
}

void NewKiteDialog::check()
{
    QList<settings::Finding> found = settings::faultsOf(kite(), m_settings);
    if (!m_tried) {
        found.removeIf([](const settings::Finding &finding) {
            return finding.fault == settings::Fault::Empty
                || finding.field == settings::Field::Port;
        });
    }
    m_place->show(found);
    showFaults(found);
}

void NewKiteDialog::go()
{
    m_tried = true;
    check();
    settings::Kite wanted = kite();
    if (!settings::faultsOf(wanted, m_settings).isEmpty())
        return;
    if (m_safety == Safety::Looking) {
        setWaiting(true);
        return;
    }
    m_kiteId = wanted.id = settings::newId();
    m_address->setAddress({}, tr("The address comes in a moment…"));
    m_state->setText(tr("%1 is taking off").arg(wanted.name));
    m_formPage->hide();
    m_resultPage->show();
    fit();
    Q_EMIT kiteWanted(wanted);
}

void NewKiteDialog::showKite(const KiteRow &row)
{
    if (m_kiteId.isEmpty() || row.kite.id != m_kiteId)
        return;
    m_lamp->setState(row.now.state);
    const bool flies = row.now.state == stats::KiteState::Flying;
    if (flies) {
        m_state->setText(tr("%1 is flying. Its address is on the clipboard.").arg(row.kite.name));
        m_address->setAddress(row.now.url);
        m_qr->setText(row.now.url);
    } else {
        //: %1: a kite's name, %2: its state
        m_state->setText(tr("%1: %2").arg(row.kite.name, stateText(row.now.state)));
    }
    m_trouble->say(NoteBar::Weight::Warning,
                   flies ? QString() : downText(row.now.reason, row.kite.name));
}

} // namespace kite::ui
