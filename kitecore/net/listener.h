#pragma once

#include <functional>
#include <memory>

#include <QHostAddress>

#include "kitecore/base/result.h"
#include "kitecore/net/loop.h"
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

/// A bound, listening socket (QTcpServer makes it). Threads share it by an Acceptor each.
class ListeningSocket
{
public:
    /// `QHostAddress::Any` is dual-stack. Port 0: any free one.
    static Result<std::shared_ptr<ListeningSocket>, ListenFailure> open(const QHostAddress &address,
                                                                        quint16 port);
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
/// descriptors: pauses for a second and says so in the log.
class Acceptor final : private Watcher
{
    Q_DISABLE_COPY_MOVE(Acceptor)

public:
    using Accepted = std::function<void(Descriptor, Peer)>;

    Acceptor(Loop &loop, std::shared_ptr<ListeningSocket> socket, Accepted accepted);
    ~Acceptor();

private:
    void ready(Readiness readiness) override;

    Loop &m_loop;
    std::shared_ptr<ListeningSocket> m_socket;
    Descriptor m_watched; ///< own duplicate: one descriptor is watched by one thread
    Accepted m_accepted;
    Deadlines::Token m_pause;
};

} // namespace kite::net
