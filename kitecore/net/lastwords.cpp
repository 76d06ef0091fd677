#include "kitecore/net/streams.h"

#include <algorithm>
#include <cstring>

#include "kitecore/net/bytequeue.h"
#include "kitecore/net/loop.h"

namespace kite::net {

namespace {

class LastWords final : public ByteStream, private Watcher
{
public:
    LastWords(Loop &loop, QByteArrayView words) : m_poller(loop.poller()) { m_words.append(words); }
    ~LastWords() override { m_poller.cancelWake(this); }

    using ByteStream::write;
    Io write(std::span<const QByteArrayView> parts) override
    {
        Q_UNUSED(parts)
        return Io::ended();
    }
    qsizetype writeRoom() const override { return limits::readBytes; }
    void shutdownWrite() override {}
    Peer peer() const override { return {}; }

    void detach() override { dropUserAndInterest(); }
    void attach(Loop &loop) override { Q_UNUSED(loop) } // stays where it was made
    bool isMovable() const override { return false; }

private:
    Io readSome(std::span<char> into) override
    {
        if (m_words.isEmpty())
            return Io::failed();
        const auto bytes = std::min(m_words.size(), qsizetype(into.size()));
        std::memcpy(into.data(), m_words.front().data(), std::size_t(bytes));
        m_words.take(bytes);
        return Io::moved(bytes);
    }

    void interestChanged() override
    {
        m_poller.cancelWake(this);
        wakeUser(interest());
    }

    void wakeUser(Readiness readiness) override
    {
        if (readiness != Readiness {})
            m_poller.wake(this, readiness);
    }

    void ready(Readiness readiness) override
    {
        wakeUser(interest()); // always ready; afterwards `this` may be gone
        tellUser(readiness);
    }

    Poller &m_poller;
    ByteQueue m_words;
};

} // namespace

std::unique_ptr<ByteStream> lastWords(Loop &loop, QByteArrayView words)
{
    return std::make_unique<LastWords>(loop, words);
}

} // namespace kite::net
