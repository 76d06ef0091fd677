#include "kitecore/share/shareconnection.h"

#include "kitecore/share/directsend.h"

namespace kite::share {

namespace {

/// Answers to requests sent ahead, and writes of one answer, before others get their turn.
constexpr int stepsPerTurn = 8;
/// One direct send: large enough to cost little, small enough to keep others waiting briefly.
constexpr quint64 directBytes = 512 * 1024;
/// The end of a file is always read and looked at once more before it is sent: a file that changed
/// on the way must not arrive as if it were whole.
constexpr quint64 checkedTail = limits::readBytes;

int statusOf(http::HeadError error, QByteArrayView input)
{
    switch (error) {
    case http::HeadError::TooLong:
        return input.first(std::min(input.size(), limits::maxHeadBytes)).contains('\n') ? 431 : 414;
    case http::HeadError::BadVersion:
        return 505;
    case http::HeadError::BadRequestLine:
    case http::HeadError::BadHeader:
    case http::HeadError::BadHost:
    case http::HeadError::BadLength:
        break;
    }
    return 400;
}

} // namespace

ShareConnection::ShareConnection(net::Loop &loop, std::shared_ptr<const Share> share,
                                 std::unique_ptr<net::ByteStream> stream, net::Visitor visitor,
                                 std::function<void(ShareConnection *)> over)
    : m_loop(loop)
    , m_share(std::move(share))
    , m_stream(std::move(stream))
    , m_visitor(std::move(visitor))
    , m_over(std::move(over))
    , m_patience(loop, [this] { lostPatience(); })
{
    m_share->meter->streamOpened();
}

ShareConnection::~ShareConnection()
{
    m_share->meter->streamClosed();
}

void ShareConnection::start()
{
    m_stream->setUser(this);
    m_stream->setInterest({.read = true});
    m_patience.wait(limits::headTimeout);
}

void ShareConnection::streamReady(net::ByteStream &, net::Readiness readiness)
{
    if (readiness.write && m_state == State::Lingering)
        return sentAll();
    if (readiness.read)
        readInput();
    run();
}

qsizetype ShareConnection::dataArrived(net::ByteStream &, QByteArrayView data)
{
    m_share->meter->addIn(data.size());
    take(data);
    run();
    return data.size();
}

/// One read each time: whoever sends without end must let others have their turn.
void ShareConnection::readInput()
{
    const auto buffer = m_loop.readBuffer();
    const net::Io io = m_stream->read(buffer);
    switch (io.status) {
    case net::Io::Status::Moved:
        m_share->meter->addIn(io.bytes);
        return take(QByteArrayView(buffer.data(), io.bytes));
    case net::Io::Status::Blocked:
        return;
    case net::Io::Status::Ended:
        m_inputEnded = true;
        return;
    case net::Io::Status::Failed:
        return close();
    }
}

void ShareConnection::take(QByteArrayView bytes)
{
    if (m_state == State::Lingering)
        return;
    if (m_state == State::Reading && m_input.isEmpty())
        m_patience.wait(limits::headTimeout);
    m_input.append(bytes);
}

void ShareConnection::run()
{
    for (int steps = 0; steps < stepsPerTurn; ++steps) {
        Step step = Step::Wait;
        switch (m_state) {
        case State::Reading:
            step = readRequest();
            break;
        case State::Answering:
            step = sendAnswer();
            break;
        case State::Dropping:
            step = dropBody();
            break;
        case State::Lingering:
            if (m_inputEnded)
                m_stream->setInterest({.write = true});
            break;
        case State::Closed:
            break;
        }
        if (step == Step::Wait)
            return;
        if (step == Step::Yield)
            break;
    }
    if (m_stream)
        m_stream->setInterest({.write = true}); // others first; this goes on when they had theirs
}

ShareConnection::Step ShareConnection::readRequest()
{
    const auto head = http::parseRequestHead(m_input.front(), &m_searched);
    if (!head)
        return refuse(statusOf(head.error(), m_input.front()));
    if (*head) {
        m_searched = 0;
        m_input.take((*head)->bytes);
        return begin(**head);
    }
    if (m_inputEnded) {
        linger();
        return Step::Go;
    }
    m_stream->setInterest({.read = true});
    return Step::Wait;
}

/// What came is no request, or took too long to become one.
ShareConnection::Step ShareConnection::refuse(int status)
{
    m_input.clear();
    m_searched = 0;
    m_visit = {};
    m_sent = 0;
    m_answer = answerGarbage(status, circumstances(true));
    m_state = State::Answering;
    m_patience.wait(stallTimeout);
    return Step::Go;
}

Circumstances ShareConnection::circumstances(bool closes) const
{
    return {*m_share->tree, m_share->pages, m_visitor.host, m_loop.clock().wallTime(), closes};
}

ShareConnection::Step ShareConnection::begin(const http::RequestHead &head)
{
    const auto body = head.bodyBytes();
    // Who expects a 100 may or may not send its body after another answer (RFC 9110, 10.1.1).
    const bool droppable = body && *body <= maxDroppedBytes && !head.header("Expect");
    const bool needsHost = head.minorVersion == 1 && !head.header("Host");
    auto around = circumstances(!droppable || needsHost || !head.keepsAlive());
    if (around.title.isEmpty())
        around.title = head.host();
    if (around.title.isEmpty())
        around.title = "Shared files";
    m_bodyLeft = droppable ? *body : 0;
    m_begun = m_loop.clock().now();
    m_sent = 0;
    m_visit = {};
    m_visit.visitor = m_visitor.peer.address;
    m_visit.method = head.method;
    m_visit.path = head.target.split('?').front();
    m_answer = needsHost ? answerGarbage(400, around) : answerRequest(head, around);
    m_state = State::Answering;
    m_patience.wait(stallTimeout);
    return m_answer.isCostly ? Step::Yield : Step::Go;
}

ShareConnection::Step ShareConnection::sendAnswer()
{
    const bool direct = canSendDirectly();
    const net::Io io = direct ? sendDirectly() : copySome();
    if (io.status == net::Io::Status::Ended || io.status == net::Io::Status::Failed) {
        tellVisit();
        close();
        return Step::Wait;
    }
    if (io.status == net::Io::Status::Moved) {
        m_answer.content.consume(quint64(io.bytes));
        m_sent += io.bytes;
        m_share->meter->addOut(io.bytes);
        m_patience.wait(stallTimeout);
        if (m_answer.content.isEmpty()) {
            answered();
            return Step::Go;
        }
        if (!direct) // which is a whole turn's work
            return Step::Go;
    }
    m_stream->setInterest({.write = true});
    return Step::Wait;
}

net::Io ShareConnection::copySome()
{
    const auto room = std::min(m_stream->writeRoom(), limits::readBytes);
    if (room <= 0)
        return net::Io::blocked();
    std::vector<QByteArrayView> parts;
    if (!m_answer.content.gather(m_loop.readBuffer().first(std::size_t(room)), parts))
        return net::Io::failed();
    return m_stream->write(parts);
}

bool ShareConnection::canSendDirectly() const
{
    return m_directSend && m_answer.content.rangeInFront() > 2 * checkedTail
        && m_stream->plainSocket() != net::noSocket && m_stream->queuedBytes() == 0;
}

net::Io ShareConnection::sendDirectly()
{
    const auto &content = m_answer.content;
    if (!content.file().isKept())
        return net::Io::failed();
    const auto piece = std::min(content.rangeInFront() - checkedTail, directBytes);
    const auto sent = share::sendDirectly(m_stream->plainSocket(), content.file(),
                                          content.offsetInFront(), piece);
    m_directSend = sent.isSupported;
    return sent.isSupported ? sent.io : copySome();
}

void ShareConnection::answered()
{
    const bool closes = m_answer.closes;
    tellVisit();
    m_answer = {};
    if (m_state == State::Closed) // who was told has stopped the share
        return;
    if (closes)
        return linger();
    m_state = m_bodyLeft > 0 ? State::Dropping : State::Reading;
    m_patience.wait(idleTimeout);
}

/// The answer is out, or as much of it as will ever be.
void ShareConnection::tellVisit()
{
    if (m_visit.method.isEmpty() || !m_share->told)
        return;
    m_visit.status = m_answer.status;
    m_visit.bytes = std::max<qint64>(0, m_sent - m_answer.headBytes);
    m_visit.milliseconds
        = std::chrono::duration_cast<std::chrono::milliseconds>(m_loop.clock().now() - m_begun)
              .count();
    m_share->told(m_visit);
}

ShareConnection::Step ShareConnection::dropBody()
{
    const auto there = std::min<quint64>(m_bodyLeft, quint64(m_input.size()));
    m_input.take(qsizetype(there));
    m_bodyLeft -= there;
    if (m_bodyLeft == 0) {
        m_state = State::Reading;
        return Step::Go;
    }
    if (m_inputEnded) {
        linger();
        return Step::Go;
    }
    m_stream->setInterest({.read = true});
    return Step::Wait;
}

/// Nothing more is to be sent. Waits until all is out, then until the visitor leaves.
void ShareConnection::linger()
{
    m_state = State::Lingering;
    m_input.clear();
    m_stream->shutdownWrite();
    m_stream->setInterest({.read = !m_inputEnded, .write = true});
    m_patience.wait(stallTimeout);
}

void ShareConnection::sentAll()
{
    if (m_inputEnded)
        return close();
    m_stream->setInterest({.read = true});
    m_patience.wait(lingerTimeout);
}

void ShareConnection::lostPatience()
{
    if (m_state == State::Reading && !m_input.isEmpty()) {
        refuse(408);
        return run();
    }
    if (m_state == State::Answering)
        tellVisit();
    close();
}

void ShareConnection::close()
{
    if (m_state == State::Closed)
        return;
    stop();
    m_over(this);
}

void ShareConnection::stop()
{
    m_state = State::Closed;
    m_patience.stop();
    m_stream.reset();
}

} // namespace kite::share
