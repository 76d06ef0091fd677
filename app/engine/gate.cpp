#include "app/engine/gate.h"

#include "kitecore/net/loop.h"

namespace kite::app {

/// A visitor's stream, until it is cut.
class Gate::Passage final : public net::ByteStream, private net::StreamUser, private net::Watcher
{
public:
    Passage(net::Loop &loop, std::shared_ptr<Passages> open,
            std::unique_ptr<net::ByteStream> stream)
        : m_poller(loop.poller())
        , m_open(std::move(open))
        , m_stream(std::move(stream))
    {
        m_open->insert(this);
        m_stream->setUser(this);
    }
    ~Passage() override
    {
        m_poller.cancelWake(this);
        m_open->erase(this);
    }

    void cut()
    {
        m_stream.reset();
        wakeUser({.read = true, .write = true});
    }

    using ByteStream::write;
    net::Io write(std::span<const QByteArrayView> parts) override
    {
        return m_stream ? m_stream->write(parts) : net::Io::failed();
    }
    qsizetype writeRoom() const override
    {
        return m_stream ? m_stream->writeRoom() : limits::readBytes;
    }
    qsizetype queuedBytes() const override { return m_stream ? m_stream->queuedBytes() : 0; }
    void shutdownWrite() override
    {
        if (m_stream)
            m_stream->shutdownWrite();
    }
    bool hasHungUp() const override { return !m_stream || m_stream->hasHungUp(); }
    net::Peer peer() const override { return m_stream ? m_stream->peer() : net::Peer {}; }
    net::SocketHandle plainSocket() const override
    {
        return m_stream && !hasUnread() ? m_stream->plainSocket() : net::noSocket;
    }

    void detach() override { Q_UNREACHABLE(); }
    void attach(net::Loop &) override { Q_UNREACHABLE(); }
    bool isMovable() const override { return false; }

private:
    net::Io readSome(std::span<char> into) override
    {
        return m_stream ? m_stream->read(into) : net::Io::failed();
    }
    void interestChanged() override
    {
        if (m_stream)
            m_stream->setInterest(interest());
        else
            wakeUser(interest());
    }
    void wakeUser(net::Readiness readiness) override
    {
        if (readiness != net::Readiness {})
            m_poller.wake(this, readiness);
    }

    void ready(net::Readiness readiness) override { tellUser(readiness); }
    void streamReady(ByteStream &, net::Readiness readiness) override { tellUser(readiness); }
    qsizetype dataArrived(ByteStream &, QByteArrayView data) override
    {
        return user() && !hasUnread() ? user()->dataArrived(*this, data) : 0;
    }

    net::Poller &m_poller;
    const std::shared_ptr<Passages> m_open;
    std::unique_ptr<net::ByteStream> m_stream; ///< null: cut
};

Gate::Gate(std::shared_ptr<net::Target> target) : m_target(std::move(target)) {}

Gate::~Gate()
{
    for (auto *passage : *m_open)
        passage->cut(); // its user hears of it in a later round
}

void Gate::visit(net::Loop &loop, std::unique_ptr<net::ByteStream> stream,
                 const net::Visitor &visitor)
{
    m_target->visit(loop, std::make_unique<Passage>(loop, m_open, std::move(stream)), visitor);
}

} // namespace kite::app
