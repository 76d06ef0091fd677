#pragma once

#include <functional>
#include <memory>

#include <QHostAddress>

#include "kitecore/base/result.h"
#include "kitecore/net/loop.h"
#include "kitecore/net/socketcalls.h"
#include "kitecore/net/streams.h"

namespace kite::net {

enum class ListenError {
    InUse,      ///< Another program has this port.
    NotAllowed, ///< Ports below 1024, or a sandbox.
    NoAddress,  ///< This computer has no such address.
    Other,
};
struct ListenFailure
{
    ListenError error;
    QString detail;
};

/// A bound, listening socket (QTcpServer makes it). Threads share it by an Acceptor each: it may be
/// used and let go on any.
class ListeningSocket
{
    Q_DISABLE_COPY_MOVE(ListeningSocket)

public:
    /// `QHostAddress::Any` is dual-stack. Port 0: any free one.
    static Result<std::shared_ptr<ListeningSocket>, ListenFailure> open(const QHostAddress &address,
                                                                        quint16 port);
    /// A socket that somebody else opened, bound and made listening.
    static Result<std::shared_ptr<ListeningSocket>, ListenFailure> adopt(Descriptor socket);
    ~ListeningSocket();
    quint16 port() const;
    QHostAddress address() const;
    SocketHandle handle() const;

private:
    class Private;
    explicit ListeningSocket(std::unique_ptr<Private> made);
    std::unique_ptr<Private> d;
};

/// Accepts on one thread; several threads with acceptors on one socket share its visitors. Out of
/// descriptors: pauses for a second and says so in the log. `accepted` may destroy the acceptor.
class Acceptor final : private Watcher
{
    Q_DISABLE_COPY_MOVE(Acceptor)

public:
    using Accepted = std::function<void(Descriptor, Peer)>;

    Acceptor(Loop &loop, std::shared_ptr<ListeningSocket> socket, Accepted accepted);
    ~Acceptor();

    /// Accepts at first. Who comes meanwhile waits in the socket, for other acceptors too.
    void setAccepting(bool accepting);

private:
    void updateWatch();
    void ready(Readiness readiness) override;
    void notTaken(const calls::Accepted &result);

    Loop &m_loop;
    std::shared_ptr<ListeningSocket> m_socket;
    Descriptor m_watched; ///< own duplicate: one descriptor is watched by one thread
    std::shared_ptr<const Accepted> m_accepted; ///< outlives `this` while it is called
    Deadlines::Token m_pause;
    bool m_isAccepting = true;
    bool m_isBroken = false;
};

} // namespace kite::net
