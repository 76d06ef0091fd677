#pragma once

#include <memory>

#include <QList>
#include <QMetaType>

#include "kitecore/base/kiteid.h"
#include "kitecore/net/target.h"
#include "kitecore/secrets/secret.h"
#include "kitecore/stats/snapshot.h"

namespace kite::tunnel {

/// A kite to fly at a relay.
struct FlownKite
{
    KiteId id;
    secrets::Secret secret;
    std::shared_ptr<net::Target> target;
};

/// What happened to one kite.
struct KiteNews
{
    KiteId id;
    stats::KiteState state = stats::KiteState::Connecting;
    stats::DownReason reason = stats::DownReason::None;
    QString detail;
    bool relayHasTls = false;  ///< SSL-OK: visitors can use https at the relay
    QList<quint16> relayPorts; ///< where the relay takes visitors; empty: it did not say

    bool operator==(const KiteNews &) const = default;
};

} // namespace kite::tunnel

Q_DECLARE_METATYPE(kite::tunnel::KiteNews)
