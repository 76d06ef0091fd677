#include "kitecore/relay/clientlink.h"

#include <algorithm>

#include "kitecore/base/logging.h"
#include "kitecore/wire/websocketgreeting.h"

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
        return askAccounts();
    m_turn = m_home.loop().deadlines().after(*wait, [this] { askAccounts(); });
}

void ClientLink::askAccounts()
{
    if (!ask(m_greeting, m_stream->peer().address))
        answerGreeting({});
}

/// @return whether rulings will come. Should they get lost, there are none.
bool ClientLink::ask(const wire::Greeting &asked, const QString &address)
{
    m_isAsking = m_home.desk().ask(asked, m_address, address);
    if (m_isAsking)
        m_rulingLimit = m_home.loop().deadlines().after(rulingTimeout, [this] {
            ruled({m_address->id, RulingLetter::About::Greeting, {}});
        });
    return m_isAsking;
}

void ClientLink::ruled(const RulingLetter &letter)
{
    if (m_isOver)
        return;
    if (letter.about == RulingLetter::About::Grants)
        return reconsider(letter.rulings);
    if (!std::exchange(m_isAsking, false))
        return;
    m_rulingLimit.cancel();
    if (!m_link)
        return answerGreeting(letter.rulings);
    answerRequest(letter.rulings);
}

void ClientLink::askAgain()
{
    m_askedAgain = m_grants.all();
    if (m_link && !m_askedAgain.empty())
        m_home.desk().askAgain(m_askedAgain, m_address, m_link->peer().address);
    m_askAgain = m_home.loop().deadlines().after(askAgainAfter, [this] { askAgain(); });
}

/// Of kites that went to another link meanwhile nothing changes but what we remember.
void ClientLink::reconsider(const Rulings &rulings)
{
    const auto asked = std::exchange(m_askedAgain, {});
    for (size_t i = 0; i < std::min(rulings.size(), asked.size()); ++i) {
        const auto &request = asked[i].request;
        if (!rulings[i])
            continue;
        if (!m_home.desk().reconsider(request, *rulings[i], m_address))
            m_grants.remove(request.kite);
        else if (rulings[i]->kind != AccountAnswer::Kind::Failed)
            m_grants.add({request, rulings[i]->allowance});
    }
    if (!hasKites())
        return close();
    if (m_link)
        tellQuota();
}

/// Of kites that the link got in the end. What they may use is told with the answer.
void ClientLink::keepGrants(LinkAnswer &answer)
{
    const auto isAccepted = [&](const KiteId &kite) {
        return std::ranges::any_of(answer.reply.verdicts, [&](const wire::Verdict &verdict) {
            return verdict.kind == wire::Verdict::Kind::Accepted && verdict.kite == kite;
        });
    };
    for (const auto &grant : answer.grants) {
        if (isAccepted(grant.request.kite))
            m_grants.add(grant);
    }
    if (!m_grants.isEmpty() && !m_askAgain.isArmed())
        m_askAgain = m_home.loop().deadlines().after(askAgainAfter, [this] { askAgain(); });
    m_grants.describe(answer.reply);
    const auto rate = m_address->visitors->rate();
    answer.reply.visitors = rate.visitors;
    answer.reply.visitorSeconds = rate.within.count();
    if (m_link)
        m_link->setQuota(answer.reply.quotaKb);
}

/// Not to phones, which would wake up for it (PROTOCOL.md, quotas).
void ClientLink::tellQuota()
{
    const auto quota = m_grants.least().quotaKb;
    m_link->setQuota(quota);
    if (quota > 0 && !m_greeting.features.mobile)
        m_link->sendControl(wire::quotaLine(quota));
}

void ClientLink::answerGreeting(const Rulings &rulings)
{
    sendWhenSettled(m_home.desk().answer(m_greeting, m_address, m_stream->peer().address, rulings),
                    &ClientLink::sendGreetingAnswer);
}

void ClientLink::sendWhenSettled(LinkAnswer answer, Send send)
{
    if (answer.rivals.empty())
        return (this->*send)(std::move(answer));
    m_contest.emplace(std::move(answer));
    m_send = send;
    m_contestLimit = m_home.loop().deadlines().after(
        contestTimeout, [this] { settleContest(m_contest->silentSessions()); });
}

void ClientLink::rivalAnswered(quint64 holder, SignOfLife sign)
{
    if (!m_contest)
        return;
    m_contest->heard(holder, sign);
    if (m_contest->isDecided())
        settleContest(m_contest->silentSessions());
}

void ClientLink::giveUpContest()
{
    if (m_contest)
        settleContest({});
}

/// @param silent sessions of rivals.
void ClientLink::settleContest(const QByteArrayList &silent)
{
    m_contestLimit.cancel();
    auto contest = *std::exchange(m_contest, std::nullopt);
    (this->*m_send)(m_home.desk().settle(contest.take(), m_address, silent));
}

void ClientLink::sendGreetingAnswer(LinkAnswer answer)
{
    keepGrants(answer);
    m_announced = answer.reply.features;
    const bool inWebSocket = !m_greeting.webSocketKey.isEmpty();
    m_reply = inWebSocket ? wire::replyChunk(answer.reply, m_greeting.beanstalk)
                          : wire::writeReply(answer.reply, m_greeting.beanstalk);
    if (answer.accepted == 0 && answer.challenged == 0 && !m_greeting.kites.empty()) {
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
    options.maxStreams = m_home.options().maxStreamsPerLink;
    link::LinkUser &self = *this;
    m_link = std::make_unique<link::Link>(m_home.loop(), std::move(m_stream), options, self);
    m_link->setQuota(m_grants.least().quotaKb);
    m_limit.cancel();
    if (m_home.isLeaving())
        sayLeaving();
    if (!hasKites())
        m_limit = m_home.loop().deadlines().after(challengeTimeout, [this] { close(); });
}

std::unique_ptr<net::ByteStream> ClientLink::open(const net::Visitor &visitor)
{
    return m_link ? m_link->open(visitor) : nullptr;
}

void ClientLink::ping(const LinkPtr &asker)
{
    if (asker)
        m_askers.push_back(asker);
    if (m_contest || m_askers.size() > maxAskers)
        return tellAskers(SignOfLife::Given); // a link in the making; or many who will ask again
    if (!m_link)
        return tellAskers(SignOfLife::None); // it does not even take its answer
    m_link->ping([this] { tellAskers(SignOfLife::Given); });
    if (!m_silent.isArmed() && !m_askers.empty())
        m_silent = m_home.loop().deadlines().after(signOfLifeTimeout,
                                                   [this] { tellAskers(SignOfLife::None); });
}

void ClientLink::tellAskers(SignOfLife sign)
{
    m_silent.cancel();
    for (const auto &asker : std::exchange(m_askers, {}))
        asker->mail->post(PingAnswer {asker->id, m_address->id, sign});
}

void ClientLink::sayLeaving()
{
    if (!m_link || !m_announced.leaving)
        return;
    wire::GreetingReply notice;
    notice.leaving = true;
    m_link->sendControl(wire::writeReplyLines(notice, m_greeting.beanstalk));
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
    if (m_requests.size() >= maxWaitingRequests)
        return close(); // which may take a while, in which more come
    m_requests.push_back(std::move(request).value());
    answerNext();
}

/// Answers in order; each that proves something waits for its turn.
void ClientLink::answerNext()
{
    if (m_contest || m_turn.isArmed() || m_isAsking || m_requests.empty())
        return;
    const auto wait = m_home.desk().waitFor(m_requests.front(), m_link->peer().address);
    if (!wait && !hasKites())
        return close();
    // A link that works is not punished for its neighbours: it waits, however many there are.
    const auto turn = wait.value_or(Penalties::longestWait);
    const auto answerIt = [this] {
        if (!ask(m_requests.front(), m_link->peer().address))
            answerRequest({});
    };
    if (turn == std::chrono::milliseconds(0))
        answerIt();
    else
        m_turn = m_home.loop().deadlines().after(turn, answerIt);
}

/// The one that waits longest.
void ClientLink::answerRequest(const Rulings &rulings)
{
    auto request = std::move(m_requests.front());
    m_requests.pop_front();
    if (request.replaces.isEmpty())
        request.replaces = m_greeting.replaces; // said in the greeting, proved only now
    sendWhenSettled(m_home.desk().answer(request, m_address, m_link->peer().address, rulings),
                    &ClientLink::sendRequestAnswer);
}

void ClientLink::sendRequestAnswer(LinkAnswer answer)
{
    keepGrants(answer);
    m_link->sendControl(wire::writeReplyLines(answer.reply, m_greeting.beanstalk));
    if (answer.accepted > 0)
        m_limit.cancel();
    else if (answer.challenged == 0 && !hasKites())
        m_link->close();
    answerNext();
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
    m_askAgain.cancel();
    m_rulingLimit.cancel();
    m_contestLimit.cancel();
    m_contest.reset();
    tellAskers(SignOfLife::None);
    m_home.registry().release(*m_address);
    m_home.linkOver(*this);
}

} // namespace kite::relay
