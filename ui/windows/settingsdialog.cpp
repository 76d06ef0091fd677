#include "ui/windows/settingsdialog.h"

#include <algorithm>

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QTabWidget>
#include <QVBoxLayout>

#include "ui/text/kitetext.h"
#include "ui/widgets/svgicon.h"
#include "ui/windows/formparts.h"
#include "ui/windows/question.h"

namespace kite::ui {

SettingsDialog::SettingsDialog(QWidget *parent) : QDialog(parent), m_tabs(new QTabWidget(this))
{
    setWindowTitle(tr("Settings"));
    m_tabs->addTab(makeGeneral(), tr("General"));
    m_tabs->addTab(makeRelays(), tr("Relays"));
    auto *buttons = new QDialogButtonBox(this);
    buttons->addButton(tr("Close"), QDialogButtonBox::RejectRole)
        ->setObjectName(QStringLiteral("close"));
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *all = new QVBoxLayout(this);
    all->addWidget(m_tabs);
    all->addWidget(buttons);
    resize(520, 380);
}

QCheckBox *SettingsDialog::addCheck(QWidget *page, const char *name, const QString &text)
{
    auto *check = new QCheckBox(text, page);
    check->setObjectName(QLatin1String(name));
    page->layout()->addWidget(check);
    connect(check, &QCheckBox::toggled, this, &SettingsDialog::tell);
    return check;
}

QWidget *SettingsDialog::makeGeneral()
{
    auto *page = new QWidget(this);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(8);
    m_startAtLogin = addCheck(page, "startAtLogin", tr("Start when I log in"));
    m_notices = addCheck(page, "notices", tr("Show notices"));
    column->addSpacing(10);
    m_lan = addCheck(page, "lan", tr("Kites on this computer can be reached from its network"));
    column->addWidget(dimLabel(tr("Everybody in the same network could then open them."), page));
    m_port = new QSpinBox(page);
    m_port->setObjectName(QStringLiteral("port"));
    m_port->setAccessibleName(tr("Port for kites on this computer"));
    m_port->setRange(0, 65535);
    m_port->setSpecialValueText(tr("automatic"));
    m_port->setKeyboardTracking(false);
    connect(m_port, &QSpinBox::valueChanged, this, &SettingsDialog::tell);
    auto *form = newForm();
    form->addRow(tr("&Port for kites on this computer"), m_port);
    column->addSpacing(10);
    column->addLayout(form);
    column->addStretch(1);
    return page;
}

QWidget *SettingsDialog::makeRelays()
{
    auto *page = new QWidget(this);
    m_relays = new QListWidget(page);
    m_relays->setObjectName(QStringLiteral("relays"));
    m_relays->setAccessibleName(tr("Relays"));
    auto *add = new QPushButton(inkIcon(QStringLiteral("add")), tr("Add relay"), page);
    add->setObjectName(QStringLiteral("addRelay"));
    m_change = new QPushButton(tr("Change"), page);
    m_change->setObjectName(QStringLiteral("changeRelay"));
    m_remove = new QPushButton(tr("Remove"), page);
    m_remove->setObjectName(QStringLiteral("removeRelay"));
    auto *buttons = new QHBoxLayout;
    for (QPushButton *button : {add, m_change, m_remove}) {
        button->setAutoDefault(false);
        buttons->addWidget(button);
    }
    buttons->addStretch(1);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(16, 16, 16, 16);
    column->addWidget(dimLabel(tr("A relay gives your kites an address on the internet. Its secret "
                                  "is kept in the keyring of this computer."),
                               page));
    column->addWidget(m_relays, 1);
    column->addLayout(buttons);
    connect(add, &QPushButton::clicked, this, &SettingsDialog::addRelayWanted);
    connect(m_change, &QPushButton::clicked, this,
            [this] { Q_EMIT changeRelayWanted(chosenRelay()); });
    connect(m_relays, &QListWidget::itemActivated, this,
            [this] { Q_EMIT changeRelayWanted(chosenRelay()); });
    connect(m_remove, &QPushButton::clicked, this, &SettingsDialog::remove);
    connect(m_relays, &QListWidget::currentRowChanged, this, [this](int row) {
        m_change->setEnabled(row >= 0);
        m_remove->setEnabled(row >= 0);
    });
    return page;
}

void SettingsDialog::setSettings(const settings::Settings &settings)
{
    const QString chosen = chosenRelay();
    m_settings = settings;
    const std::array<QSignalBlocker, 4> quiet {QSignalBlocker(m_notices), QSignalBlocker(m_lan),
                                               QSignalBlocker(m_startAtLogin),
                                               QSignalBlocker(m_port)};
    m_notices->setChecked(settings.preferences.notices);
    m_startAtLogin->setChecked(settings.preferences.startAtLogin);
    m_lan->setChecked(settings.preferences.lan);
    m_port->setValue(settings.preferences.port);
    m_relays->clear();
    for (const settings::Relay &relay : settings.relays) {
        const QString name = relayText(relay);
        auto *item = new QListWidgetItem(
            relay.domain.isEmpty() ? name
                                   : tr("%1 for %2", "a relay, a name").arg(name, relay.domain),
            m_relays);
        item->setIcon(inkIcon(QStringLiteral("relay")));
        item->setData(Qt::UserRole, relay.id);
        if (relay.id == chosen)
            m_relays->setCurrentItem(item);
    }
    m_change->setEnabled(m_relays->currentRow() >= 0);
    m_remove->setEnabled(m_relays->currentRow() >= 0);
}

void SettingsDialog::showRelays()
{
    m_tabs->setCurrentIndex(1);
}

void SettingsDialog::tell()
{
    m_settings.preferences.notices = m_notices->isChecked();
    m_settings.preferences.startAtLogin = m_startAtLogin->isChecked();
    m_settings.preferences.lan = m_lan->isChecked();
    m_settings.preferences.port = quint16(m_port->value());
    Q_EMIT preferencesWanted(m_settings.preferences);
}

QString SettingsDialog::chosenRelay() const
{
    const QListWidgetItem *item = m_relays->currentItem();
    return item == nullptr ? QString() : item->data(Qt::UserRole).toString();
}

void SettingsDialog::remove()
{
    const QString id = chosenRelay();
    const auto kites = std::ranges::count(m_settings.kites, id, &settings::Kite::relayId);
    if (kites == 0) {
        Q_EMIT removeRelayWanted(id);
        return;
    }
    const Question question {tr("Remove the relay?"),
                             tr("%n kite(s) fly there and will be stopped.", "", int(kites)),
                             tr("Remove"), tr("Keep")};
    ask(question, this, [this, id](bool yes) {
        if (yes)
            Q_EMIT removeRelayWanted(id);
    });
}

} // namespace kite::ui
