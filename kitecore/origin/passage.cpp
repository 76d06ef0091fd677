#include "kitecore/origin/passage.h"

#include <algorithm>
#include <cstring>

#include "kitecore/base/logging.h"
#include "kitecore/net/pipe.h"
#include "kitecore/net/splice.h"
#include "kitecore/origin/farewells.h"

namespace kite::origin {

namespace {

using net::Io;
using Flow = http::ResponseFraming::Flow;
using Piece = http::RequestFraming::Piece;

/// Heads and small bodies are handed on together, as one write; from here on it is not worth it.
constexpr qsizetype gatheredBytes = 16 * 1024;

} // namespace

Passage::Passage(net::Loop &loop, std::unique_ptr<net::ByteStream> stream, RequestGate gate,
                 QByteArrayView begin, Judged judged)
    : m_loop(loop)
    , m_stream(std::move(stream))
    , m_gate(std::move(gate))
    , m_judged(std::move(judged))
{
    m_output.append(begin);
    m_stream->setUser(this);
    settle();
}

Passage::~Passage()
{
    m_loop.poller().cancelWake(this);
}

// ---- what the target does

Io Passage::write(std::span<const QByteArrayView> parts)
{
    if (!m_stream)
        return Io::failed();
    const Io io = m_stream->write(parts);
    if (io.status == Io::Status::Moved && m_stage != Stage::Opaque)
        watchAnswers(parts, io.bytes);
    const bool isGone = io.status == Io::Status::Ended || io.status == Io::Status::Failed;
    if (isGone && m_stage == Stage::Refusing)
        hangUp({}); // nobody is left to be told
    return io;
}

qsizetype Passage::writeRoom() const
{
    return m_stream ? m_stream->writeRoom() : limits::readBytes;
}

/// Heads of answers, and what may be one, have to be seen.
qsizetype Passage::pipeRoom() const
{
    if (!m_stream)
        return 0;
    const auto room = m_stream->pipeRoom();
    return m_stage == Stage::Opaque ? room
                                    : qsizetype(std::min(quint64(room), m_answers.unwatched()));
}

void Passage::writeFrom(net::Pipe &pipe)
{
    const auto bytes = quint64(pipe.size());
    m_stream->writeFrom(pipe);
    if (m_stage == Stage::Opaque)
        return;
    m_answers.skip(bytes);
    answersMoved();
}

qsizetype Passage::queuedBytes() const
{
    return m_stream ? m_stream->queuedBytes() : 0;
}

/// The target has said all it will: a refusal that still waits for answers is not told, it would
/// pass for one of them.
void Passage::shutdownWrite()
{
    if (m_stage == Stage::Refusing)
        hangUp({});
    else if (m_stream)
        m_stream->shutdownWrite();
}

net::Peer Passage::peer() const
{
    return m_stream ? m_stream->peer() : net::Peer {};
}

Io Passage::readSome(std::span<char> into)
{
    if (hasOutput())
        return takeOutput(into);
    if (!m_stream)
        return Io::failed();
    if (m_stage == Stage::Opaque)
        return m_stream->read(into);
    if (!m_needsMore && mayPass()) {
        takeIn({});
        if (hasOutput())
            return takeOutput(into);
        settle();
    }
    return wantsInput() ? readJudged(into) : m_stream ? Io::blocked() : Io::failed();
}

Io Passage::takeOutput(std::span<char> into)
{
    const auto bytes = std::min(m_output.size(), qsizetype(into.size()));
    std::memcpy(into.data(), m_output.front().data(), std::size_t(bytes));
    m_output.take(bytes);
    settle();
    return Io::moved(bytes);
}

/// `into` serves as the buffer too: what is in the middle of a body stays where it was read.
Io Passage::readJudged(std::span<char> into)
{
    const Io io = m_stream->read(into);
    if (io.status != Io::Status::Moved)
        return io;
    const QByteArrayView data(into.data(), io.bytes);
    qsizetype straight = 0;
    if (m_input.isEmpty() && !m_requests.isBetweenRequests()) {
        http::RequestView none;
        const auto next = m_requests.next(data, none);
        if (!next)
            breakOff(next.error());
        straight = next ? next->bytes : 0;
    }
    if (straight > 0) {
        postpone(data.sliced(straight));
        return Io::moved(straight);
    }
    if (mayPass())
        takeIn(data);
    if (hasOutput())
        return takeOutput(into);
    settle();
    return m_stream ? Io::blocked() : Io::failed();
}

/// What comes behind a body that the target has yet to take from its buffer: to judge it now could
/// send a refusal, through that same buffer.
void Passage::postpone(QByteArrayView data)
{
    m_input.append(data);
    m_needsMore = data.isEmpty();
    settle();
}

// ---- what the visitor does

void Passage::streamReady(net::ByteStream &, net::Readiness readiness)
{
    if (m_stage == Stage::First)
        readFirst();
    else
        tellUser(readiness);
}

void Passage::readFirst()
{
    const auto buffer = m_loop.readBuffer();
    const Io io = m_stream->read(buffer);
    if (io.status == Io::Status::Blocked)
        return;
    if (io.status == Io::Status::Moved)
        takeIn(QByteArrayView(buffer.data(), io.bytes));
    else
        hangUp({});
    settle();
}

qsizetype Passage::dataArrived(net::ByteStream &, QByteArrayView data)
{
    if (m_stage == Stage::First) {
        takeIn(data);
        settle();
        return data.size();
    }
    if (!mayOffer())
        return 0;
    if (m_stage == Stage::Opaque)
        return user()->dataArrived(*this, data);
    if (!wantsInput())
        return 0;
    qsizetype taken = 0;
    if (m_input.isEmpty() && !m_requests.isBetweenRequests()) {
        taken = passStraight(data);
        if (taken < 0)
            return data.size(); // this is gone
        if (!wantsInput())
            update(); // no more of it until answers come
        if (taken == data.size() || !wantsInput())
            return taken;
    }
    takeIn(data.sliced(taken));
    if (!hasOutput() || offerOutput())
        settle();
    return data.size();
}

/// What does not go past us has to come behind what does.
bool Passage::mayOffer() const
{
    return user() != nullptr && !hasUnread() && !hasOutput();
}

net::SocketHandle Passage::pipedTo(const net::ByteStream &, qsizetype bytes)
{
    if (m_stage == Stage::First || !interest().read || !mayOffer())
        return net::noSocket;
    const bool isBody
        = wantsInput() && m_input.isEmpty() && m_requests.unwatched() >= quint64(bytes);
    return isBody || m_stage == Stage::Opaque ? user()->pipedTo(*this, bytes) : net::noSocket;
}

void Passage::piped(const net::ByteStream &, qsizetype bytes)
{
    if (m_stage != Stage::Opaque)
        m_requests.skip(quint64(bytes));
    if (user())
        user()->piped(*this, bytes);
    if (!wantsInput())
        update(); // no more of it until answers come
}

/// Hands a body on without copying what the target takes at once.
/// @return how much of `data` is done with; -1: this is gone.
qsizetype Passage::passStraight(QByteArrayView data)
{
    http::RequestView none;
    const auto next = m_requests.next(data, none);
    if (!next) {
        breakOff(next.error());
        settle();
        return data.size();
    }
    const std::weak_ptr here(m_here);
    const auto taken = next->bytes > 0 ? user()->dataArrived(*this, data.first(next->bytes)) : 0;
    if (here.expired())
        return -1;
    if (taken < next->bytes) {
        m_output.append(data.sliced(taken, next->bytes - taken));
        update();
    }
    return next->bytes;
}

/// @return false: this is gone.
bool Passage::offerOutput()
{
    if (!interest().read)
        return true;
    const std::weak_ptr here(m_here);
    const auto taken = user()->dataArrived(*this, m_output.front());
    if (here.expired())
        return false;
    m_output.take(taken);
    return true;
}

// ---- requests

/// Whether anything more of what the visitor sends may pass now.
bool Passage::mayPass() const
{
    if (m_stage != Stage::First && m_stage != Stage::Judging)
        return false;
    return !m_answers.awaitsSwitch()
        && (!m_requests.isBetweenRequests()
            || m_answers.unanswered() < http::ResponseFraming::maxUnanswered);
}

bool Passage::wantsInput() const
{
    if (!m_stream || hasOutput())
        return false;
    return m_stage == Stage::Opaque || (mayPass() && m_needsMore);
}

/// In the first stage the output has to wait for somebody to use this; in the last it goes nowhere.
bool Passage::hasOutput() const
{
    return m_stream && m_stage != Stage::First && !m_output.isEmpty();
}

/// Judges what waits and `data` behind it, as far as it goes. The caller settles: what the target
/// takes at once needs no second round.
void Passage::takeIn(QByteArrayView data)
{
    if (m_input.isEmpty()) {
        const auto done = judge(data);
        if (m_stream && done < data.size())
            m_input.append(data.sliced(done));
    } else {
        m_input.append(data);
        const auto done = judge(m_input.front());
        if (m_stream)
            m_input.take(done);
    }
}

/// After the state of what came may have changed. Tells of the first request last of all.
void Passage::settle()
{
    awaitRest();
    update();
    if (m_judged && m_stage != Stage::First)
        std::exchange(m_judged, {})(*this, m_stream ? First::Admitted : First::Refused);
}

/// @return how many bytes at the front are done with.
qsizetype Passage::judge(QByteArrayView bytes)
{
    qsizetype done = 0;
    m_needsMore = bytes.isEmpty();
    while (done < bytes.size() && mayPass() && m_output.size() < gatheredBytes) {
        http::RequestView head;
        const auto next = m_requests.next(bytes.sliced(done), head);
        if (!next) {
            breakOff(next.error());
            break;
        }
        if (next->piece == Piece::Incomplete) {
            m_needsMore = true;
            break;
        }
        if (next->piece == Piece::Head)
            admit(head);
        else
            m_output.append(bytes.sliced(done, next->bytes));
        done += next->bytes;
        m_needsMore = done == bytes.size();
    }
    return done;
}

void Passage::admit(const http::RequestView &head)
{
    if (m_stage == Stage::Judging && m_gate.isClosed())
        return stopJudging({});
    const auto verdict = m_gate.judge(head, m_output);
    if (verdict.refusal)
        return refuse(*verdict.refusal);
    m_answers.asked(verdict.asked);
    m_stage = Stage::Judging;
}

/// A head must not take longer to come than a visitor's first one.
void Passage::awaitRest()
{
    const bool begun = m_stage == Stage::First || (m_stage == Stage::Judging && !m_input.isEmpty());
    const bool waits = begun && m_needsMore && m_requests.isBetweenRequests();
    if (!waits)
        m_patience.cancel();
    else if (!m_patience.isArmed())
        m_patience = m_loop.deadlines().after(limits::headTimeout, [this] {
            refuse(Refusal::Late);
            settle();
        });
}

/// What the visitor sends cannot be told apart any more.
void Passage::breakOff(http::HeadError error)
{
    m_broken = m_requests.isBetweenRequests() ? 0 : 1;
    refuse(error == http::HeadError::TooLong ? Refusal::TooLong : Refusal::Malformed);
}

void Passage::refuse(Refusal why)
{
    qCInfo(lcNet) << "A request is refused, reason" << int(why) << "visitor" << peer().address;
    m_gate.count(why);
    stopJudging(m_gate.pageFor(why));
}

void Passage::stopJudging(QByteArray page)
{
    m_page = std::move(page);
    m_stage = Stage::Refusing;
    hangUpIfAnswered();
}

/// The last answer must come behind all others. A broken request may have got one of its own.
void Passage::hangUpIfAnswered()
{
    const bool isTime = m_answers.unanswered() <= m_broken && m_answers.isBetweenAnswers();
    if (m_stage == Stage::Refusing && isTime)
        hangUp(m_answers.unanswered() == m_broken ? std::exchange(m_page, {}) : QByteArray());
}

/// Of a visitor who is not read nobody hears that it has left.
void Passage::watchStandstill()
{
    const bool isUnread = m_stage == Stage::Refusing || (m_stage == Stage::Judging && !mayPass());
    if (!isUnread)
        m_standstill.cancel();
    else if (!m_standstill.isArmed())
        m_standstill = m_loop.deadlines().after(net::Splices::halfOpen, [this] {
            if ((m_stage == Stage::Refusing && !interest().write) || m_stream->hasHungUp())
                hangUp({});
            update();
        });
}

/// The visitor leaves: gets `words`, then the end. The target meets a broken connection.
void Passage::hangUp(QByteArrayView words)
{
    m_stage = Stage::Over;
    m_patience.cancel();
    m_standstill.cancel();
    m_input.clear(); // m_output stays: the target may be reading it just now
    m_stream->setUser(nullptr);
    m_loop.part<Farewells>().say(std::move(m_stream), words);
    wakeUser({.read = true, .write = true});
}

// ---- answers

void Passage::watchAnswers(std::span<const QByteArrayView> parts, qsizetype bytes)
{
    for (const auto part : parts) {
        const auto passed = std::min(part.size(), bytes);
        m_answers.pass(part.first(passed));
        bytes -= passed;
    }
    answersMoved();
}

void Passage::answersMoved()
{
    m_standstill.cancel();
    switch (m_answers.flow()) {
    case Flow::Framed:
        hangUpIfAnswered();
        break;
    case Flow::ToTheEnd:
        break;
    case Flow::Switched:
        m_stage = Stage::Opaque;
        m_output.append(m_input.front());
        m_input.clear();
        break;
    case Flow::Broken:
        return hangUp({});
    }
    update();
}

// ---- readiness

void Passage::interestChanged()
{
    update();
}

/// Asks the visitor's stream for what is wanted now, and tells the user of what is here already.
void Passage::update()
{
    watchStandstill();
    const bool isFirst = m_stage == Stage::First;
    const bool reads = isFirst || interest().read;
    if (m_stream)
        m_stream->setInterest({reads && wantsInput(), !isFirst && interest().write});
    if (isFirst)
        return;
    const bool readable = !m_stream || hasOutput() || (!m_needsMore && mayPass());
    wakeUser({interest().read && readable, interest().write && !m_stream});
}

void Passage::wakeUser(net::Readiness readiness)
{
    if (readiness != net::Readiness {})
        m_loop.poller().wake(this, readiness);
}

void Passage::ready(net::Readiness readiness)
{
    const std::weak_ptr here(m_here);
    tellUser(readiness);
    if (here.expired())
        return;
    update();
}

} // namespace kite::origin
