#include <QDBusConnection>

#include "app/tray/systemwatch.h"

namespace kite::app {

/// https://www.freedesktop.org/software/systemd/man/org.freedesktop.login1.html
void SystemWatch::watchSleep()
{
    QDBusConnection::systemBus().connect(
        QStringLiteral("org.freedesktop.login1"), QStringLiteral("/org/freedesktop/login1"),
        QStringLiteral("org.freedesktop.login1.Manager"), QStringLiteral("PrepareForSleep"), this,
        SLOT(prepareForSleep(bool)));
}

} // namespace kite::app
