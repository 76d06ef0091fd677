#pragma once

#include <QMenu>

#include "ui/models/kitelistmodel.h"
#include "ui/models/listeningports.h"

namespace kite::ui {

/// The menu of the tray icon. Only texts, checks and submenus: a tray host over D-Bus draws it.
class TrayMenu final : public QMenu
{
    Q_OBJECT

public:
    TrayMenu(KiteListModel &kites, ListeningPorts &ports, QWidget *parent = nullptr);

Q_SIGNALS:
    void shareWanted();
    void portWanted(quint16 port); ///< 0: another one than those in the list
    void openKitelineWanted();
    void settingsWanted();
    void quitWanted();
    void openWanted(const QString &address);
    void copyWanted(const QString &address);
    void qrWanted(const QString &address);
    void pauseWanted(const QString &kiteId, bool paused);
    void stopWanted(const QString &kiteId);

private:
    struct KiteEntry
    {
        QString id;
        QMenu *menu;
        QAction *open;
        QAction *copy;
        QAction *qr;
        QAction *pause;
    };

    void fillPorts();
    void fillKites();
    KiteEntry addKite(const KiteRow &row);
    void update();
    void updateKite(const KiteEntry &entry, const KiteRow &row);
    QString address(const QString &kiteId) const;

    KiteListModel &m_kites;
    ListeningPorts &m_ports;
    QAction *m_status;
    QMenu *m_portMenu;
    QAction *m_kitesEnd; ///< the separator below the kites
    QList<KiteEntry> m_entries;
};

} // namespace kite::ui
