#pragma once

#include "kitecore/link/flow.h"
#include "kitecore/net/bytequeue.h"
#include "kitecore/net/bytestream.h"
#include "kitecore/net/loop.h"

namespace kite::link {

/// What the user of one visitor's stream holds: the receiving half, and the way to the flow that
/// sends. Survives the link; what has arrived can still be read then.
class LinkStream final : public net::ByteStream, private net::Watcher
{
public:
    /// What a stream needs of its link.
    class Home
    {
    public:
        virtual qsizetype roomFor(const Flow &flow) const = 0;
        virtual void awaitRoom(Flow &flow) = 0;
        virtual void write(Flow &flow, std::span<const QByteArrayView> parts, qsizetype bytes) = 0;
        virtual qsizetype pipeRoomFor(const Flow &flow) const = 0;
        virtual void writeFrom(Flow &flow, net::Pipe &pipe) = 0;
        virtual void endWriting(Flow &flow) = 0;
        virtual void taken(Flow &flow, qsizetype bytes) = 0; ///< by the stream's user
        virtual void streamGone(Flow &flow) = 0;

    protected:
        ~Home() = default;
    };

    /// How reading ends once the backlog is empty.
    enum class Ending : quint8 { None, Ended, Broken };

    /// @param place whoever counts its copies knows how many streams are held.
    LinkStream(net::Loop &loop, Home &home, Flow &flow, net::Peer peer,
               std::shared_ptr<void> place);
    ~LinkStream() override;

    /// Data for the user, without a copy if it wants some now. The stream may be gone afterwards.
    /// @return how much was used up.
    qsizetype offer(QByteArrayView data);
    void keep(QByteArrayView data); ///< what offer() left
    /// The socket that its user wants the next bytes sent to without seeing them; net::noSocket:
    /// none, offer().
    net::SocketHandle pipedTo(qsizetype bytes) const;
    void piped(qsizetype bytes); ///< That was done.
    void endReading(Ending how);
    void roomCame();
    void linkOver(); ///< Home and flow are no more.
    qsizetype backlog() const { return m_backlog.size(); }

    using net::ByteStream::write;
    net::Io write(std::span<const QByteArrayView> parts) override;
    qsizetype writeRoom() const override;
    qsizetype pipeRoom() const override;
    void writeFrom(net::Pipe &pipe) override { m_home->writeFrom(*m_flow, pipe); }
    qsizetype queuedBytes() const override;
    qsizetype heldBytes() const override { return m_backlog.size() + queuedBytes(); }
    void shutdownWrite() override;
    bool hasHungUp() const override { return m_ending != Ending::None; }
    net::Peer peer() const override { return m_peer; }
    bool isMovable() const override { return false; }
    void detach() override;
    void attach(net::Loop &loop) override;

private:
    net::Io readSome(std::span<char> into) override;
    void interestChanged() override;
    void wakeUser(net::Readiness readiness) override;
    void ready(net::Readiness readiness) override;

    bool isAwaited() const;
    net::Readiness readiness() const;
    bool canWrite() const;
    void arm();

    net::Loop &m_loop;
    Home *m_home;
    Flow *m_flow; ///< null once the link is over
    net::Peer m_peer;
    const std::shared_ptr<void> m_place;
    net::ByteQueue m_backlog;
    net::Held m_held;       ///< the backlog
    bool *m_gone = nullptr; ///< told by the destructor while the user is being called
    Ending m_ending = Ending::None;
    bool m_shut = false;
};

} // namespace kite::link
