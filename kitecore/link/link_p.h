#pragma once

#include <optional>

#include "kitecore/link/link.h"
#include "kitecore/link/linkstream.h"
#include "kitecore/link/liveness.h"
#include "kitecore/link/roundtrip.h"
#include "kitecore/link/sender.h"
#include "kitecore/link/streamtable.h"
#include "kitecore/wire/chunkdecoder.h"

namespace kite::link {

/// A stream that never is: beyond every counter, within eight digits.
inline constexpr wire::StreamId probeId {99'999'999};

/// The link itself. link.cpp: its life. linkreceiving.cpp: what arrives. linkstreams.cpp: what its
/// streams ask of it.
///
/// The user's code runs only inside dispatch() and from the poller; after each such call the link
/// may be over, its owner gone. Whoever makes them holds a reference.
class Link::Private final : public std::enable_shared_from_this<Link::Private>,
                            private net::StreamUser,
                            private net::Watcher,
                            private LinkStream::Home,
                            private Sender::User
{
public:
    Private(Link &link, net::Loop &loop, std::unique_ptr<net::ByteStream> stream,
            const LinkOptions &options, LinkUser &user);
    ~Private() = default;

    void begin();
    void abandon(); ///< The owner goes.

    std::unique_ptr<net::ByteStream> open(const net::Visitor &visitor);
    void ask();
    void askFor(std::function<void()> heard);
    void setPingAfter(std::chrono::seconds pingAfter);
    void close();

    Sender &sender() { return m_sender; }
    bool isOver() const { return m_over; }
    qsizetype streamCount() const { return m_table.count(); }
    std::chrono::milliseconds roundTrip() const { return m_roundTrip.value(); }
    net::Peer peer() const { return m_peer; }

private:
    // From below.
    void streamReady(net::ByteStream &stream, net::Readiness readiness) override;
    void ready(net::Readiness readiness) override; ///< a round after the end, or after a pause

    // From the streams.
    qsizetype roomFor(const Flow &flow) const override;
    void awaitRoom(Flow &flow) override { m_sender.awaitRoom(flow); }
    void write(Flow &flow, std::span<const QByteArrayView> parts, qsizetype bytes) override;
    qsizetype pipeRoomFor(const Flow &flow) const override;
    void writeFrom(Flow &flow, net::Pipe &pipe) override;
    void endWriting(Flow &flow) override;
    void taken(Flow &flow, qsizetype bytes) override;
    void streamGone(Flow &flow) override;

    // From the sender.
    void roomCame(Flow &flow) override;
    void flowOver(Flow &flow) override { remove(flow); }
    void dataSent() override;
    void flushed() override;
    void sendingFailed() override;

    // Receiving.
    void readLower();
    bool hasMoved(net::Io io);
    bool readSome(qsizetype &total);
    qsizetype bytesToRead() const;
    net::SocketHandle dataPipedTo();
    bool pipeOn(net::SocketHandle to, qsizetype &total);
    void dataPiped(Flow &flow, qsizetype out, QByteArrayView rest);
    bool dispatch(QByteArrayView bytes);
    void headArrived(const wire::ChunkHead &head);
    void livenessArrived(const wire::ChunkHead &head);
    void flowArrived(const wire::ChunkHead &head, Flow *flow);
    void endArrived(wire::StreamId sid, Flow *flow, wire::EndOfStream end);
    void openingArrived(const wire::ChunkHead &head);
    void payloadArrived(QByteArrayView data);
    void refuse(wire::StreamId sid);

    // Streams.
    std::unique_ptr<LinkStream> addStream(wire::StreamId sid, net::Peer peer);
    void remove(Flow &flow);
    void cutOff(Flow &flow);
    void noteBacklog(Flow &flow);
    void cutStalled();
    void watchForSilentWindow(const Flow &flow);

    // Life.
    void end(LinkEnd why, const QString &detail);
    void endStreams();
    void stopEverything();
    void finishClosing();
    void heardSomething();
    bool isPaused() const;
    /// Also with streams that ended and are still held: their numbers may be in use again.
    bool isFull() const
    {
        return m_table.count() >= m_options.maxStreams
            || m_places.use_count() > m_options.maxStreams;
    }
    void updateReading();
    void tick();
    void armTick();
    Clock::Steady now() const { return m_loop.clock().now(); }

    Link &m_link;
    LinkUser *m_user;
    net::Loop &m_loop;
    std::unique_ptr<net::ByteStream> m_lower;
    LinkOptions m_options;
    const Dialect m_dialect;
    const net::Peer m_peer;

    wire::ChunkDecoder m_decoder;
    Sender m_sender;
    StreamTable m_table;
    const std::shared_ptr<void> m_places = std::make_shared<char>(); ///< a copy in each stream
    Flow *m_current = nullptr;               ///< whose data is being decoded
    std::optional<wire::StreamId> m_unknown; ///< or of which stream that we do not know
    std::optional<qsizetype> m_sincePipe;    ///< bytes read since some went by pipe, if ever
    qsizetype m_headBefore = 0;              ///< of what went by pipe; 0: not known exactly

    Liveness m_liveness;
    RoundTrip m_roundTrip;
    Clock::Steady m_nextTick;
    net::Deadlines::Token m_tick;
    net::Deadlines::Token m_silentWindow; ///< until a peer is taken for one that never acknowledges
    net::Deadlines::Token m_stall;        ///< until streams that block the link are cut off
    net::Deadlines::Token m_closing;
    std::function<void()> m_onceHeard; ///< of somebody who asked

    qsizetype m_overfull = 0;    ///< streams with too much backlog
    bool m_acknowledges = false; ///< the peer sent an SKB, on whatever stream
    bool m_isClosing = false;    ///< no new streams, what is queued still goes
    bool m_isFinished = false;   ///< all is queued below, and the end behind it
    bool m_isStuck = false;      ///< Reading was paused in the middle of what had been read.
    bool m_over = false;
    LinkEnd m_why = LinkEnd::Closed;
    QString m_detail;
};

} // namespace kite::link
