#include "ui/tray/traymenu.h"

namespace kite::ui {

namespace {

/// Beyond this the menu would not fit a screen; the window shows them all.
constexpr int maxKites = 15;
constexpr int maxPorts = 15;

void setText(QAction *action, const QString &text)
{
    if (action->text() != text) // each change is a message to the tray host
        action->setText(text);
}

/// A single `&` would become an underlined letter.
QString asMenuText(QString text)
{
    return text.replace(QLatin1Char('&'), QLatin1String("&&"));
}

} // namespace

TrayMenu::TrayMenu(KiteListModel &kites, ListeningPorts &ports, QWidget *parent)
    : QMenu(parent)
    , m_kites(kites)
    , m_ports(ports)
{
    m_status = addAction(QString());
    m_status->setEnabled(false);
    addAction(tr("Share a folder or file…"), this, &TrayMenu::shareWanted);
    m_portMenu = addMenu(tr("Share a local port"));
    addSeparator();
    m_kitesEnd = addSeparator();
    addAction(tr("Open Kiteline"), this, &TrayMenu::openKitelineWanted);
    addAction(tr("Settings…"), this, &TrayMenu::settingsWanted);
    addAction(tr("Quit"), this, &TrayMenu::quitWanted);

    connect(this, &QMenu::aboutToShow, this, &TrayMenu::fillPorts);
    connect(&m_kites, &QAbstractItemModel::rowsInserted, this, &TrayMenu::fillKites);
    connect(&m_kites, &QAbstractItemModel::rowsRemoved, this, &TrayMenu::fillKites);
    connect(&m_kites, &QAbstractItemModel::modelReset, this, &TrayMenu::fillKites);
    connect(&m_kites, &QAbstractItemModel::dataChanged, this, &TrayMenu::update);
    fillPorts();
    fillKites();
}

void TrayMenu::fillPorts()
{
    m_portMenu->clear();
    const QList<ListeningPort> found = m_ports.find();
    for (const ListeningPort &port : found.first(std::min<qsizetype>(found.size(), maxPorts))) {
        const QString text = port.program.isEmpty()
            ? QString::number(port.port)
            : QStringLiteral("%1 %2").arg(port.port).arg(asMenuText(port.program));
        m_portMenu->addAction(text, this,
                              [this, number = port.port] { Q_EMIT portWanted(number); });
    }
    m_portMenu->addAction(tr("Other…"), this, [this] { Q_EMIT portWanted(0); });
}

void TrayMenu::fillKites()
{
    for (const KiteEntry &entry : std::as_const(m_entries))
        delete entry.menu;
    m_entries.clear();
    const QList<KiteRow> &rows = m_kites.rows();
    for (const KiteRow &row : rows.first(std::min<qsizetype>(rows.size(), maxKites)))
        m_entries << addKite(row);
    m_kitesEnd->setVisible(!rows.isEmpty());
    update();
}

TrayMenu::KiteEntry TrayMenu::addKite(const KiteRow &row)
{
    const QString id = row.kite.id;
    auto *menu = new QMenu(this);
    insertMenu(m_kitesEnd, menu);
    KiteEntry entry {
        .id = id, .menu = menu, .open = nullptr, .copy = nullptr, .qr = nullptr, .pause = nullptr};
    entry.open = menu->addAction(tr("Open"), this, [this, id] { Q_EMIT openWanted(address(id)); });
    entry.copy
        = menu->addAction(tr("Copy address"), this, [this, id] { Q_EMIT copyWanted(address(id)); });
    entry.qr = menu->addAction(tr("QR code"), this, [this, id] { Q_EMIT qrWanted(address(id)); });
    entry.pause = menu->addAction(QString(), this, [this, id] {
        if (const KiteRow *now = m_kites.row(id))
            Q_EMIT pauseWanted(id, !now->kite.paused);
    });
    menu->addAction(tr("Stop"), this, [this, id] { Q_EMIT stopWanted(id); });
    return entry;
}

void TrayMenu::update()
{
    setText(m_status, activityText(m_kites.activity()));
    for (const KiteEntry &entry : std::as_const(m_entries)) {
        if (const KiteRow *row = m_kites.row(entry.id))
            updateKite(entry, *row);
    }
}

void TrayMenu::updateKite(const KiteEntry &entry, const KiteRow &row)
{
    QString title = asMenuText(row.kite.name);
    if (row.kite.paused)
        title = tr("%1 (paused)").arg(title);
    setText(entry.menu->menuAction(), title);
    setText(entry.pause, row.kite.paused ? tr("Resume") : tr("Pause"));
    const bool flies = row.now.state == stats::KiteState::Flying;
    for (QAction *action : {entry.open, entry.copy, entry.qr}) {
        if (action->isEnabled() != flies)
            action->setEnabled(flies);
    }
}

QString TrayMenu::address(const QString &kiteId) const
{
    const KiteRow *row = m_kites.row(kiteId);
    return row == nullptr ? QString() : row->now.url;
}

} // namespace kite::ui
