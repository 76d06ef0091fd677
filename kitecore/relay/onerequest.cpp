#include "kitecore/relay/onerequest.h"

#include <algorithm>

#include "kitecore/base/words.h"
#include "kitecore/http/fieldsyntax.h"
#include "kitecore/http/requestframing.h"
#include "kitecore/http/responseframing.h"
#include "kitecore/net/loop.h"

namespace kite::relay {

namespace {

using net::Io;
using net::Readiness;

bool asksForOtherProtocol(const http::RequestView &request)
{
    const auto namesUpgrade = [](const http::RequestView::Field &field) {
        if (!sameWord(field.name, "Connection"))
            return false;
        for (http::ListItems items(field.value); const auto item = items.next();) {
            if (sameWord(*item, "upgrade"))
                return true;
        }
        return false;
    };
    return request.minorVersion == 1 && request.method != "HEAD"
        && request.field("Upgrade") != nullptr && std::ranges::any_of(request.fields, namesUpgrade);
}

QByteArray lastOnItsConnection(const http::RequestView &request)
{
    QByteArray head = request.requestLine.toByteArray();
    for (const auto &field : request.fields) {
        if (!sameWord(field.name, "Connection") && !sameWord(field.name, "Keep-Alive"))
            head += field.line;
    }
    return head + "Connection: close\r\n\r\n";
}

QByteArray asItCame(const http::RequestView &request)
{
    QByteArray head = request.requestLine.toByteArray();
    for (const auto &field : request.fields)
        head += field.line;
    return head + "\r\n";
}

class OneRequestStream final : public net::ByteStream, private net::StreamUser, private net::Watcher
{
public:
    /// @param framing has taken the head.
    OneRequestStream(net::Loop &loop, std::unique_ptr<net::ByteStream> lower,
                     const http::RequestFraming &framing)
        : m_loop(&loop)
        , m_lower(std::move(lower))
        , m_framing(framing)
    {
        m_lower->setUser(this);
    }
    ~OneRequestStream() override
    {
        if (m_loop != nullptr)
            m_loop->poller().cancelWake(this);
        m_lower->setUser(nullptr);
    }

    void expectSwitch()
    {
        m_mayChange = true;
        m_answers.asked(http::ResponseFraming::Asked::Switch);
    }

    using ByteStream::write;
    Io write(std::span<const QByteArrayView> parts) override;
    qsizetype writeRoom() const override { return m_lower->writeRoom(); }
    qsizetype pipeRoom() const override
    {
        return m_mayChange || m_isAnswered ? 0 : m_lower->pipeRoom();
    }
    void writeFrom(net::Pipe &pipe) override { m_lower->writeFrom(pipe); }
    qsizetype queuedBytes() const override { return m_lower->queuedBytes(); }
    qsizetype heldBytes() const override { return m_lower->heldBytes() + m_line.size(); }
    void shutdownWrite() override
    {
        if (!std::exchange(m_isAnswered, true))
            m_lower->shutdownWrite();
    }
    bool hasHungUp() const override { return m_lower->hasHungUp(); }
    net::Peer peer() const override { return m_lower->peer(); }

    void detach() override;
    void attach(net::Loop &loop) override;
    bool isMovable() const override { return m_lower->isMovable(); }

private:
    Io readSome(std::span<char> into) override;
    void interestChanged() override;
    void wakeUser(Readiness readiness) override { m_loop->poller().wake(this, readiness); }
    void streamReady(net::ByteStream &, Readiness readiness) override { tellUser(readiness); }
    void ready(Readiness readiness) override { tellUser(readiness); }

    bool isChanged() const { return m_answers.flow() == http::ResponseFraming::Flow::Switched; }
    std::optional<qsizetype> ownBytes(QByteArrayView bytes);
    void endRefused();

    net::Loop *m_loop;
    std::unique_ptr<net::ByteStream> m_lower;
    http::RequestFraming m_framing;
    http::ResponseFraming m_answers;
    QByteArray m_line;         ///< of a chunked body: passed on and not yet complete
    bool m_mayChange = false;  ///< the protocol, by the answer that is being watched
    bool m_isAnswered = false; ///< all has been said
    bool m_isRefused = false;  ///< the other protocol: nothing comes behind the request
    bool m_isOver = false;     ///< something else than the request came
};

Io OneRequestStream::readSome(std::span<char> into)
{
    if (m_isOver)
        return Io::ended();
    const auto io = m_lower->read(into);
    if (io.status != Io::Status::Moved || isChanged())
        return io;
    const QByteArrayView bytes(into.data(), io.bytes);
    const auto own = ownBytes(bytes);
    if (!own)
        return Io::failed();
    // Some send an end of line too much behind a body (RFC 9112, 2.2).
    m_isOver
        = std::ranges::any_of(bytes.sliced(*own), [](char c) { return c != '\r' && c != '\n'; })
        || (m_isRefused && m_framing.isBetweenRequests());
    if (m_isOver)
        interestChanged();
    if (*own > 0)
        return Io::moved(*own);
    return m_isOver ? Io::ended() : Io::blocked();
}

/// How many of these bytes are the request's; std::nullopt: its body makes no sense. A line that is
/// not complete is its own, whatever it will be.
std::optional<qsizetype> OneRequestStream::ownBytes(QByteArrayView bytes)
{
    if (m_framing.isBetweenRequests())
        return 0;
    QByteArray joined = std::exchange(m_line, {});
    auto rest = bytes;
    if (!joined.isEmpty())
        rest = joined.append(bytes);
    while (!rest.isEmpty() && !m_framing.isBetweenRequests()) {
        http::RequestView unused;
        const auto next = m_framing.next(rest, unused);
        if (!next)
            return std::nullopt;
        if (next->bytes == 0)
            break;
        rest = rest.sliced(next->bytes);
    }
    if (m_framing.isBetweenRequests())
        return bytes.size() - rest.size();
    m_line = rest.toByteArray();
    return bytes.size();
}

Io OneRequestStream::write(std::span<const QByteArrayView> parts)
{
    if (m_isAnswered) { // nobody asked for more
        qsizetype all = 0;
        for (const auto part : parts)
            all += part.size();
        return Io::moved(all);
    }
    const auto io = m_lower->write(parts);
    if (!m_mayChange || io.status != Io::Status::Moved)
        return io;
    auto left = io.bytes;
    for (const auto part : parts) {
        const auto taken = part.first(std::min(part.size(), left));
        m_answers.pass(taken);
        left -= taken.size();
    }
    using Flow = http::ResponseFraming::Flow;
    const auto flow = m_answers.flow();
    m_mayChange
        = flow == Flow::Framed && (m_answers.awaitsSwitch() || !m_answers.isBetweenAnswers());
    const bool isRefused = flow == Flow::Framed || flow == Flow::Broken;
    if (!m_mayChange && isRefused)
        endRefused();
    return io;
}

/// Behind an answer that left the protocol as it was, and the request. Without waiting for the
/// proxy's end: it might keep the connection open for ever.
void OneRequestStream::endRefused()
{
    shutdownWrite();
    m_isRefused = true;
    m_isOver |= m_framing.isBetweenRequests();
    interestChanged();
}

void OneRequestStream::interestChanged()
{
    m_lower->setInterest({interest().read && !m_isOver, interest().write});
    if (m_isOver && interest().read)
        wakeUser({.read = true});
}

void OneRequestStream::detach()
{
    dropUserAndInterest();
    m_loop->poller().cancelWake(this);
    m_lower->detach();
    m_loop = nullptr;
}

void OneRequestStream::attach(net::Loop &loop)
{
    m_loop = &loop;
    m_lower->attach(loop);
    m_lower->setUser(this);
}

} // namespace

Result<OneRequest, http::HeadError> OneRequest::from(QByteArrayView bytes, net::Loop &loop,
                                                     std::unique_ptr<net::ByteStream> &stream)
{
    http::RequestFraming framing;
    http::RequestView view;
    const auto head = framing.next(bytes, view);
    if (!head)
        return Err {head.error()};
    if (head->piece != http::RequestFraming::Piece::Head)
        return Err {http::HeadError::BadHeader};
    const bool mayChange = asksForOtherProtocol(view);
    stream->setInterest({});
    if (head->bytes < bytes.size())
        stream->unread(bytes.sliced(head->bytes));
    auto one = std::make_unique<OneRequestStream>(loop, std::move(stream), framing);
    if (mayChange)
        one->expectSwitch();
    return OneRequest {mayChange ? asItCame(view) : lastOnItsConnection(view), std::move(one)};
}

} // namespace kite::relay
