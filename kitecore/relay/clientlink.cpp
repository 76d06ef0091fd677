#include "kitecore/relay/clientlink.h"

#include "kitecore/base/logging.h"

namespace kite::relay {

ClientLink::ClientLink(LinkHome &home, LinkPtr address, std::unique_ptr<net::ByteStream> stream,
                       wire::Greeting greeting, std::shared_ptr<Permit> permit)
    : m_home(home)
    , m_address(std::move(address))
    , m_permit(std::move(permit))
    , m_greeting(std::move(greeting))
    , m_stream(std::move(stream))
{
}

ClientLink::~ClientLink()
{
    if (!m_isOver)
        m_home.registry().release(*m_address);
}

void ClientLink::start()
{
    const auto wait = m_home.desk().waitFor(m_greeting, m_stream->peer().address);
    if (!wait)
        return over();
    if (*wait == std::chrono::milliseconds(0))
        return answerGreeting();
    m_turn = m_home.loop().deadlines().after(*wait, [this] { answerGreeting(); });
}

void ClientLink::answerGreeting()
{
    const auto answer = m_home.desk().answer(m_greeting, m_address, m_stream->peer().address);
    m_announced = answer.reply.features;
    m_reply = wire::writeReply(answer.reply, m_greeting.beanstalk);
    if (answer.accepted == 0 && answer.challenged == 0) {
        m_home.lastWords(std::move(m_stream), m_reply, std::move(m_permit));
        return over();
    }
    m_limit = m_home.loop().deadlines().after(limits::headTimeout, [this] { over(); });
    m_stream->setUser(this);
    sendReply();
}

void ClientLink::streamReady(net::ByteStream &, net::Readiness)
{
    sendReply();
}

void ClientLink::sendReply()
{
    while (!m_reply.isEmpty()) {
        const auto io = m_stream->write(m_reply);
        if (io.status == net::Io::Status::Blocked)
            return m_stream->setInterest({.write = true});
        if (io.status != net::Io::Status::Moved)
            return over();
        m_reply.remove(0, io.bytes);
    }
    becomeLink();
}

void ClientLink::becomeLink()
{
    m_stream->setInterest({});
    m_stream->setUser(nullptr);
    link::LinkOptions options;
    options.role = link::Role::Relay;
    options.peer = m_greeting.features;
    options.own = m_announced;
    // Requests of different visitors share one dictionary, and gain little: what we announce is
    // only that we take compressed answers (PROTOCOL.md, weaknesses).
    options.compress = false;
    options.pingAfter = m_home.options().pingAfter;
    link::LinkUser &self = *this;
    m_link = std::make_unique<link::Link>(m_home.loop(), std::move(m_stream), options, self);
    m_limit.cancel();
    if (!hasKites())
        m_limit = m_home.loop().deadlines().after(challengeTimeout, [this] { close(); });
}

std::unique_ptr<net::ByteStream> ClientLink::open(const net::Visitor &visitor)
{
    return m_link ? m_link->open(visitor) : nullptr;
}

void ClientLink::ping()
{
    if (m_link)
        m_link->ping();
}

void ClientLink::close()
{
    if (m_link)
        m_link->close();
    else
        over();
}

void ClientLink::streamOffered(link::Link &, std::unique_ptr<net::ByteStream>, const net::Visitor &)
{
    // Only relays open streams; not taking it refuses it.
}

void ClientLink::controlArrived(link::Link &, const wire::ChunkHead &head)
{
    auto request = wire::greetingFromChunk(head);
    if (!request) {
        qCInfo(lcRelay) << "unreadable kite request from" << m_address->connector;
        return;
    }
    if (request->kites.empty())
        return;
    m_requests.push_back(std::move(request).value());
    if (m_requests.size() > maxWaitingRequests)
        return close();
    answerNext();
}

/// Answers in order; each that proves something waits for its turn.
void ClientLink::answerNext()
{
    if (m_turn.isArmed() || m_requests.empty())
        return;
    const auto wait = m_home.desk().waitFor(m_requests.front(), m_link->peer().address);
    if (!wait && !hasKites())
        return close();
    // A link that works is not punished for its neighbours: it waits, however many there are.
    const auto turn = wait.value_or(Penalties::longestWait);
    const auto answerIt = [this] {
        const auto request = std::move(m_requests.front());
        m_requests.pop_front();
        answerRequest(request);
        answerNext();
    };
    if (turn == std::chrono::milliseconds(0))
        answerIt();
    else
        m_turn = m_home.loop().deadlines().after(turn, answerIt);
}

void ClientLink::answerRequest(const wire::Greeting &asked)
{
    auto request = asked;
    if (request.replaces.isEmpty())
        request.replaces = m_greeting.replaces; // said in the greeting, proved only now
    const auto answer = m_home.desk().answer(request, m_address, m_link->peer().address);
    m_link->sendControl(wire::writeReplyLines(answer.reply, m_greeting.beanstalk));
    if (answer.accepted > 0)
        m_limit.cancel();
    else if (answer.challenged == 0 && !hasKites())
        m_link->close();
}

void ClientLink::linkEnded(link::Link &, link::LinkEnd why, const QString &detail)
{
    qCInfo(lcRelay) << "link of" << m_address->connector << "ended:" << int(why) << detail;
    over();
}

void ClientLink::over()
{
    if (std::exchange(m_isOver, true))
        return;
    m_turn.cancel();
    m_limit.cancel();
    m_home.registry().release(*m_address);
    m_home.linkOver(*this);
}

} // namespace kite::relay
