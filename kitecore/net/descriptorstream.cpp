#include "kitecore/net/streams.h"

#include "kitecore/base/limits.h"
#include "kitecore/net/loop.h"
#include "kitecore/net/socketcalls.h"

namespace kite::net {

namespace {

class DescriptorStream final : public ByteStream, private Watcher
{
public:
    DescriptorStream(Loop &loop, Descriptor socket, Peer peer)
        : m_loop(&loop)
        , m_socket(std::move(socket))
        , m_peer(std::move(peer))
    {
    }

    ~DescriptorStream() override { leaveLoop(Poller::Fate::Closes); }

    using ByteStream::write;
    Io write(std::span<const QByteArrayView> parts) override;
    qsizetype writeRoom() const override { return m_full ? 0 : limits::readBytes; }
    void shutdownWrite() override { calls::shutdownWrite(m_socket.handle()); }

    bool hasHungUp() const override { return calls::hasHungUp(m_socket.handle()); }
    Peer peer() const override { return m_peer; }
    SocketHandle plainSocket() const override { return hasUnread() ? noSocket : m_socket.handle(); }

    void detach() override;
    void attach(Loop &loop) override { m_loop = &loop; }

private:
    Io readSome(std::span<char> into) override { return calls::receive(m_socket.handle(), into); }
    void interestChanged() override;
    void wakeUser(Readiness readiness) override { m_loop->poller().wake(this, readiness); }
    void ready(Readiness readiness) override;
    void leaveLoop(Poller::Fate fate);

    Loop *m_loop;
    Descriptor m_socket;
    Peer m_peer;
    bool m_full = false; ///< the last write did not take all
    bool m_watched = false;
};

Io DescriptorStream::write(std::span<const QByteArrayView> parts)
{
    qsizetype offered = 0;
    for (const auto part : parts)
        offered += part.size();
    const Io io = calls::send(m_socket.handle(), parts);
    m_full = io.status == Io::Status::Blocked
        || (io.status == Io::Status::Moved && io.bytes < offered);
    return io;
}

void DescriptorStream::interestChanged()
{
    m_watched = true;
    m_loop->poller().watch(m_socket.handle(), interest(), this);
}

void DescriptorStream::ready(Readiness readiness)
{
    if (readiness.write)
        m_full = false;
    tellUser(readiness);
}

void DescriptorStream::detach()
{
    dropUserAndInterest();
    leaveLoop(Poller::Fate::Leaves);
    m_loop = nullptr;
    m_full = false;
}

void DescriptorStream::leaveLoop(Poller::Fate fate)
{
    if (m_loop == nullptr)
        return;
    m_loop->poller().cancelWake(this);
    if (std::exchange(m_watched, false))
        m_loop->poller().forget(m_socket.handle(), fate);
}

} // namespace

std::unique_ptr<ByteStream> descriptorStream(Loop &loop, Descriptor socket, Peer peer)
{
    return std::make_unique<DescriptorStream>(loop, std::move(socket), std::move(peer));
}

} // namespace kite::net
