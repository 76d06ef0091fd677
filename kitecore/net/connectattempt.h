#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include <QHostAddress>

#include "kitecore/base/endpoint.h"
#include "kitecore/base/result.h"
#include "kitecore/net/loop.h"
#include "kitecore/net/streams.h"

namespace kite::net {

enum class ConnectError {
    NoSuchName, ///< The name has no address.
    Refused,    ///< Every address refused or is unreachable.
    TimedOut,   ///< Nothing answered before the deadline.
};
struct ConnectFailure
{
    ConnectError error;
    QString detail; ///< The last address's reason.
};

/// Connects to one of a host's addresses: all are tried, a new one each 250 ms or when the one
/// before failed (RFC 8305), one deadline over all (coarse: up to a second late). Addresses and
/// `localhost` (both families, RFC 6761) need no look-up. Destroying it cancels.
class ConnectAttempt
{
    Q_DISABLE_COPY_MOVE(ConnectAttempt)

public:
    using Done = std::function<void(Result<std::unique_ptr<ByteStream>, ConnectFailure>)>;

    /// @param done called once, never from inside the constructor; may destroy the attempt.
    ConnectAttempt(Loop &loop, const Endpoint &endpoint, std::chrono::milliseconds deadline,
                   Done done);
    ~ConnectAttempt();

private:
    class Private;
    std::unique_ptr<Private> d;
};

/// Where on this computer an endpoint is. @return null for all others, and where it takes a
/// look-up.
QHostAddress loopbackAddress(const Endpoint &endpoint);

/// Connects to an address of this computer if that can be done at once, as it mostly can: then it
/// takes none of what a ConnectAttempt is made of. @param peer the same address as text.
/// @return null: refused, or it takes its time. An attempt will tell.
std::unique_ptr<ByteStream> connectAtOnce(Loop &loop, const QHostAddress &loopback,
                                          const Peer &peer);

} // namespace kite::net
