#include "app/tray/systemwatch.h"

#include <QNetworkInformation>

namespace kite::app {

SystemWatch::SystemWatch(QObject *parent) : QObject(parent)
{
    watchNetwork();
    watchSleep();
}

void SystemWatch::watchNetwork()
{
    if (!QNetworkInformation::loadDefaultBackend())
        return; // addresses tell as well
    auto *network = QNetworkInformation::instance();
    connect(network, &QNetworkInformation::reachabilityChanged, this,
            [this](QNetworkInformation::Reachability reachability) {
                if (reachability == QNetworkInformation::Reachability::Online)
                    Q_EMIT woke();
            });
    connect(network, &QNetworkInformation::transportMediumChanged, this, &SystemWatch::woke);
}

void SystemWatch::prepareForSleep(bool begins)
{
    if (!begins)
        Q_EMIT woke();
}

} // namespace kite::app
