#pragma once

#include <functional>
#include <memory>

#include <QObject>
#include <QSocketNotifier>

#include "kitecore/net/descriptor.h"

namespace kite::app {

/// Tells when this computer's addresses or networks became others. On Linux by a netlink socket:
/// no D-Bus, no polling. On other systems by Qt's network information.
class AddressWatch final : public QObject
{
    Q_OBJECT

public:
    /// What is compared: interfaces that run, and their addresses.
    using Look = std::function<QStringList()>;
    static QStringList networks();

    explicit AddressWatch(QObject *parent = nullptr);
    /// @param news readable when something may have changed; what it gives is thrown away.
    AddressWatch(net::Descriptor news, Look look, QObject *parent = nullptr);
    ~AddressWatch() override;

Q_SIGNALS:
    void changed();

private:
    void watch();
    void drain();
    void compare();

    Look m_look;
    QStringList m_seen;
    net::Descriptor m_news;
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace kite::app
