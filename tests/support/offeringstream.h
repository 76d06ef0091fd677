#pragma once

#include <algorithm>

#include "kitecore/net/bytequeue.h"
#include "kitecore/net/loop.h"

namespace kite::test {

/// Passes on another stream in pieces of a size, and offers each as a link does: by dataArrived()
/// first, what is not taken is there to be read.
class OfferingStream final : public net::ByteStream, private net::StreamUser, private net::Watcher
{
public:
    OfferingStream(net::Loop &loop, std::unique_ptr<net::ByteStream> inner, qsizetype most)
        : m_loop(loop)
        , m_inner(std::move(inner))
        , m_most(most)
    {
        m_inner->setUser(this);
    }
    ~OfferingStream() override { m_loop.poller().cancelWake(this); }

    using ByteStream::write;
    net::Io write(std::span<const QByteArrayView> parts) override { return m_inner->write(parts); }
    qsizetype writeRoom() const override { return m_inner->writeRoom(); }
    qsizetype queuedBytes() const override { return m_inner->queuedBytes(); }
    void shutdownWrite() override { m_inner->shutdownWrite(); }
    bool hasHungUp() const override { return m_inner->hasHungUp(); }
    net::Peer peer() const override { return m_inner->peer(); }
    void detach() override { Q_UNREACHABLE(); }
    void attach(net::Loop &) override { Q_UNREACHABLE(); }
    bool isMovable() const override { return false; }

private:
    net::Io readSome(std::span<char> into) override
    {
        if (m_backlog.isEmpty())
            return m_end;
        const auto bytes = std::min(m_backlog.size(), qsizetype(into.size()));
        std::copy_n(m_backlog.front().data(), bytes, into.data());
        m_backlog.take(bytes);
        return net::Io::moved(bytes);
    }

    void interestChanged() override
    {
        m_inner->setInterest(
            {interest().read && m_backlog.isEmpty() && !hasEnded(), interest().write});
        if (interest().read && (!m_backlog.isEmpty() || hasEnded()))
            wakeUser({.read = true});
    }
    void wakeUser(net::Readiness readiness) override { m_loop.poller().wake(this, readiness); }
    void ready(net::Readiness readiness) override
    {
        interestChanged(); // what is left is told again
        tellUser(readiness);
    }
    bool hasEnded() const { return m_end.status != net::Io::Status::Blocked; }

    void streamReady(net::ByteStream &, net::Readiness readiness) override
    {
        if (readiness.read) {
            const auto io = m_inner->read(m_loop.readBuffer().first(std::size_t(m_most)));
            if (io.status == net::Io::Status::Moved)
                return offer(QByteArray(m_loop.readBuffer().data(), io.bytes));
            m_end = io;
        }
        interestChanged();
        if (readiness.write)
            tellUser({.write = true});
    }

    void offer(const QByteArray &data)
    {
        const auto taken = user() ? user()->dataArrived(*this, data) : 0;
        m_backlog.append(QByteArrayView(data).sliced(taken));
        interestChanged();
    }

    net::Loop &m_loop;
    std::unique_ptr<net::ByteStream> m_inner;
    qsizetype m_most;
    net::ByteQueue m_backlog;
    net::Io m_end;
};

} // namespace kite::test
