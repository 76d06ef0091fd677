#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "kitecore/net/bytequeue.h"
#include "kitecore/net/splice.h"

namespace kite::net {

/// One pair of streams that are joined, for Splices: see there what is promised.
class SplicePair final : public StreamUser
{
public:
    using Over = std::function<void(SplicePair &)>;

    SplicePair(Loop &loop, std::unique_ptr<ByteStream> visitor, std::unique_ptr<ByteStream> target,
               std::shared_ptr<stats::Meter> meter, std::unique_ptr<Witness> witness);
    ~SplicePair();

    /// @param over may be called from inside; it must not destroy the splice at once.
    void start(Over over);
    /// Since when somebody does not take what is there for him; std::nullopt: all goes well.
    std::optional<Clock::Steady> stuckSince() const
    {
        return m_isStuck ? std::optional(m_stuckSince) : std::nullopt;
    }
    /// @return how many looks in a row found that nothing had moved since the one before.
    int lookForMoves()
    {
        const qint64 moved = progress();
        m_quietLooks = std::exchange(m_lastSeen, moved) == moved ? m_quietLooks + 1 : 0;
        return m_quietLooks;
    }
    qint64 heldBytes() const
    {
        return m_held.bytes() + m_visitor->heldBytes() + m_target->heldBytes();
    }

    /// Leaves the streams alone from now on: one of them may be on the call stack.
    void stop();

private:
    /// One direction.
    struct Way
    {
        enum class State : quint8 {
            Flowing,
            Draining, ///< The source has ended; what is left over still goes.
            Refused,  ///< The sink takes no more, whatever the source has.
            Done,
        };

        ByteStream *source = nullptr;
        ByteStream *sink = nullptr;
        ByteQueue leftover = {}; ///< read, not yet taken by the sink
        State state = State::Flowing;
        bool sinkIsGone = false; ///< nobody will see what it still holds
        bool isBulk = false;     ///< The last read brought much.

        bool isOpen() const { return state == State::Flowing || state == State::Draining; }
        bool isFlushed() const { return sinkIsGone || sink->queuedBytes() == 0; }
        bool isFinished() const { return state == State::Done && isFlushed(); }
        bool canRead() const
        {
            return state == State::Flowing && leftover.isEmpty() && sink->writeRoom() > 0;
        }
        /// Whether something waits for the sink: leftovers, a source that may not be read, or its
        /// end.
        bool waitsForSink() const
        {
            if (state == State::Done)
                return !isFlushed();
            return isOpen() && !canRead();
        }
        void refuse()
        {
            leftover.clear();
            sinkIsGone = true;
            state = State::Refused;
        }
    };

    void streamReady(ByteStream &stream, Readiness readiness) override;
    qsizetype dataArrived(ByteStream &stream, QByteArrayView data) override;
    SocketHandle pipedTo(const ByteStream &stream, qsizetype bytes) override;
    void piped(const ByteStream &stream, qsizetype bytes) override;

    Way &wayFrom(const ByteStream &stream) { return &stream == m_visitor.get() ? m_up : m_down; }
    Way &wayTo(const ByteStream &stream) { return &stream == m_visitor.get() ? m_down : m_up; }

    void pump(Way &way);
    qsizetype pumpOnce(Way &way, qsizetype most);
    qsizetype pipeRoom(const Way &way, qsizetype most) const;
    qsizetype pipeOnce(Way &way, qsizetype room);
    bool isWatched(const Way &way) const;
    void passLeftover(Way &way);
    qsizetype pass(Way &way, QByteArrayView data);
    void stopped(ByteStream &stream, Way &way, Io::Status status);
    void countIn(const Way &way, qsizetype bytes);
    void countTaken(const Way &way, qsizetype bytes);
    qint64 progress() const { return m_moved.in + m_moved.out + m_takenUp; }
    void showBegin(QByteArrayView data);
    void discard();

    void settle();
    void endIfDrained(Way &way);
    void beginLinger();
    void limitSilence();
    void checkSilence();
    void watchStandstill();
    void checkStandstill();
    void updateInterest();
    void noteStuck();

    Loop &m_loop;
    std::unique_ptr<ByteStream> m_visitor;
    std::unique_ptr<ByteStream> m_target;
    std::shared_ptr<stats::Meter> m_meter;
    std::unique_ptr<Witness> m_witness; ///< null: nobody counts what this pair moves
    Moved m_moved;
    qint64 m_takenUp = 0;   ///< bytes that the target took
    qint64 m_lastSeen = -1; ///< of what moved, both ways
    int m_quietLooks = 0;
    Way m_up;    ///< visitor to target
    Way m_down;  ///< target to visitor
    Held m_held; ///< leftovers
    Over m_over;
    Clock::Steady m_stuckSince; ///< while it is
    Clock::Steady m_lastMove;   ///< kept once one direction has ended
    Deadlines::Token m_limit;
    Deadlines::Token m_standstill;
    qint64 m_movedThen = 0; ///< when m_standstill was armed
    bool m_isStuck = false;
    bool m_limited = false;
    bool m_lingers = false;
};

} // namespace kite::net
