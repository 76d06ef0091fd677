#pragma once

#include <optional>

#include <QElapsedTimer>
#include <QPointer>

#include "ui/models/listeningports.h"
#include "ui/windows/addkitedialog.h"
#include "ui/windows/mainwindow.h"
#include "ui/windows/relaydialog.h"
#include "ui/windows/settingsdialog.h"
#include "ui/windows/sharedialog.h"

namespace kite::ui {

/// All windows, and which of them are open. Says what the user wants, and does nothing of it.
class Desk final : public QObject
{
    Q_OBJECT

public:
    Desk(KiteListModel &kites, ListeningPorts &ports, QObject *parent = nullptr);
    ~Desk() override;

    void setSettings(const settings::Settings &settings);
    MainWindow &window() { return *m_window; }

    void showWindow();
    /// What a click on the tray does; a second click closes what the first one opened.
    void toggleWindow();
    void showQr(const QString &address);
    void openSettings();
    void addRelay();
    /// Shows what an invitation is for; the user says whether it is taken.
    void join(const QString &invitation);
    void changeRelay(const QString &relayId);
    void share(const QStringList &paths = {});
    /// Flies without a question what nobody would ask about; else share().
    void shareAtOnce(const QStringList &paths);
    void sharePort(quint16 port = 0); ///< 0: not chosen yet

    /// Whether the relay's secret was stored. A failure is told in the window where the dialog that
    /// asked is gone.
    void relayAnswered(const QString &relayId, std::optional<secrets::SecretError> failure);
    void stop(const QString &kiteId); ///< asks first while visitors are here
    void quit();                      ///< asks once while visitors are here

    /// Without a tray a closed window can only come back by another start: the first close asks.
    void setTrayless(bool trayless) { m_trayless = trayless; }

Q_SIGNALS:
    void kiteWanted(const kite::settings::Kite &kite);
    void pauseWanted(const QString &kiteId, bool paused);
    void pauseAllWanted(bool paused);
    void stopWanted(const QString &kiteId);
    void retryWanted();
    void relayWanted(const kite::settings::Relay &relay, const kite::secrets::Secret &secret);
    void removeRelayWanted(const QString &relayId);
    void preferencesWanted(const kite::settings::Preferences &preferences);
    void copyWanted(const QString &address);
    void openWanted(const QString &address);
    void quitWanted();

private:
    void connectWindow();
    void windowClosed();
    void openRelay(const settings::Relay &relay, bool atSecret);
    void openNewKite(NewKiteDialog &dialog);
    void present(QDialog &dialog);
    void showNewKite(const QString &kiteId);
    void shareSeen(const QStringList &paths, const FolderFacts &facts);

    KiteListModel &m_kites;
    ListeningPorts &m_ports;
    settings::Settings m_settings;
    std::unique_ptr<MainWindow> m_window;
    QPointer<NewKiteDialog> m_newKite;
    QPointer<RelayDialog> m_relay;
    QPointer<SettingsDialog> m_settingsDialog;
    QPointer<QDialog> m_qr;
    bool m_trayless = false;
    bool m_keepFlying = false; ///< what the user said at the first close without a tray
    bool m_asking = false;
};

} // namespace kite::ui
