#include "ui/windows/desk.h"

#include <algorithm>

#include "kitecore/settings/kitename.h"
#include "ui/text/errortext.h"
#include "ui/text/kitetext.h"
#include "ui/text/units.h"
#include "ui/windows/qrdialog.h"
#include "ui/windows/question.h"

namespace kite::ui {

Desk::Desk(KiteListModel &kites, ListeningPorts &ports, QObject *parent)
    : QObject(parent)
    , m_kites(kites)
    , m_ports(ports)
    , m_window(std::make_unique<MainWindow>(kites))
{
    connectWindow();
    connect(&m_kites, &QAbstractItemModel::dataChanged, this, [this] {
        if (m_newKite)
            showNewKite(m_newKite->kiteId());
    });
}

Desk::~Desk()
{
    delete m_newKite; // those without a parent: opened from the tray
    delete m_relay;
    delete m_settingsDialog;
    delete m_qr;
}

void Desk::connectWindow()
{
    MainWindow *window = m_window.get();
    connect(window, &MainWindow::shareWanted, this, [this] { share(); });
    connect(window, &MainWindow::pathsDropped, this, &Desk::share);
    connect(window, &MainWindow::portWanted, this, [this] { sharePort(); });
    connect(window, &MainWindow::addRelayWanted, this, &Desk::addRelay);
    connect(window, &MainWindow::secretWanted, this, &Desk::changeRelay);
    connect(window, &MainWindow::settingsWanted, this, &Desk::openSettings);
    connect(window, &MainWindow::quitWanted, this, &Desk::quit);
    connect(window, &MainWindow::stopWanted, this, &Desk::stop);
    connect(window, &MainWindow::closed, this, &Desk::windowClosed);
    connect(window, &MainWindow::qrWanted, this, &Desk::showQr);
    connect(window, &MainWindow::pauseWanted, this, &Desk::pauseWanted);
    connect(window, &MainWindow::pauseAllWanted, this, &Desk::pauseAllWanted);
    connect(window, &MainWindow::retryWanted, this, &Desk::retryWanted);
    connect(window, &MainWindow::copyWanted, this, &Desk::copyWanted);
    connect(window, &MainWindow::openWanted, this, &Desk::openWanted);
}

void Desk::setSettings(const settings::Settings &settings)
{
    m_settings = settings;
    if (m_newKite)
        m_newKite->setSettings(settings);
    if (m_relay)
        m_relay->setSettings(settings);
    if (m_settingsDialog)
        m_settingsDialog->setSettings(settings);
}

void Desk::showWindow()
{
    m_window->setWindowState(m_window->windowState() & ~Qt::WindowMinimized);
    m_window->show();
    m_window->raise();
    m_window->activateWindow();
}

void Desk::toggleWindow()
{
    if (m_window->isVisible() && !m_window->isMinimized())
        m_window->hide();
    else
        showWindow();
}

void Desk::present(QDialog &dialog)
{
    dialog.setAttribute(Qt::WA_DeleteOnClose);
    dialog.show();
    dialog.raise();
    dialog.activateWindow();
}

void Desk::openNewKite(NewKiteDialog &dialog)
{
    delete m_newKite;
    m_newKite = &dialog;
    dialog.setSettings(m_settings);
    connect(&dialog, &NewKiteDialog::kiteWanted, this, [this](const settings::Kite &kite) {
        Q_EMIT kiteWanted(kite);
        m_window->choose(kite.id);
        showNewKite(kite.id);
    });
    connect(&dialog, &NewKiteDialog::copyWanted, this, &Desk::copyWanted);
    connect(&dialog, &NewKiteDialog::openWanted, this, &Desk::openWanted);
    present(dialog);
}

void Desk::showNewKite(const QString &kiteId)
{
    const KiteRow *row = m_kites.row(kiteId);
    if (m_newKite && row != nullptr)
        m_newKite->showKite(*row);
}

void Desk::share(const QStringList &paths)
{
    auto *dialog = new ShareDialog(m_window->isVisible() ? m_window.get() : nullptr);
    openNewKite(*dialog);
    if (!paths.isEmpty())
        dialog->setPaths(paths);
}

void Desk::shareAtOnce(const QStringList &paths)
{
    auto *summary = new FolderSummary(this);
    connect(summary, &FolderSummary::changed, this, [this, summary, paths] {
        const FolderFacts facts = summary->facts();
        if (summary->isBusy() && !facts.isWorrying())
            return;
        summary->disconnect(this);
        summary->deleteLater();
        shareSeen(paths, facts);
    });
    summary->look(paths);
}

void Desk::shareSeen(const QStringList &paths, const FolderFacts &facts)
{
    settings::Kite kite;
    kite.id = settings::newId();
    kite.target = {.kind = settings::Target::Kind::Share, .endpoint = {}, .paths = paths};
    kite.name = settings::proposedName(kite.target, nullptr, m_settings);
    if (facts.isWorrying() || !settings::faultsOf(kite, m_settings).isEmpty()) {
        share(paths);
        return;
    }
    Q_EMIT kiteWanted(kite);
    m_window->choose(kite.id);
}

void Desk::sharePort(quint16 port)
{
    auto *dialog = new AddKiteDialog(m_window->isVisible() ? m_window.get() : nullptr);
    openNewKite(*dialog);
    dialog->setPorts(m_ports.find());
    if (port != 0)
        dialog->setPort(port);
}

void Desk::addRelay()
{
    openRelay({}, false);
}

void Desk::join(const QString &invitation)
{
    openRelay({}, false);
    m_relay->setInvitation(invitation);
}

void Desk::changeRelay(const QString &relayId)
{
    const auto relay = std::ranges::find(m_settings.relays, relayId, &settings::Relay::id);
    if (relay != m_settings.relays.end())
        openRelay(*relay, true);
}

void Desk::openRelay(const settings::Relay &relay, bool atSecret)
{
    delete m_relay;
    QWidget *above = m_settingsDialog ? static_cast<QWidget *>(m_settingsDialog) : m_window.get();
    m_relay = new RelayDialog(relay, above->isVisible() ? above : nullptr);
    m_relay->setSettings(m_settings);
    connect(m_relay, &RelayDialog::relayWanted, this, &Desk::relayWanted);
    connect(m_relay, &RelayDialog::folderWanted, this, [this](const QString &relayId) {
        share();
        m_newKite->chooseRelay(relayId);
    });
    connect(m_relay, &RelayDialog::portWanted, this, [this](const QString &relayId) {
        sharePort();
        m_newKite->chooseRelay(relayId);
    });
    present(*m_relay);
    if (atSecret)
        m_relay->focusSecret();
}

void Desk::relayAnswered(const QString &relayId, std::optional<secrets::SecretError> failure)
{
    if (m_relay && m_relay->relayId() == relayId && m_relay->hasAsked()) {
        m_relay->setAnswer(failure);
        return;
    }
    const auto relay = std::ranges::find(m_settings.relays, relayId, &settings::Relay::id);
    if (failure && relay != m_settings.relays.end()) // who asked did not wait for the answer
        m_window->tell(secretKeepText(*failure, relayText(*relay)));
}

void Desk::openSettings()
{
    if (!m_settingsDialog) {
        m_settingsDialog = new SettingsDialog(m_window->isVisible() ? m_window.get() : nullptr);
        m_settingsDialog->setSettings(m_settings);
        connect(m_settingsDialog, &SettingsDialog::preferencesWanted, this,
                &Desk::preferencesWanted);
        connect(m_settingsDialog, &SettingsDialog::addRelayWanted, this, &Desk::addRelay);
        connect(m_settingsDialog, &SettingsDialog::changeRelayWanted, this, &Desk::changeRelay);
        connect(m_settingsDialog, &SettingsDialog::removeRelayWanted, this,
                &Desk::removeRelayWanted);
    }
    present(*m_settingsDialog);
}

void Desk::showQr(const QString &address)
{
    delete m_qr;
    m_qr = new QrDialog(address, m_window->isVisible() ? m_window.get() : nullptr);
    present(*m_qr);
}

void Desk::stop(const QString &kiteId)
{
    const KiteRow *row = m_kites.row(kiteId);
    if (row == nullptr)
        return;
    if (row->now.streams == 0) {
        Q_EMIT stopWanted(kiteId);
        return;
    }
    const Question question {
        tr("Stop %1?").arg(row->kite.name),
        tr("%n visitor(s) are here now and will be cut off.", "", int(row->now.streams)),
        tr("Stop"), tr("Keep flying")};
    ask(question, m_window->isVisible() ? m_window.get() : nullptr, [this, kiteId](bool yes) {
        if (yes)
            Q_EMIT stopWanted(kiteId);
    });
}

void Desk::quit()
{
    const qint64 visitors = m_kites.activity().visitors;
    if (visitors == 0) {
        Q_EMIT quitWanted();
        return;
    }
    if (m_asking)
        return;
    m_asking = true;
    const Question question {
        tr("Quit Kiteline?"),
        tr("%n visitor(s) are here now and will be cut off.", "", int(visitors)), tr("Quit"),
        tr("Keep flying")};
    ask(question, m_window->isVisible() ? m_window.get() : nullptr, [this](bool yes) {
        m_asking = false;
        if (yes)
            Q_EMIT quitWanted();
    });
}

void Desk::windowClosed()
{
    if (!m_trayless || m_keepFlying || m_asking)
        return;
    if (m_kites.rowCount() == 0) {
        Q_EMIT quitWanted();
        return;
    }
    m_asking = true;
    const Question question {
        tr("Keep your kites flying?"),
        tr("This desktop has no place for Kiteline's icon. Your kites can stay "
           "in the air without a window; start Kiteline again to see it."),
        tr("Quit"), tr("Keep flying")};
    ask(question, nullptr, [this](bool quitNow) {
        m_asking = false;
        m_keepFlying = !quitNow;
        if (quitNow)
            Q_EMIT quitWanted();
    });
}

} // namespace kite::ui
