#pragma once

#include <algorithm>

#include "kitecore/net/bytestream.h"

namespace kite::test {

/// Passes on another stream, but moves only so many bytes at a time, and breaks when told: as a
/// network may.
class ChoppedStream final : public net::ByteStream, private net::StreamUser
{
public:
    ChoppedStream(std::unique_ptr<net::ByteStream> chopped, qsizetype most)
        : m_stream(std::move(chopped))
        , m_most(most)
    {
        m_stream->setUser(this);
    }

    /// From now on nothing works; the user hears of it when the other stream tells of anything.
    void breakDown() { m_broken = true; }

    using ByteStream::write;
    net::Io write(std::span<const QByteArrayView> parts) override
    {
        if (m_broken)
            return net::Io::failed();
        const auto first = std::ranges::find_if(parts, [](auto part) { return !part.isEmpty(); });
        if (first == parts.end())
            return net::Io::moved(0);
        return m_stream->write(first->first(std::min(first->size(), m_most)));
    }
    qsizetype writeRoom() const override { return m_stream->writeRoom(); }
    qsizetype queuedBytes() const override { return m_stream->queuedBytes(); }
    void shutdownWrite() override { m_stream->shutdownWrite(); }
    bool hasHungUp() const override { return m_stream->hasHungUp(); }
    net::Peer peer() const override { return m_stream->peer(); }
    void detach() override
    {
        dropUserAndInterest();
        m_stream->detach();
    }
    void attach(net::Loop &loop) override
    {
        m_stream->attach(loop);
        m_stream->setUser(this);
    }
    bool isMovable() const override { return m_stream->isMovable(); }

private:
    net::Io readSome(std::span<char> into) override
    {
        if (m_broken)
            return net::Io::failed();
        return m_stream->read(into.first(std::min(into.size(), std::size_t(m_most))));
    }
    void interestChanged() override { m_stream->setInterest(interest()); }
    void wakeUser(net::Readiness) override {} // nothing is put back into this one
    void streamReady(net::ByteStream &, net::Readiness readiness) override { tellUser(readiness); }

    std::unique_ptr<net::ByteStream> m_stream;
    qsizetype m_most;
    bool m_broken = false;
};

} // namespace kite::test
