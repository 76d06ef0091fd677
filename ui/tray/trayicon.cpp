#include "ui/tray/trayicon.h"

#include <QApplication>
#include <QPainter>
#include <QStyleHints>

#include "ui/widgets/appearance.h"
#include "ui/widgets/svgicon.h"

namespace kite::ui {

namespace {

QString pictureName(TrayState state)
{
    switch (state) {
    case TrayState::Down:
        return QStringLiteral("tray-down");
    case TrayState::Connecting:
        return QStringLiteral("tray-connecting");
    case TrayState::Flying:
        return QStringLiteral("tray-flying");
    case TrayState::Traffic:
        return QStringLiteral("tray-traffic");
    }
    Q_UNREACHABLE();
    return {};
}

/// Nobody tells a program how light the panel is. GNOME's is dark whatever the windows are; others
/// follow the palette. A wrong guess still shows, by the pictures' halo.
bool panelIsDark()
{
    const QByteArray desktop = qgetenv("XDG_CURRENT_DESKTOP").toUpper();
    for (const char *dark : {"GNOME", "UNITY", "PANTHEON"}) {
        if (desktop.contains(dark))
            return true;
    }
    return isDark(QGuiApplication::palette());
}

} // namespace

TrayState trayState(const Activity &activity)
{
    if (activity.flying > 0)
        return activity.rate.in + activity.rate.out > 0 ? TrayState::Traffic : TrayState::Flying;
    return activity.connecting > 0 ? TrayState::Connecting : TrayState::Down;
}

/// Ready-made pixmaps: they are what a tray host over D-Bus gets, and the old trays scale badly.
QIcon trayPicture(TrayState state, bool darkPanel)
{
    const QColor ink(QString::fromLatin1(darkPanel ? pictureHalo : pictureInk));
    const QColor halo(QString::fromLatin1(darkPanel ? pictureInk : pictureHalo));
    const QByteArray svg = picture(pictureName(state), ink, halo);
    QIcon icon;
    for (const int side : {16, 22, 24, 32, 44, 48, 64}) {
        QPixmap pixmap(side, side);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paintPicture(painter, svg, pixmap.rect());
        icon.addPixmap(pixmap);
    }
    return icon;
}

TrayIcon::TrayIcon(QObject *parent) : QObject(parent)
{
    qApp->installEventFilter(this);
    connect(&m_icon, &QSystemTrayIcon::activated, this, &TrayIcon::activated);
    connect(&m_icon, &QSystemTrayIcon::messageClicked, this, &TrayIcon::noticeClicked);
    paint();
    m_icon.setToolTip(activityText({}));
}

void TrayIcon::show()
{
    m_icon.show();
}

void TrayIcon::paint()
{
    m_icon.setIcon(trayPicture(m_state, panelIsDark()));
}

void TrayIcon::setActivity(const Activity &activity)
{
    const QString tip = activityText(activity);
    if (tip != m_icon.toolTip())
        m_icon.setToolTip(tip);
    const TrayState state = trayState(activity);
    if (state == m_state)
        return;
    m_state = state;
    paint();
}

void TrayIcon::say(const QString &title, const QString &text)
{
    m_icon.showMessage(title, text, applicationIcon());
}

void TrayIcon::activated(QSystemTrayIcon::ActivationReason reason)
{
    if (reason != QSystemTrayIcon::Trigger)
        return; // DoubleClick comes after a Trigger where it comes at all
    const auto now = std::chrono::steady_clock::now();
    const std::chrono::milliseconds twice(
        QGuiApplication::styleHints()->mouseDoubleClickInterval());
    const bool second = now - m_clicked < twice;
    m_clicked = now;
    if (!second)
        Q_EMIT clicked();
}

bool TrayIcon::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == qApp && event->type() == QEvent::ApplicationPaletteChange)
        paint();
    return QObject::eventFilter(watched, event);
}

} // namespace kite::ui
