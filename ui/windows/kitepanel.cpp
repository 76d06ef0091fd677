#include "ui/windows/kitepanel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/text/errortext.h"
#include "ui/text/units.h"
#include "ui/widgets/addressrow.h"
#include "ui/widgets/appearance.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/notebar.h"
#include "ui/widgets/statelamp.h"
#include "ui/widgets/svgicon.h"
#include "ui/widgets/switchbutton.h"
#include "ui/widgets/trafficgraph.h"
#include "ui/windows/formparts.h"

namespace kite::ui {

KitePanel::KitePanel(QWidget *parent)
    : QWidget(parent)
    , m_trouble(new NoteBar(this))
    , m_address(new AddressRow(this))
    , m_graph(new TrafficGraph(this))
{
    m_retry = m_trouble->addButton(tr("Try again"));
    m_secret = m_trouble->addButton(tr("Enter the secret"));
    m_graph->setObjectName(QStringLiteral("graph"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(20, 16, 20, 16);
    column->setSpacing(14);
    column->addLayout(makeHead());
    column->addWidget(m_trouble);
    column->addWidget(m_address);
    column->addWidget(m_graph, 1);
    column->addLayout(makeTotals());

    connect(m_retry, &QPushButton::clicked, this, &KitePanel::retryWanted);
    connect(m_secret, &QPushButton::clicked, this,
            [this] { Q_EMIT secretWanted(m_row.kite.relayId); });
    connect(m_flies, &SwitchButton::clicked, this,
            [this](bool flies) { Q_EMIT pauseWanted(m_row.kite.id, !flies); });
    connect(m_address, &AddressRow::copyWanted, this, &KitePanel::copyWanted);
    connect(m_address, &AddressRow::openWanted, this, &KitePanel::openWanted);
    connect(m_address, &AddressRow::qrWanted, this, &KitePanel::qrWanted);
}

QLayout *KitePanel::makeHead()
{
    m_lamp = new StateLamp(this);
    m_name = new ElidedLabel(this);
    QFont large = m_name->font();
    large.setPointSizeF(large.pointSizeF() * 1.5);
    large.setBold(true);
    m_name->setFont(large);
    m_target = new ElidedLabel(this);
    m_state = new QLabel(this);
    m_flies = new SwitchButton(this);
    m_flies->setObjectName(QStringLiteral("flies"));
    m_flies->setText(tr("Flying"));
    m_flies->setToolTip(tr("Flying or paused"));
    auto *stop = new QPushButton(inkIcon(QStringLiteral("stop")), tr("Stop"), this);
    stop->setObjectName(QStringLiteral("stop"));
    stop->setToolTip(tr("Take this kite down and out of the list"));
    connect(stop, &QPushButton::clicked, this, [this] { Q_EMIT stopWanted(m_row.kite.id); });

    auto *title = new QHBoxLayout;
    title->setSpacing(10);
    title->addWidget(m_lamp);
    title->addWidget(m_name, 1);
    title->addWidget(m_state);
    title->addWidget(m_flies);
    title->addWidget(stop);
    auto *head = new QVBoxLayout;
    head->setSpacing(2);
    head->addLayout(title);
    head->addWidget(m_target);
    return head;
}

QLabel *KitePanel::addTotal(QLayout &row, const QString &title)
{
    auto *cell = new QVBoxLayout;
    cell->setSpacing(0);
    cell->addWidget(dimLabel(title, this));
    auto *value = new QLabel(this);
    value->setTextFormat(Qt::PlainText);
    value->setAccessibleName(title);
    QFont strong = value->font();
    strong.setPointSizeF(strong.pointSizeF() * 1.15);
    value->setFont(strong);
    cell->addWidget(value);
    static_cast<QHBoxLayout &>(row).addLayout(cell, 1);
    return value;
}

QLayout *KitePanel::makeTotals()
{
    auto *row = new QHBoxLayout;
    row->setSpacing(16);
    m_out = addTotal(*row, tr("To visitors"));
    m_in = addTotal(*row, tr("From visitors"));
    m_visitors = addTotal(*row, tr("Visitors now"));
    m_visits = addTotal(*row, tr("Visits"));
    return row;
}

void KitePanel::show(const KiteRow &row, const stats::Series &series)
{
    m_row = row;
    m_lamp->setState(row.now.state);
    m_name->setText(row.kite.name);
    //: %1: what the kite points at, %2: where it flies
    m_target->setText(tr("%1 · %2").arg(targetText(row.kite.target), row.place));
    m_target->setToolTip(targetDetail(row.kite.target));
    m_state->setText(stateText(row.now.state));
    m_flies->setChecked(!row.kite.paused);
    const QString none = row.kite.paused ? tr("Paused: visitors see an offline page")
                                         : tr("The address comes as soon as it flies");
    const bool flies = row.now.state == stats::KiteState::Flying;
    m_address->setAddress(flies ? row.now.url : QString(), none);
    showTrouble();
    showNumbers(series);
}

void KitePanel::showTrouble()
{
    using Reason = stats::DownReason;
    const Reason reason = m_row.now.reason;
    const bool flies = m_row.now.state == stats::KiteState::Flying;
    const QString text = flies || m_row.kite.paused ? QString() : downText(reason, m_row.kite.name);
    const bool working = m_row.now.state == stats::KiteState::Connecting;
    const auto weight = working ? NoteBar::Weight::Information : NoteBar::Weight::Warning;
    if (m_trouble->text() == text && m_trouble->weight() == weight)
        return;
    m_trouble->say(weight, text);
    m_secret->setVisible(reason == Reason::BadSecret || reason == Reason::NoSecret);
}

void KitePanel::showNumbers(const stats::Series &series)
{
    m_graph->setSeries(series);
    m_out->setText(bytesText(m_row.now.bytesOut));
    m_in->setText(bytesText(m_row.now.bytesIn));
    m_visitors->setText(QLocale().toString(m_row.now.streams));
    m_visits->setText(QLocale().toString(m_row.now.visits));
}

} // namespace kite::ui
