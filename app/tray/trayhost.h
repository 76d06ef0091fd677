#pragma once

#include <chrono>

#include <QObject>
#include <QTimer>

namespace kite::app {

/// Waits for a place for the tray icon. Qt chooses between D-Bus and the old X11 way once, when the
/// first icon is made; a program that starts at login before the panel would choose wrongly for all
/// its life. Where there is no D-Bus, or another system, nothing is waited for.
class TrayHost final : public QObject
{
    Q_OBJECT

public:
    explicit TrayHost(QObject *parent = nullptr);

    /// ready() follows, at the latest after `patience`.
    void wait(std::chrono::milliseconds patience);

Q_SIGNALS:
    void ready();

private:
    void look();
    void done();

    QTimer m_looking;
    QTimer m_limit;
    bool m_told = false;
};

} // namespace kite::app
