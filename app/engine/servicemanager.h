#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include <QByteArray>
#include <QTimer>

#include "kitecore/net/descriptor.h"

namespace kite::app {

/// Whoever started this process as a service and wants to know how it goes: systemd's protocol
/// (sd_notify(3), sd_listen_fds(3)), spoken without its library. Says nothing where nobody listens.
class ServiceManager final : public QObject
{
    Q_OBJECT

public:
    /// Takes NOTIFY_SOCKET, WATCHDOG_* and LISTEN_* out of the environment, so that children do not
    /// have them; before other threads.
    explicit ServiceManager(QObject *parent = nullptr);
    ~ServiceManager() override;

    /// Listening sockets that were opened for us, once.
    std::vector<net::Descriptor> takeSockets();

    void ready(); ///< also after reloading(); from now on the watchdog is fed
    void reloading();
    void stopping();

private:
    void say(const QByteArray &state) const;

    QByteArray m_address;
    std::vector<net::Descriptor> m_sockets;
    QTimer m_watchdog;
};

} // namespace kite::app
