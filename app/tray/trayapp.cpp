#include "app/tray/trayapp.h"

#include <QApplication>
#include <QClipboard>
#include <QDesktopServices>
#include <QSystemTrayIcon>
#include <QUrl>

#include "ui/text/errortext.h"

namespace kite::app {

using namespace std::chrono_literals;

namespace {

constexpr auto trayPatience = 3s; ///< at login the panel may come after us

} // namespace

TrayApp::TrayApp(const QString &settingsPath, QObject *parent)
    : QObject(parent)
    , m_keeper(settings::SettingsFile(settingsPath), m_secrets, m_core)
    , m_autostart(Autostart::ofThisProgram())
    , m_desk(m_kites, m_ports)
    , m_menu(std::make_unique<ui::TrayMenu>(m_kites, m_ports))
{
    connectCore();
    connectDesk();
    connectMenu();
    connect(&m_trayHost, &TrayHost::ready, this, &TrayApp::showTray);
    connect(&m_notices, &Notices::clicked, &m_desk, &ui::Desk::showWindow);
    connect(&m_second, &QTimer::timeout, this, [this] { m_kites.idle(Clock::system().now()); });
}

TrayApp::~TrayApp()
{
    m_notices.setTrayIcon(nullptr);
}

void TrayApp::connectCore()
{
    connect(&m_core, &Core::kiteChanged, &m_kites, &ui::KiteListModel::setKite);
    connect(&m_core, &Core::sampled, this, [this](const stats::Snapshot &snapshot) {
        m_second.start(); // counts from here again
        m_kites.setSnapshot(snapshot, Clock::system().now());
    });
    connect(&m_systemWatch, &SystemWatch::woke, &m_wakeWatch, &WakeWatch::tell);
    connect(&m_wakeWatch, &WakeWatch::woke, &m_core, &Core::wake);
    connect(&m_keeper, &Keeper::kiteChanged, &m_kites, &ui::KiteListModel::setKite);
    connect(&m_keeper, &Keeper::settingsChanged, this, [this](const settings::Settings &settings) {
        m_kites.setSettings(settings);
        m_desk.setSettings(settings);
        m_notices.setEnabled(settings.preferences.notices);
    });
    connect(&m_keeper, &Keeper::relayAnswered, &m_desk, &ui::Desk::relayAnswered);
    connect(&m_keeper, &Keeper::troubled, &m_desk.window(), &ui::MainWindow::tell);
    connect(&m_kites, &ui::KiteListModel::stateChanged, this, &TrayApp::kiteMoved);
}

void TrayApp::connectDesk()
{
    connect(&m_desk, &ui::Desk::kiteWanted, this, [this](const settings::Kite &kite) {
        m_fresh << kite.id;
        m_keeper.addKite(kite);
    });
    connect(&m_desk, &ui::Desk::pauseWanted, &m_keeper, &Keeper::setPaused);
    connect(&m_desk, &ui::Desk::pauseAllWanted, &m_keeper, &Keeper::setAllPaused);
    connect(&m_desk, &ui::Desk::stopWanted, &m_keeper, &Keeper::removeKite);
    connect(&m_desk, &ui::Desk::retryWanted, &m_keeper, &Keeper::retry);
    connect(&m_desk, &ui::Desk::relayWanted, &m_keeper, &Keeper::putRelay);
    connect(&m_desk, &ui::Desk::removeRelayWanted, &m_keeper, &Keeper::removeRelay);
    connect(&m_desk, &ui::Desk::preferencesWanted, this, &TrayApp::setPreferences);
    connect(&m_desk, &ui::Desk::copyWanted, this, &TrayApp::copy);
    connect(&m_desk, &ui::Desk::openWanted, this,
            [](const QString &address) { QDesktopServices::openUrl(QUrl(address)); });
    connect(&m_desk, &ui::Desk::quitWanted, qApp, &QCoreApplication::quit);
}

void TrayApp::connectMenu()
{
    ui::TrayMenu *menu = m_menu.get();
    connect(menu, &ui::TrayMenu::shareWanted, &m_desk, [this] { m_desk.share(); });
    connect(menu, &ui::TrayMenu::portWanted, &m_desk, &ui::Desk::sharePort);
    connect(menu, &ui::TrayMenu::openKitelineWanted, &m_desk, &ui::Desk::showWindow);
    connect(menu, &ui::TrayMenu::settingsWanted, &m_desk, &ui::Desk::openSettings);
    connect(menu, &ui::TrayMenu::quitWanted, &m_desk, &ui::Desk::quit);
    connect(menu, &ui::TrayMenu::openWanted, &m_desk, &ui::Desk::openWanted);
    connect(menu, &ui::TrayMenu::copyWanted, &m_desk, &ui::Desk::copyWanted);
    connect(menu, &ui::TrayMenu::qrWanted, &m_desk, &ui::Desk::showQr);
    connect(menu, &ui::TrayMenu::pauseWanted, &m_keeper, &Keeper::setPaused);
    connect(menu, &ui::TrayMenu::stopWanted, &m_desk, &ui::Desk::stop);
}

void TrayApp::start(const Wish &wish)
{
    m_second.start(1s);
    m_keeper.load();
    const auto &loaded = m_keeper.settings().preferences;
    m_keeper.setPreferences(m_autostart.follow(loaded, loaded));
    m_trayHost.wait(trayPatience);
    const bool isFirstLook = m_kites.rowCount() == 0; // whoever starts it anew wants to see it
    if (!takeUp(wish) && !wish.background && isFirstLook)
        m_desk.showWindow();
}

void TrayApp::showTray()
{
    m_icon = std::make_unique<ui::TrayIcon>();
    m_icon->setMenu(m_menu.get());
    m_icon->setActivity(m_kites.activity());
    connect(m_icon.get(), &ui::TrayIcon::clicked, &m_desk, &ui::Desk::toggleWindow);
    connect(m_icon.get(), &ui::TrayIcon::noticeClicked, &m_desk, &ui::Desk::showWindow);
    connect(&m_kites, &ui::KiteListModel::ticked, m_icon.get(),
            [this] { m_icon->setActivity(m_kites.activity()); });
    connect(&m_kites, &ui::KiteListModel::stateChanged, m_icon.get(),
            [this] { m_icon->setActivity(m_kites.activity()); });
    m_icon->show();
    m_notices.setTrayIcon(m_icon.get());

    const bool trayless = !QSystemTrayIcon::isSystemTrayAvailable();
    m_desk.setTrayless(trayless);
    if (trayless)
        m_desk.showWindow();
}

void TrayApp::grant(const Wish &wish)
{
    if (!takeUp(wish) && !wish.background)
        m_desk.showWindow();
}

bool TrayApp::takeUp(const Wish &wish)
{
    if (!wish.paths.isEmpty())
        m_desk.shareAtOnce(wish.paths);
    if (!wish.invitation.isEmpty())
        m_desk.join(wish.invitation);
    return !wish.paths.isEmpty() || !wish.invitation.isEmpty();
}

void TrayApp::kiteMoved(const ui::KiteRow &row, stats::KiteState before)
{
    if (row.now.state == stats::KiteState::Flying && m_fresh.removeAll(row.kite.id) > 0) {
        copy(row.now.url);
        m_notices.say(tr("%1 is flying").arg(row.kite.name),
                      tr("Its address is on the clipboard: %1").arg(row.now.url));
    } else if (row.now.state == stats::KiteState::Refused && before != stats::KiteState::Refused) {
        m_notices.say(tr("%1 is down").arg(row.kite.name),
                      ui::downText(row.now.reason, row.kite.name));
    }
}

void TrayApp::copy(const QString &address)
{
    QGuiApplication::clipboard()->setText(address);
}

void TrayApp::setPreferences(const settings::Preferences &preferences)
{
    const auto before = m_keeper.settings().preferences;
    const auto now = m_autostart.follow(preferences, before);
    const bool refused = preferences.startAtLogin != before.startAtLogin
        && preferences.startAtLogin != now.startAtLogin;
    m_keeper.setPreferences(now);
    if (now != preferences)
        m_desk.setSettings(m_keeper.settings()); // what was ticked is not so
    if (refused)
        m_desk.window().tell(tr("Starting at login could not be changed: %1 cannot be written.")
                                 .arg(m_autostart.path()));
}

} // namespace kite::app
