#pragma once

#include <memory>

#include <QTimer>

#include "app/engine/wakewatch.h"
#include "app/tray/autostart.h"
#include "app/tray/corethread.h"
#include "app/tray/keeper.h"
#include "app/tray/keychainsecretstore.h"
#include "app/tray/notices.h"
#include "app/tray/procports.h"
#include "app/tray/singleinstance.h"
#include "app/tray/systemwatch.h"
#include "app/tray/trayhost.h"
#include "ui/models/kitelistmodel.h"
#include "ui/tray/trayicon.h"
#include "ui/tray/traymenu.h"
#include "ui/windows/desk.h"

namespace kite::app {

/// Builds the parts of `kiteline` and connects them; decides nothing that one of them could.
class TrayApp final : public QObject
{
    Q_OBJECT

public:
    /// @param settingsPath the settings file; its folder is made when something is saved
    explicit TrayApp(const QString &settingsPath, QObject *parent = nullptr);
    ~TrayApp() override;

    /// Loads the settings, lets kites fly, shows the tray icon, and does what this start asks for.
    void start(const Wish &wish);
    /// A later start asks for something.
    void grant(const Wish &wish);

private:
    void connectCore();
    void connectDesk();
    void connectMenu();
    bool takeUp(const Wish &wish); ///< false: it asks for nothing
    void showTray();
    void kiteMoved(const ui::KiteRow &row, stats::KiteState before);
    void copy(const QString &address);
    void setPreferences(const settings::Preferences &preferences);

    CoreThread m_core;
    KeychainSecretStore m_secrets;
    Keeper m_keeper;
    ui::KiteListModel m_kites;
    ProcPorts m_ports;
    Autostart m_autostart;
    ui::Desk m_desk;
    Notices m_notices;
    TrayHost m_trayHost;
    WakeWatch m_wakeWatch;
    SystemWatch m_systemWatch;
    QTimer m_second; ///< keeps graphs moving while the core has nothing to tell
    std::unique_ptr<ui::TrayMenu> m_menu;
    std::unique_ptr<ui::TrayIcon> m_icon;
    QStringList m_fresh; ///< kites whose address goes to the clipboard once they fly
};

} // namespace kite::app
