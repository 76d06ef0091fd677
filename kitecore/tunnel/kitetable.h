#pragma once

#include <memory>

#include <QHash>

#include "kitecore/base/kiteid.h"
#include "kitecore/net/target.h"

namespace kite::tunnel {

/// Which target a visitor's stream is for. Only kites put in here are ever served: a relay can not
/// make us connect by naming a host and a port (PROTOCOL.md, serving a stream).
class KiteTable
{
public:
    void set(const KiteId &id, const std::shared_ptr<net::Target> &target);
    void remove(const KiteId &id) { m_targets.remove(id); }

    /// Tries, for the visitor's protocol and then those it may fall back to (http: http2, http3;
    /// websocket: http and on): the public port's kite, the kite for any port, each with wildcards
    /// above the name, and the catch-all `unknown`. @return null: nobody's.
    std::shared_ptr<net::Target> find(const net::Visitor &visitor) const;

private:
    std::shared_ptr<net::Target> lookUp(const QByteArray &protocol, quint16 port,
                                        const QByteArray &host) const;

    QHash<KiteId, std::shared_ptr<net::Target>> m_targets;
    bool m_hasWildcards = false; ///< or had some
};

} // namespace kite::tunnel
