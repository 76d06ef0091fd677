#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "kitecore/base/result.h"
#include "kitecore/net/loop.h"
#include "kitecore/net/target.h"
#include "kitecore/wire/chunkhead.h"
#include "kitecore/wire/chunkwriter.h"
#include "kitecore/wire/greeting.h"

/// The multiplexer: one byte stream between connector and relay carries many visitors' streams.
/// Both ends are the same code; who opens streams is the only difference.
namespace kite::link {

enum class Role {
    Relay,     ///< opens streams
    Connector, ///< is offered streams
};

/// Why a link ended.
enum class LinkEnd {
    Closed,   ///< The peer closed it, or close() was called.
    Broken,   ///< Reset, unreachable, TLS failure.
    Silent,   ///< No byte within the time that its pings allow.
    Protocol, ///< The peer sent something that is no chunk.
};

struct LinkOptions
{
    Role role = Role::Connector;
    wire::Features peer;   ///< what the peer announced
    wire::Features own;    ///< what we announced; a feature is used only if both named it
    bool compress = false; ///< send compressed text when the peer takes it
    /// How long silence may last before it is asked about, and how long the answer may take. Both
    /// are at least Link::pagekite... towards PageKite peers. Whoever is silent after we sent
    /// stream data is asked after 3 s already.
    std::chrono::seconds pingAfter {8};
    std::chrono::seconds deadAfter {6};
    qsizetype maxStreams = 10'000; ///< at most Link::maxStreams
};

class Link;

/// Who owns a link. May destroy it from inside any of these.
class LinkUser
{
public:
    /// Connector only: a visitor. Not taking the stream refuses it (destroying it does the same).
    virtual void streamOffered(Link &link, std::unique_ptr<net::ByteStream> stream,
                               const net::Visitor &visitor)
        = 0;
    /// A control chunk with `X-PageKite` lines or a quota. Views live only during the call.
    virtual void controlArrived(Link &link, const wire::ChunkHead &head) = 0;
    /// The link is over: all its streams have ended. Called once, never from inside a call to the
    /// link. Destroy it.
    virtual void linkEnded(Link &link, LinkEnd why, const QString &detail) = 0;

protected:
    ~LinkUser() = default;
};

/// Flow: each stream may have window() bytes under way that the peer has not acknowledged by SKB;
/// control chunks go before data; streams that wait take turns (deficit round robin, one chunk a
/// turn); at most queueHigh bytes wait for the link, then sources are not read until queueLow.
/// Small chunks are gathered and sent at the end of the round of events; bulk goes straight out.
class Link final
{
    Q_DISABLE_COPY_MOVE(Link)

public:
    static constexpr qsizetype queueHigh = 1024 * 1024;
    static constexpr qsizetype queueLow = 256 * 1024;
    static constexpr qsizetype wideWindow = 1024 * 1024;     ///< both ends ours
    static constexpr qsizetype wideAcknowledge = 128 * 1024; ///< SKB at the latest after so much
    static constexpr qsizetype pagekiteWindow = 256 * 1024;  ///< (PROTOCOL.md, 7)
    static constexpr qsizetype pagekiteFirstWindow = 128 * 1024; ///< before the first SKB
    static constexpr qsizetype pagekiteAcknowledge = 16 * 1024;
    /// A stream of a peer that ignores our window may fill so much, then the link is not read.
    static constexpr qsizetype maxStreamBacklog = 2 * 1024 * 1024;
    static constexpr qsizetype maxStreams = 10'000;
    static constexpr std::chrono::seconds pagekitePingAfter {15};
    static constexpr std::chrono::seconds pagekiteDeadAfter {15};

    /// @param stream past its greeting. Bytes already read belong in its unread().
    Link(net::Loop &loop, std::unique_ptr<net::ByteStream> stream, LinkOptions options,
         LinkUser &user);
    ~Link(); ///< ends all streams at once

    /// Relay only: a new stream to the connector. The first chunk goes with the first bytes
    /// written; for `raw` an empty first chunk goes at the end of the round, for servers that speak
    /// first.
    /// @return null if the link is over or full.
    std::unique_ptr<net::ByteStream> open(const net::Visitor &visitor);

    /// Sends `X-PageKite...` lines (each ending in CRLF) in a control chunk, before all data.
    void sendControl(QByteArrayView lines);
    /// Relay only: what the kites of the link may still use; 0: not known. Goes with each answer
    /// to a ping (PROTOCOL.md, quotas).
    void setQuota(qint64 kb);
    /// Asks for a sign of life now; silence for `deadAfter` then ends the link.
    /// @param heard called once, with the peer's next byte, unless the link ends before; it must
    /// not destroy the link. A later one takes its place.
    void ping(std::function<void()> heard = {});
    /// LinkOptions::pingAfter from now on.
    void setPingAfter(std::chrono::seconds pingAfter);
    /// Sends what is queued, then closes; linkEnded(Closed) follows.
    void close();

    qsizetype streamCount() const;
    qsizetype queuedBytes() const;
    /// Smoothed (0.9 old + 0.1 new) round trip of pings; zero before the first answer.
    std::chrono::milliseconds roundTrip() const;
    net::Peer peer() const;

private:
    class Private;
    std::shared_ptr<Private> d; ///< survives on the stack when a user destroys the link
};

} // namespace kite::link
