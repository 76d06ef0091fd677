#include "kitecore/relay/onerequest.h"

#include <algorithm>

#include <QVarLengthArray>

#include "kitecore/base/words.h"
#include "kitecore/http/fieldsyntax.h"
#include "kitecore/http/requestframing.h"
#include "kitecore/http/responseframing.h"
#include "kitecore/net/loop.h"
#include "kitecore/net/pipe.h"

namespace kite::relay {

namespace {

using net::Io;
using net::Readiness;

using Asked = http::ResponseFraming::Asked;
using Flow = http::ResponseFraming::Flow;

constexpr QByteArrayView closing("Connection: close\r\n");

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
                     const http::RequestFraming &framing, Asked asked)
        : m_loop(&loop)
        , m_lower(std::move(lower))
        , m_framing(framing)
    {
        m_answers.asked(asked);
        m_lower->setUser(this);
    }
    ~OneRequestStream() override
    {
        if (m_loop != nullptr)
            m_loop->poller().cancelWake(this);
        m_lower->setUser(nullptr);
    }

    using ByteStream::write;
    Io write(std::span<const QByteArrayView> parts) override;
    qsizetype writeRoom() const override { return m_lower->writeRoom(); }
    qsizetype pipeRoom() const override;
    void writeFrom(net::Pipe &pipe) override;
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

    bool isChanged() const { return m_answers.flow() == Flow::Switched; }
    std::optional<qsizetype> ownBytes(QByteArrayView bytes);
    Io begin(std::span<const QByteArrayView> parts);
    Io passOn(std::span<const QByteArrayView> parts);
    Io took(std::span<const QByteArrayView> parts, qsizetype bytes);
    void answersMoved();

    net::Loop *m_loop;
    std::unique_ptr<net::ByteStream> m_lower;
    http::RequestFraming m_framing;
    http::ResponseFraming m_answers;
    QByteArray m_line;         ///< of a chunked body: passed on and not yet complete
    bool m_isAnswered = false; ///< all has been said
    bool m_isComplete = false; ///< the answer: nothing comes behind the request
    bool m_isOver = false;     ///< something else than the request came, or nothing else may
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
        || (m_isComplete && m_framing.isBetweenRequests());
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
    if (isChanged())
        return m_lower->write(parts);
    return m_answers.isBetweenAnswers() ? begin(parts) : passOn(parts);
}

/// An answer that may say so says that the connection ends behind it: else the proxy would take it
/// for its next request (RFC 9112, 9.6). Where its first line comes in pieces only the end tells.
Io OneRequestStream::begin(std::span<const QByteArrayView> parts)
{
    const auto first = parts.empty() ? QByteArrayView() : parts.front();
    const auto line = first.first(first.indexOf('\n') + 1);
    if (!line.startsWith("HTTP/1.") || line.size() < 13)
        return passOn(parts);
    if (line[9] == '1') { // hints, or another protocol
        const auto end = first.indexOf("\r\n\r\n");
        const auto head = end < 0 ? first : first.first(end + 4);
        return passOn(std::span(&head, 1));
    }
    QVarLengthArray<QByteArrayView, 8> opened {line, closing, first.sliced(line.size())};
    for (const auto part : parts.subspan(1))
        opened.append(part);
    const auto io = m_lower->write({opened.data(), std::size_t(opened.size())});
    if (io.status != Io::Status::Moved)
        return io;
    if (io.bytes < line.size() + closing.size()) // less than any buffer has room for
        return Io::failed();
    return took(parts, io.bytes - closing.size());
}

Io OneRequestStream::passOn(std::span<const QByteArrayView> parts)
{
    const auto io = m_lower->write(parts);
    return io.status == Io::Status::Moved ? took(parts, io.bytes) : io;
}

Io OneRequestStream::took(std::span<const QByteArrayView> parts, qsizetype bytes)
{
    auto left = bytes;
    for (const auto part : parts) {
        const auto taken = part.first(std::min(part.size(), left));
        m_answers.pass(taken);
        left -= taken.size();
    }
    answersMoved();
    return Io::moved(bytes);
}

qsizetype OneRequestStream::pipeRoom() const
{
    if (m_isAnswered)
        return 0;
    const auto room = m_lower->pipeRoom();
    return isChanged() ? room : qsizetype(std::min(quint64(room), m_answers.unwatched()));
}

void OneRequestStream::writeFrom(net::Pipe &pipe)
{
    const auto bytes = quint64(pipe.size());
    m_lower->writeFrom(pipe);
    if (isChanged())
        return;
    m_answers.skip(bytes);
    answersMoved();
}

/// Ends the connection behind the answer, and the request. Without waiting for whoever answered, or
/// for the proxy's end: they might keep the connection open for ever.
void OneRequestStream::answersMoved()
{
    const bool isAnswered = m_answers.flow() == Flow::Framed && m_answers.unanswered() == 0
        && m_answers.isBetweenAnswers();
    if (!isAnswered && m_answers.flow() != Flow::Broken)
        return;
    shutdownWrite();
    m_isComplete = true;
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
    const auto asked = mayChange ? Asked::Switch
        : view.method == "HEAD"  ? Asked::Head
                                 : Asked::Plainly;
    auto one = std::make_unique<OneRequestStream>(loop, std::move(stream), framing, asked);
    return OneRequest {mayChange ? asItCame(view) : lastOnItsConnection(view), std::move(one)};
}

} // namespace kite::relay
