#pragma once

#include <optional>
#include <span>

#include "kitecore/base/limits.h"
#include "kitecore/link/chunkoutlet.h"
#include "kitecore/link/flow.h"
#include "kitecore/link/turns.h"
#include "kitecore/net/loop.h"

namespace kite::link {

/// The sending side of a link: control chunks first, then the flows' data in turns.
///
/// Bulk goes straight from its writer to the lower stream while that takes it. Small writes wait in
/// their flow for the end of the round, bulk waits there while the lower stream is blocked: each
/// flow for itself, so that one with little to say overtakes those with much.
class Sender final : private net::RoundEnd
{
    Q_DISABLE_COPY_MOVE(Sender)

public:
    /// What the sender tells. None of these may destroy it, nor a flow with a stream.
    class User
    {
    public:
        virtual void roomCame(Flow &flow) = 0; ///< It may have room again.
        virtual void flowOver(Flow &flow) = 0; ///< All is out of a flow without a stream.
        virtual void dataSent() = 0;           ///< A chunk of stream data found its place.
        virtual void flushed() = 0;            ///< As much as could be sent has been.
        virtual void sendingFailed() = 0;      ///< Once; nothing is sent any more.

    protected:
        ~User() = default;
    };

    /// Writes of so much are not gathered: a copy costs less than a call of its own only below.
    static constexpr qsizetype directBytes = limits::pagekiteChunkBytes;
    /// Small chunks are handed on when so many bytes of them have come together.
    static constexpr qsizetype gatherBytes = 64 * 1024;
    /// Room of a flow while many are waiting.
    static constexpr qsizetype leastShare = 16 * 1024;

    Sender(net::Loop &loop, net::ByteStream &lower, ChunkOutlet::Options options, User &user);
    ~Sender();

    /// How much a write to this flow would take now: up to a chunk.
    qsizetype roomFor(const Flow &flow) const;
    /// The flow would write if it could: User::roomCame() will follow.
    void awaitRoom(Flow &flow);
    /// @param bytes in all parts, at most roomFor().
    void write(Flow &flow, std::span<const QByteArrayView> parts, qsizetype bytes);
    /// How much of what nobody has to see would go past us now; 0: write() it.
    qsizetype pipeRoomFor(const Flow &flow) const;
    /// write() of all that is in a pipe, at most pipeRoomFor(). The lower stream is a plain socket.
    void writeFrom(Flow &flow, net::Pipe &pipe);
    /// Something else is to be sent: an end, or an opening without data.
    void touch(Flow &flow);
    /// What waits in the flow will not be sent.
    void discardData(Flow &flow);

    void sendControl(QByteArrayView chunk); ///< before all data that has no place yet
    void answerPing(QByteArrayView token);  ///< Several at once get one answer: the last.
    void report(Flow &flow);                ///< Its progress is due.
    /// Goes with every answer to a ping; 0: none.
    void setQuota(qint64 kb) { m_quotaKb = kb; }
    void resetDeflate() { m_outlet.resetDeflate(); }
    /// The peer never acknowledges: windows do not count (PROTOCOL.md, 7).
    void ignoreWindows() { m_windowless = true; }

    void lowerReady();
    void flush();
    void stop(); ///< The link is over: nothing is sent any more.

    qsizetype queuedBytes() const { return m_outlet.size() + m_waiting; }
    /// What has its place already; only control chunks can make it longer than a chunk.
    qsizetype committedBytes() const { return m_outlet.size(); }
    /// Whether the lower stream took anything since this was asked last.
    bool takeMoved() { return m_outlet.takeMoved(); }

private:
    void roundEnded() override;
    void askFlush();
    bool collect();
    void collectControl();
    bool serve(Flow &flow);
    bool serveData(Flow &flow);
    void serveEnd(Flow &flow);
    void keep(Flow &flow, std::span<const QByteArrayView> parts, qsizetype bytes);
    void used(Flow &flow, qsizetype bytes);
    bool sendDirect(Flow &flow, std::span<const QByteArrayView> parts, qsizetype bytes);
    void dataSent(Flow &flow);
    qsizetype share() const;
    void relieve();
    void checkBroken();

    net::Loop &m_loop;
    User &m_user;
    const Dialect m_dialect;
    ChunkOutlet m_outlet;
    Turns m_turns;
    Line m_reports;  ///< flows whose progress is to be told
    Line m_roomless; ///< flows that wait until the crowd has gone
    std::optional<QByteArray> m_pong;
    qint64 m_quotaKb = 0;
    qsizetype m_waiting = 0;    ///< bytes in all flows
    net::Held m_held;           ///< the same
    qsizetype m_backlogged = 0; ///< flows that have any
    bool m_crowded = false;     ///< since the queue was full, until all had a turn
    bool m_windowless = false;
    bool m_flushAsked = false;
    bool m_stopped = false;
};

} // namespace kite::link
