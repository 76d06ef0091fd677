#pragma once

#include <chrono>

#include <QSystemTrayIcon>

#include "ui/text/kitetext.h"

namespace kite::ui {

enum class TrayState {
    Down,       ///< Nothing flies.
    Connecting, ///< Nothing flies yet, something wants to.
    Flying,
    Traffic, ///< Flying, and bytes moved within the last second.
};
TrayState trayState(const Activity &activity);

/// The pictures of one state, for a dark or a light panel.
QIcon trayPicture(TrayState state, bool darkPanel);

/// The icon in the panel: which of four states, and a line about it.
class TrayIcon final : public QObject
{
    Q_OBJECT

public:
    explicit TrayIcon(QObject *parent = nullptr);

    void setActivity(const Activity &activity);
    void setMenu(QMenu *menu) { m_icon.setContextMenu(menu); }
    void show();

    TrayState state() const { return m_state; }
    /// For balloons where no notification service is.
    void say(const QString &title, const QString &text);

Q_SIGNALS:
    void clicked(); ///< once also for a double click, which desktops send in different ways
    void noticeClicked();

private:
    void paint();
    void activated(QSystemTrayIcon::ActivationReason reason);
    bool eventFilter(QObject *watched, QEvent *event) override;

    QSystemTrayIcon m_icon;
    TrayState m_state = TrayState::Down;
    std::chrono::steady_clock::time_point m_clicked;
};

} // namespace kite::ui
