#include "app/tray/notices.h"

#include "ui/tray/trayicon.h"

namespace kite::app {

Notices::Notices(QObject *parent) : QObject(parent) {}

void Notices::say(const QString &title, const QString &text)
{
    if (m_enabled && m_icon != nullptr)
        m_icon->say(title, text);
}

} // namespace kite::app
