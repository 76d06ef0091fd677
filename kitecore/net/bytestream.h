#pragma once

#include <memory>
#include <span>

#include <QByteArray>
#include <QString>

#include "kitecore/net/descriptor.h"
#include "kitecore/net/poller.h"

namespace kite::net {

class Loop;
class ByteStream;
class Pipe;

/// How far one read or write came.
struct Io
{
    enum class Status : quint8 {
        Moved,   ///< `bytes` > 0 were moved (0 only for a write of nothing)
        Blocked, ///< nothing now: ask for readiness and come back
        Ended,   ///< read: end of data. write: nobody will ever read this
        Failed,  ///< broken; close it
    };
    Status status = Status::Blocked;
    qsizetype bytes = 0;

    static Io moved(qsizetype n) { return {Status::Moved, n}; }
    static Io blocked() { return {Status::Blocked, 0}; }
    static Io ended() { return {Status::Ended, 0}; }
    static Io failed() { return {Status::Failed, 0}; }
};

/// Who is at the other end, as text: sockets of any kind, streams of a link, in-process pairs.
struct Peer
{
    QString address; ///< IPv4 never in its mapped form (`::ffff:`); empty in-process
    quint16 port = 0;
};

/// Whoever uses a stream. May destroy it from inside streamReady() and dataArrived(), only there.
class StreamUser
{
public:
    /// Level-triggered, only for what setInterest() asked. Read also tells of ends and errors.
    virtual void streamReady(ByteStream &stream, Readiness readiness) = 0;

    /// A short cut for streams whose bytes are already in memory (links): what is taken here needs
    /// no buffer. Only called while interested in reading and nothing older waits.
    /// @return how many bytes, from the front, were used up; the rest waits for read().
    virtual qsizetype dataArrived(ByteStream &stream, QByteArrayView data)
    {
        Q_UNUSED(stream)
        Q_UNUSED(data)
        return 0;
    }

    /// A shorter one, past memory, where dataArrived() could be called: the plain socket that the
    /// next `bytes` should be sent to unchanged, now. noSocket: they have to be seen here.
    virtual SocketHandle pipedTo(const ByteStream &stream, qsizetype bytes)
    {
        Q_UNUSED(stream)
        Q_UNUSED(bytes)
        return noSocket;
    }
    /// So many of them were sent; the rest waits for read().
    virtual void piped(const ByteStream &stream, qsizetype bytes)
    {
        Q_UNUSED(stream)
        Q_UNUSED(bytes)
    }

protected:
    ~StreamUser() = default;
};

/// Two-way bytes: a socket, TLS over a stream, one end of an in-process pair, a stream of a link.
///
/// Lives on one thread at a time. Destroying it closes both ways at once. Errors are told by the
/// next read or write, never by signals.
class ByteStream
{
    Q_DISABLE_COPY_MOVE(ByteStream)

public:
    virtual ~ByteStream() = default;

    /// Reads what is there, at most `into` (not empty). Bytes given back by unread() come first.
    Io read(std::span<char> into);
    /// Writes the parts in order, as one where it can. May take less than all.
    virtual Io write(std::span<const QByteArrayView> parts) = 0;
    Io write(QByteArrayView bytes) { return write(std::span(&bytes, 1)); }

    /// How many bytes a write would take now without holding them back: a hint that keeps readers
    /// from reading what they cannot pass on. Sockets say limits::readBytes until they block. Never
    /// 0 where a write would tell at once that nobody reads: who waits for room would wait forever.
    virtual qsizetype writeRoom() const = 0;
    /// How many bytes writeFrom() would take now: those that go as they are and that nobody here
    /// has to see. 0: write() them.
    virtual qsizetype pipeRoom() const { return 0; }
    /// Sends all that is in a pipe, at most pipeRoom(); what does not go at once is held. Errors
    /// are told by the next write.
    virtual void writeFrom(Pipe &pipe) { Q_UNUSED(pipe) }
    /// Accepted by write(), not yet handed to the system.
    virtual qsizetype queuedBytes() const { return 0; }
    /// What it keeps in memory of either way: read ahead, or not yet sent.
    virtual qsizetype heldBytes() const { return queuedBytes(); }
    /// No more writes; the peer sees the end once everything queued is out. Reading goes on. Write
    /// readiness after this means that nothing is queued any more: it is safe to destroy then.
    virtual void shutdownWrite() = 0;

    /// What to be told of. Nothing at first.
    void setInterest(Readiness wanted);
    Readiness interest() const { return m_interest; }
    void setUser(StreamUser *user) { m_user = user; }

    /// Puts bytes back in front of what is still to be read (a peeked head).
    void unread(QByteArrayView bytes);

    /// Whether it is known that nothing more will come, though what came is not all read yet. For
    /// those who wait for somebody else meanwhile; nobody is woken by it.
    virtual bool hasHungUp() const { return false; }

    virtual Peer peer() const = 0;
    /// The plain socket underneath, for sendfile and the like; noSocket if bytes need treatment on
    /// their way (TLS, memory) or some were put back.
    virtual SocketHandle plainSocket() const { return noSocket; }

    /// Takes it off its thread's loop, so that it can be given to another thread; user and interest
    /// are dropped. Everything in memory goes with it. Only where isMovable().
    virtual void detach() = 0;
    /// Makes it live on this thread.
    virtual void attach(Loop &loop) = 0;
    /// Whether detach() works: streams of a link stay with their link.
    virtual bool isMovable() const { return true; }

protected:
    ByteStream() = default;

    virtual Io readSome(std::span<char> into) = 0;
    virtual void interestChanged() = 0;
    /// Makes the user hear of `readiness` in a later round.
    virtual void wakeUser(Readiness readiness) = 0;

    StreamUser *user() const { return m_user; }
    bool hasUnread() const { return !m_unread.isEmpty(); }
    /// For detach(): interestChanged() is not called.
    void dropUserAndInterest();
    /// Tells the user what of it is wanted. The stream may be gone afterwards.
    void tellUser(Readiness readiness);

private:
    QByteArray m_unread;
    Readiness m_interest;
    StreamUser *m_user = nullptr;
};

} // namespace kite::net
