#pragma once

#include <functional>

#include <QObject>

#include "app/engine/flight.h"
#include "kitecore/tunnel/connector.h"

namespace kite::app {

/// The settings of a relay as the connector takes them.
tunnel::RelayChoice relayChoice(const settings::Relay &relay);

/// One connector for each relay that has kites; the same settings keep the same connector.
class RelayFlights final : public QObject
{
    Q_OBJECT

public:
    RelayFlights(net::Loop &loop, QObject *parent);
    ~RelayFlights() override;

    /// What is to fly, at all relays. Connectors of relays that are not named any more end.
    struct Relayed
    {
        settings::Relay relay;
        tunnel::FlownKite kite;
    };
    void setKites(const QList<Relayed> &kites);
    void retry();
    void wake();

Q_SIGNALS:
    void kiteChanged(const QString &relayId, const kite::tunnel::KiteNews &news);

private:
    struct Branch
    {
        settings::Relay relay;
        tunnel::Connector *connector = nullptr; ///< a child
    };
    Branch &branchFor(const settings::Relay &relay);

    net::Loop &m_loop;
    std::vector<Branch> m_branches;
};

} // namespace kite::app
