#include "app/engine/servicemanager.h"

namespace kite::app {

/// systemd is Linux's.
ServiceManager::ServiceManager(QObject *parent) : QObject(parent) {}
ServiceManager::~ServiceManager() = default;

std::vector<net::Descriptor> ServiceManager::takeSockets()
{
    return {};
}

void ServiceManager::ready() {}
void ServiceManager::reloading() {}
void ServiceManager::stopping() {}
void ServiceManager::say(const QByteArray &) const {}

} // namespace kite::app
