#pragma once

#include <QObject>

class QDBusPendingCallWatcher;

namespace kite::ui {
class TrayIcon;
}

namespace kite::app {

/// Tells the user something in passing. A notification service can be clicked; Qt's own notices
/// over D-Bus cannot (Qt 6.4 sends them without an action), so they are only the second choice.
class Notices final : public QObject
{
    Q_OBJECT

public:
    explicit Notices(QObject *parent = nullptr);

    /// Draws balloons where there is no notification service. May be null.
    void setTrayIcon(ui::TrayIcon *icon) { m_icon = icon; }
    void setEnabled(bool enabled) { m_enabled = enabled; }
    void say(const QString &title, const QString &text);

Q_SIGNALS:
    void clicked();

private Q_SLOTS:
    void actionInvoked(uint id, const QString &action);

private:
    void answered(QDBusPendingCallWatcher &call, const QString &title, const QString &text);

    ui::TrayIcon *m_icon = nullptr;
    bool m_enabled = true;
    QList<uint> m_shown; ///< ids of ours, the last few
};

} // namespace kite::app
