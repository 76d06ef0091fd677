#include "app/tray/trayhost.h"

namespace kite::app {

TrayHost::TrayHost(QObject *parent) : QObject(parent) {}

void TrayHost::wait(std::chrono::milliseconds)
{
    QTimer::singleShot(0, this, &TrayHost::done);
}

void TrayHost::look() {}

void TrayHost::done()
{
    Q_EMIT ready();
}

} // namespace kite::app
