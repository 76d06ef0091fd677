#include "kitecore/net/streams.h"

#include <algorithm>
#include <cstring>

#include "kitecore/net/bytequeue.h"
#include "kitecore/net/loop.h"

namespace kite::net {

namespace {

/// One end. What the other writes waits here until it is read.
class PairEnd final : public ByteStream, private Watcher
{
public:
    static constexpr qsizetype maxWaiting = 256 * 1024;

    explicit PairEnd(Loop &loop) : m_poller(loop.poller()) {}
    ~PairEnd() override;

    static void join(PairEnd &one, PairEnd &other)
    {
        one.m_other = &other;
        other.m_other = &one;
    }

    using ByteStream::write;
    Io write(std::span<const QByteArrayView> parts) override;
    qsizetype writeRoom() const override;
    void shutdownWrite() override;
    bool hasHungUp() const override { return hasEnded(); }
    Peer peer() const override { return {}; }

    void detach() override { dropUserAndInterest(); }
    void attach(Loop &loop) override { Q_UNUSED(loop) } // both ends stay where they were made
    bool isMovable() const override { return false; }

private:
    Io readSome(std::span<char> into) override;
    void interestChanged() override { rearm(); }
    void wakeUser(Readiness readiness) override { m_poller.wake(this, readiness); }
    void ready(Readiness readiness) override;

    Readiness state() const;
    void rearm();
    bool hasEnded() const { return m_other == nullptr || m_other->m_shut; }

    Poller &m_poller;
    PairEnd *m_other = nullptr; ///< null once it is gone
    ByteQueue m_waiting;
    bool m_shut = false;
};

PairEnd::~PairEnd()
{
    m_poller.cancelWake(this);
    if (m_other == nullptr)
        return;
    m_other->m_other = nullptr;
    m_other->rearm();
}

Io PairEnd::write(std::span<const QByteArrayView> parts)
{
    if (m_other == nullptr || m_shut)
        return Io::ended();
    qsizetype bytes = 0;
    qsizetype offered = 0;
    for (const auto part : parts) {
        const auto taken = std::min(part.size(), writeRoom());
        m_other->m_waiting.append(part.first(taken));
        bytes += taken;
        offered += part.size();
    }
    m_other->rearm();
    return bytes == 0 && offered > 0 ? Io::blocked() : Io::moved(bytes);
}

qsizetype PairEnd::writeRoom() const
{
    return m_other == nullptr ? maxWaiting : maxWaiting - m_other->m_waiting.size();
}

void PairEnd::shutdownWrite()
{
    m_shut = true;
    if (m_other != nullptr)
        m_other->rearm();
}

Io PairEnd::readSome(std::span<char> into)
{
    if (m_waiting.isEmpty())
        return hasEnded() ? Io::ended() : Io::blocked();
    const auto bytes = std::min(m_waiting.size(), qsizetype(into.size()));
    std::memcpy(into.data(), m_waiting.front().data(), std::size_t(bytes));
    m_waiting.take(bytes);
    rearm();
    if (m_other != nullptr)
        m_other->rearm();
    return Io::moved(bytes);
}

/// What could be done now.
Readiness PairEnd::state() const
{
    return {!m_waiting.isEmpty() || hasUnread() || hasEnded(),
            m_other == nullptr || m_shut || writeRoom() > 0};
}

/// Level-triggered: a wake stands for as long as something wanted can be done.
void PairEnd::rearm()
{
    const Readiness can = state();
    const Readiness due {can.read && interest().read, can.write && interest().write};
    if (due == Readiness {})
        m_poller.cancelWake(this);
    else
        m_poller.wake(this, due);
}

void PairEnd::ready(Readiness readiness)
{
    Q_UNUSED(readiness)
    rearm(); // before the user is told: afterwards `this` may be gone
    tellUser(state());
}

} // namespace

std::pair<std::unique_ptr<ByteStream>, std::unique_ptr<ByteStream>> streamPair(Loop &loop)
{
    auto one = std::make_unique<PairEnd>(loop);
    auto other = std::make_unique<PairEnd>(loop);
    PairEnd::join(*one, *other);
    return {std::move(one), std::move(other)};
}

} // namespace kite::net
