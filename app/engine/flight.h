#pragma once

#include <memory>
#include <optional>

#include "app/engine/engine.h"
#include "kitecore/base/kiteid.h"
#include "kitecore/net/target.h"
#include "kitecore/stats/meter.h"
#include "kitecore/tunnel/flownkite.h"

namespace kite::app {

/// One kite the engine keeps: what is wanted, what serves it, and how it is doing.
struct Flight
{
    WantedKite wanted;
    std::optional<KiteId> id; ///< std::nullopt: the name can not be a kite's
    bool isSecond = false;    ///< another flight of this relay has the same id
    std::shared_ptr<stats::Meter> meter = std::make_shared<stats::Meter>();
    std::shared_ptr<net::Target> target; ///< null: paused, or nothing is there
    QString missing;                     ///< the path that is not there
    tunnel::KiteNews news;               ///< of its connector
    stats::KiteSnapshot shown;           ///< what was last told

    bool isEmbedded() const { return wanted.relay.id.isEmpty(); }
    /// Whether it belongs to a connector or the embedded relay now.
    bool canFly() const { return id && !isSecond && target; }
};

/// The name under which a kite is known on the wire: below `localhost` on the embedded relay.
/// @return std::nullopt for a name that is none.
std::optional<KiteId> idOf(const WantedKite &wanted);

} // namespace kite::app
