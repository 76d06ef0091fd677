#pragma once

#include <QList>
#include <QString>

#include "kitecore/base/endpoint.h"
#include "kitecore/base/kiteid.h"

namespace kite::app {

/// What is known of a relay's public face when a kite flies there.
struct PublicFace
{
    Endpoint relay;       ///< where the link goes
    bool linkTls = false; ///< it goes there in TLS
    bool hasTls = false;  ///< the relay ends TLS for this kite (`SSL-OK`)
    QList<quint16> ports; ///< where it takes visitors; empty: it did not say
};

/// The address to hand out. Scheme by what visitors can use, a port only where browsers would not
/// find it: `https://NAME/`, `http://NAME:8080/`, `ssh://NAME/`, `raw://NAME:2222/`.
QString publicUrl(const KiteId &kite, const PublicFace &face);

/// The address of a kite on the embedded relay: `http://HOST:PORT/`, for https
/// `https://HOST:PORT/`.
QString embeddedUrl(const KiteId &kite, const QString &host, quint16 port);

} // namespace kite::app
