#include <QNetworkInformation>

#include "app/engine/addresswatch.h"

namespace kite::app {

AddressWatch::AddressWatch(QObject *parent) : AddressWatch({}, networks, parent)
{
    if (!QNetworkInformation::loadDefaultBackend())
        return;
    auto *network = QNetworkInformation::instance();
    connect(network, &QNetworkInformation::reachabilityChanged, this, &AddressWatch::compare);
    connect(network, &QNetworkInformation::transportMediumChanged, this, &AddressWatch::changed);
}

} // namespace kite::app
