#include "kitecore/relay/worker.h"

#include <algorithm>

#include "kitecore/base/endpoint.h"
#include "kitecore/base/logging.h"
#include "kitecore/link/websocketstream.h"
#include "kitecore/net/neighbourhood.h"
#include "kitecore/net/socketcalls.h"
#include "kitecore/relay/visitrecord.h"
#include "kitecore/wire/signature.h"
#include "kitecore/wire/websocketgreeting.h"

namespace kite::relay {

namespace {

/// A visitor or connector that vanished without a word fails its socket after about this time.
constexpr int deadPeerSeconds = 120;
/// How long after its start a relay waits for all kites that have accounts.
constexpr std::chrono::seconds freshFor {30};

QString placeOf(const net::Peer &peer)
{
    return Endpoint {peer.address, peer.port}.toString();
}

/// @return null if the connector is gone. Next to nothing was written before on this connection:
/// there is room for so little.
std::unique_ptr<net::ByteStream>
webSocketOver(net::Loop &loop, std::unique_ptr<net::ByteStream> stream, const QByteArray &key)
{
    const auto welcome = wire::writeWebSocketWelcome(key);
    if (stream->write(welcome).bytes != welcome.size())
        return nullptr;
    return link::webSocketStream(loop, std::move(stream), wire::WebSocketSide::Server);
}

} // namespace

Worker::Worker(net::Loop &loop, Core &core)
    : m_loop(loop)
    , m_core(core)
    , m_mail(std::make_shared<LinkMail>(this))
    , m_splices(loop)
    , m_settings(core.settings)
{
    m_loop.held().join(core.held, [this] { memoryFull(); });
    m_splices.setIdleLimit(options().idleTimeout);
    m_core.spread.join(m_mail);
    listen(core.doors);
}

void Worker::listen(const Doors &doors)
{
    m_acceptors.clear();
    for (const auto &door : doors.all) {
        const auto take = door.isRaw ? &Worker::acceptRaw : &Worker::accept;
        const auto accepted
            = [this, take, port = door.port()](net::Descriptor visitor, net::Peer peer) {
                  (this->*take)(std::move(visitor), std::move(peer), port);
              };
        for (const auto &socket : door.sockets) {
            if constexpr (net::calls::acceptedInherit)
                net::calls::setDeadPeerTimeout(socket->handle(), deadPeerSeconds);
            m_acceptors.push_back(std::make_unique<net::Acceptor>(m_loop, socket, accepted));
        }
    }
    acceptWhereItFits();
}

/// A TLS handshake costs much more than handing its visitor over: then all workers accept.
void Worker::acceptWhereItFits()
{
    const bool accepts = !m_settings->names.isEmpty() || m_core.spread.isFitToAccept(m_mail);
    for (const auto &acceptor : m_acceptors)
        acceptor->setAccepting(accepts);
}

Worker::~Worker()
{
    m_core.spread.leave(m_mail);
    m_loop.held().leave();
    m_mail->close();
}

/// std::nullopt: there is no place for it; closes it.
std::optional<Worker::Accepted> Worker::admit(net::Descriptor socket, net::Peer peer)
{
    const auto refused = [&](Refused why) {
        turnedAway(why, peer.address);
        return std::nullopt;
    };
    if (!m_settings->doorman->mayConnect(peer.address))
        return refused(Refused::AcceptFile);
    auto permit = Permit::take(m_core.connections, m_settings->places);
    if (!permit)
        return refused(Refused::Connections);
    const bool standsForMany = m_settings->doorman->trusts(peer.address);
    if (!standsForMany && !countAs(*permit, peer.address))
        return std::nullopt;
    if constexpr (!net::calls::acceptedInherit)
        net::calls::setDeadPeerTimeout(socket.handle(), deadPeerSeconds);
    return Accepted {net::descriptorStream(m_loop, std::move(socket), std::move(peer)),
                     std::move(permit)};
}

/// The permit's place before is given back.
bool Worker::hasPlace(AddressPlaces &places, const AddressLimit &limit, const QString &address,
                      Permit &permit) const
{
    const bool isFree = limit.isUsual && net::isThisComputer(address);
    return places.take(address, isFree ? 0 : limit.most, permit.place());
}

bool Worker::countAs(Permit &permit, const QString &address)
{
    if (hasPlace(*m_core.visitorPlaces, options().visitorsPerAddress, address, permit))
        return true;
    turnedAway(Refused::VisitorsOfAddress, address);
    return false;
}

/// Who reaches a limit is told to the operator now and then, since he may want it to be another.
void Worker::turnedAway(Refused why, const QString &whom)
{
    m_core.refusals.count(why);
    const bool isLimit = why == Refused::Connections || why == Refused::VisitorsOfAddress
        || why == Refused::LinksOfAddress || why == Refused::StreamsOfLink || why == Refused::Memory
        || why == Refused::CutOff;
    if (!isLimit)
        return;
    if (const auto times = m_core.refusals.tellNow(why, m_loop.clock().now()))
        qCWarning(lcRelay).noquote()
            << "limit reached:" << refusedWord(why) << "for" << whom << "times:" << *times;
}

void Worker::accept(net::Descriptor socket, net::Peer peer, quint16 port)
{
    auto accepted = admit(std::move(socket), std::move(peer));
    if (!accepted)
        return;
    ArrivalHome &home = *this;
    auto arrival = std::make_unique<Arrival>(home, std::move(accepted->stream),
                                             m_settings->options.publicPort(port),
                                             std::move(accepted->permit));
    m_arrivals.emplace(arrival.get(), std::move(arrival));
}

bool Worker::isAdmitted(const Route &route, const QString &address) const
{
    return !route.link || !route.link->visitors->isActive()
        || route.link->visitors->admits(visitorKey(address, nullptr), m_loop.clock().now());
}

/// Not a byte is waited for: the kite may be the one that speaks first.
void Worker::acceptRaw(net::Descriptor socket, net::Peer peer, quint16 port)
{
    if (!m_settings->doorman->mayVisit(peer.address))
        return turnedAway(Refused::VisitorRules, peer.address);
    const auto found = m_core.rawVisitors.find(port, peer.address);
    if (!found)
        return turnedAway(Refused::NotFlying, peer.address);
    auto accepted = admit(std::move(socket), std::move(peer));
    if (!accepted)
        return;
    const auto address = accepted->stream->peer().address;
    if (!isAdmitted(found->route, address))
        return turnedAway(Refused::VisitorRate, address);
    net::Visitor visitor;
    visitor.protocol = found->route.kite.protocol;
    visitor.host = found->host;
    visitor.port = port;
    visitor.peer = accepted->stream->peer();
    if (const auto &log = options().accessLog) {
        Access access;
        access.address = visitor.peer.address;
        access.kite = visitor.host;
        access.protocol = visitor.protocol;
        access.request = streamRequest(visitor.protocol, visitor.host, visitor.port);
        accepted->permit->setRecord(std::make_unique<VisitRecord>(
            log, m_loop.clock(), m_loop.clock().now(), std::move(access)));
    }
    deliver(found->route, std::move(accepted->stream), visitor, std::move(accepted->permit));
}

void Worker::deliver(const Route &route, std::unique_ptr<net::ByteStream> stream,
                     const net::Visitor &visitor, std::shared_ptr<Permit> permit)
{
    if (route.target) {
        // What they move there is not seen here.
        if (const auto record = permit->takeRecord())
            record->over({});
        return route.target->visit(m_loop, std::move(stream), visitor);
    }
    if (m_core.held->isUsedUp())
        return turnAway(Refused::Memory, std::move(stream), visitor, std::move(permit));
    if (route.link->mail == m_mail)
        return join(route.link->id, std::move(stream), visitor, std::move(permit));
    stream->detach();
    route.link->mail->post(
        Handover {route.link->id, std::move(stream), visitor, std::move(permit)});
}

/// Kites of a relay that was just started are as good as missed: their connectors dial again.
bool Worker::mayWait(Arrival &arrival, Asking asking, quint16 port, const QByteArray &host)
{
    if (m_settings->options.holdVisitors <= std::chrono::seconds(0) || m_isLeaving
        || !m_arrivals.contains(&arrival))
        return false;
    const bool isMissed = m_core.registry.isMissed(asking, port, host)
        || (m_loop.clock().now() - m_core.startedAt < freshFor
            && m_settings->desk->hasAccountFor(host));
    if (!isMissed)
        return false;
    if (m_waiting.contains(&arrival))
        return true;
    auto place = Permit::take(m_core.heldVisitors, m_settings->options.maxHeldVisitors);
    if (!place)
        return false;
    m_waiting.emplace(&arrival, std::move(place));
    m_core.registry.awaitKite(m_mail);
    if (m_core.registry.find(asking, port, host))
        m_mail->post(KiteCame {}); // it came since it was looked for
    return true;
}

void Worker::greeted(std::unique_ptr<net::ByteStream> stream, QByteArrayView greetingHead,
                     std::shared_ptr<Permit> permit)
{
    Greeted greeted {std::move(stream), greetingHead.toByteArray(), std::move(permit)};
    if (m_isLeaving || !greeted.stream->isMovable())
        return keep(std::move(greeted));
    const auto keeper = m_core.spread.keeperFor(m_mail);
    if (keeper == m_mail)
        return keep(std::move(greeted));
    greeted.stream->detach();
    keeper->post(std::move(greeted));
}

void Worker::keep(Greeted greeted)
{
    auto [stream, head, permit] = std::move(greeted);
    auto greeting = wire::beginsWebSocketGreeting(head) ? wire::parseWebSocketGreeting(head)
                                                        : wire::parseGreeting(head);
    const auto from = stream->peer().address;
    if (!greeting) {
        turnedAway(Refused::Unreadable, from);
        return lastWords(std::move(stream), unavailableAnswer(), std::move(permit));
    }
    if (m_isLeaving)
        return turnedAway(Refused::Leaving, from);
    if (!m_settings->doorman->trusts(from)
        && !hasPlace(*m_core.linkPlaces, options().linksPerAddress, from, *permit)) {
        turnedAway(Refused::LinksOfAddress, from);
        return lastWords(std::move(stream), unavailableAnswer(), std::move(permit));
    }
    if (!greeting->webSocketKey.isEmpty())
        stream = webSocketOver(m_loop, std::move(stream), greeting->webSocketKey);
    else if (greeting->kites.empty())
        return;
    if (!stream)
        return;
    const auto address = std::make_shared<const LinkAddress>(
        LinkAddress {++m_core.lastLink, wire::randomHex(32), placeOf(stream->peer()), m_mail,
                     greeting->features.wideWindow, greeting->replaces});
    LinkHome &home = *this;
    auto link = std::make_unique<ClientLink>(home, address, std::move(stream),
                                             std::move(greeting).value(), std::move(permit));
    auto &started = *link;
    ++m_core.links;
    m_core.spread.linkCame(m_mail);
    m_links.emplace(address->id, std::move(link));
    started.start();
}

void Worker::lastWords(std::unique_ptr<net::ByteStream> stream, const QByteArray &words,
                       std::shared_ptr<Permit> permit)
{
    m_splices.join(std::move(stream), net::lastWords(m_loop, words),
                   Permit::asMeter(permit, m_turnedAway));
}

void Worker::arrivalOver(Arrival &arrival)
{
    m_waiting.erase(&arrival);
    if (auto node = m_arrivals.extract(&arrival))
        m_loop.poller().retire(std::move(node.mapped()));
}

void Worker::linkOver(ClientLink &link)
{
    --m_core.links;
    m_core.spread.linkWent(m_mail);
    if (auto node = m_links.extract(link.address().id))
        m_loop.poller().retire(std::move(node.mapped()));
}

/// Nothing but the mailbox posts such events.
void Worker::customEvent(QEvent *)
{
    for (auto &letter : m_mail->take())
        std::visit([this](auto &written) { read(std::move(written)); }, letter);
}

void Worker::read(Handover letter)
{
    letter.stream->attach(m_loop);
    join(letter.link, std::move(letter.stream), letter.visitor, std::move(letter.permit));
}

void Worker::read(Greeted letter)
{
    m_core.spread.arrived(m_mail);
    letter.stream->attach(m_loop);
    keep(std::move(letter));
}

void Worker::read(const LinksMoved &)
{
    acceptWhereItFits();
}

void Worker::read(const PingLink &letter)
{
    if (auto *link = linkOf(letter.link))
        link->ping(letter.asker);
    else if (letter.asker)
        letter.asker->mail->post(PingAnswer {letter.asker->id, letter.link, SignOfLife::None});
}

void Worker::read(PingAnswer letter)
{
    if (auto *link = linkOf(letter.link))
        link->rivalAnswered(letter.holder, letter.sign);
}

void Worker::read(CloseLink letter)
{
    if (auto *link = linkOf(letter.link))
        link->close();
}

void Worker::read(const RulingLetter &letter)
{
    if (auto *link = linkOf(letter.link))
        link->ruled(letter);
}

void Worker::read(KiteCame)
{
    if (!m_waiting.empty())
        m_core.registry.awaitKite(m_mail); // before looking: none may slip through
    for (auto *arrival : waiting()) {
        if (m_waiting.contains(arrival))
            arrival->lookAgain();
    }
}

void Worker::read(Reconfigure letter)
{
    const auto before = std::exchange(m_settings, std::move(letter.settings));
    m_splices.setIdleLimit(options().idleTimeout);
    if (!m_isLeaving)
        listen(*letter.doors);
    closeRevoked(*before->desk);
    endContests();
}

/// Links with a kite that would not be accepted any more; their connectors dial again for the
/// others. Here and not where settings change: until a worker reads of it, it accepts by old ones.
void Worker::closeRevoked(const LinkDesk &before)
{
    for (const auto &[kite, address] : m_core.registry.flights()) {
        auto *link = linkOf(address->id);
        if (!link || m_settings->desk->stillAccepts(kite, before))
            continue;
        qCInfo(lcRelay) << kite.toByteArray() << "of" << address->connector << "is revoked";
        link->close();
    }
}

/// What was proved in them was proved by the settings before.
void Worker::endContests()
{
    std::vector<quint64> all;
    for (const auto &[id, link] : m_links)
        all.push_back(id);
    for (const auto id : all) {
        if (auto *link = linkOf(id))
            link->giveUpContest();
    }
}

/// More waits in memory than may: all workers make room, each of them in proportion to what it
/// holds.
void Worker::memoryFull()
{
    size_t none = 0;
    const auto &workers = m_core.workers;
    if (!m_core.isComplete || !m_core.relieving.compare_exchange_strong(none, workers.size()))
        return;
    constexpr double roomier = 0.875; // so that it is not always the next one's turn
    const auto held = double(m_core.held->bytes.load());
    const double share = 1 - roomier * double(m_core.held->limit.load()) / std::max(held, 1.0);
    for (const auto &worker : workers) {
        if (!worker->post(Relieve {std::clamp(share, 0.0, 1.0)}))
            --m_core.relieving;
    }
}

void Worker::read(const Relieve &letter)
{
    const auto held = m_loop.held().bytes();
    const int cut = m_splices.cutStuck(qint64(double(held) * letter.share));
    --m_core.relieving;
    for (int i = 0; i < cut; ++i)
        turnedAway(Refused::CutOff, QStringLiteral("those who take what they get too slowly"));
}

/// The last of all workers lets all of them tell their links: whoever dials again before that could
/// still come here.
void Worker::read(StopAccepting)
{
    m_isLeaving = true;
    m_acceptors.clear();
    for (auto *arrival : waiting()) {
        if (m_waiting.contains(arrival))
            arrival->stopWaiting();
    }
    if (++m_core.stopped < m_core.workers.size())
        return;
    for (const auto &worker : m_core.workers)
        worker->post(SayLeaving {});
}

void Worker::read(SayLeaving)
{
    for (const auto &[id, link] : m_links)
        link->sayLeaving();
    ++m_core.said;
}

std::vector<Arrival *> Worker::waiting() const
{
    std::vector<Arrival *> all;
    for (const auto &[arrival, place] : m_waiting)
        all.push_back(arrival);
    return all;
}

ClientLink *Worker::linkOf(quint64 id)
{
    const auto found = m_links.find(id);
    return found == m_links.end() ? nullptr : found->second.get();
}

void Worker::join(quint64 link, std::unique_ptr<net::ByteStream> stream,
                  const net::Visitor &visitor, std::shared_ptr<Permit> permit)
{
    auto *carrier = linkOf(link);
    auto carried = carrier ? carrier->open(visitor) : nullptr;
    if (carried)
        return m_splices.join(std::move(stream), std::move(carried),
                              Permit::asMeter(permit, m_served), permit->takeRecord());
    turnAway(carrier ? Refused::StreamsOfLink : Refused::NotFlying, std::move(stream), visitor,
             std::move(permit));
}

void Worker::turnAway(Refused why, std::unique_ptr<net::ByteStream> stream,
                      const net::Visitor &visitor, std::shared_ptr<Permit> permit)
{
    const auto answer = awayAnswer(visitor);
    turnedAway(why, QString::fromUtf8(visitor.host));
    if (const auto record = permit->takeRecord())
        record->refused(why, answer);
    if (!answer.isEmpty())
        lastWords(std::move(stream), answer, std::move(permit));
}

/// For the moment between a link's end and the registry's knowing, and for full links.
QByteArray Worker::awayAnswer(const net::Visitor &visitor) const
{
    return m_settings->pages->words(visitor.protocol, visitor.host);
}

} // namespace kite::relay
