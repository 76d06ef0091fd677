#pragma once

#include <memory>

#include <QByteArray>

#include "kitecore/net/bytestream.h"

namespace kite::net {

class Loop;

/// What is known of one visitor when it is handed on.
struct Visitor
{
    QByteArray protocol; ///< of the kite that matched: http, https, websocket, raw
    QByteArray host;     ///< the name asked for: lower case, no port
    quint16 port = 0;    ///< public port
    Peer peer;           ///< where the visitor is, as the relay saw it
    bool tls = false;    ///< the relay ended TLS for it
};

/// What a kite points at. Shared between threads by a relay with several workers: implementations
/// keep no state of one visitor in themselves, or keep it per loop.
class Target
{
public:
    virtual ~Target() = default;

    /// Takes over one visitor on this thread's loop. For http-like protocols the stream begins with
    /// the complete request head. Whatever goes wrong is told to the visitor, in its protocol.
    virtual void visit(Loop &loop, std::unique_ptr<ByteStream> stream, const Visitor &visitor) = 0;
};

} // namespace kite::net
