#include "kitecore/relay/arrival.h"

#include <algorithm>
#include <array>

#include "kitecore/base/logging.h"
#include "kitecore/http/pages.h"
#include "kitecore/http/requesthead.h"
#include "kitecore/relay/awaywords.h"
#include "kitecore/relay/connectrule.h"
#include "kitecore/relay/onerequest.h"
#include "kitecore/relay/ownnames.h"
#include "kitecore/relay/visitrecord.h"
#include "kitecore/tls/clienthello.h"

namespace kite::relay {

namespace {

/// Whom a hello without SNI means: the chosen default, else the relay's first name. Either may be a
/// wildcard, which nobody can ask for.
std::optional<QByteArray> nameWithoutSni(const RelayOptions &options)
{
    if (!options.tlsDefault.isEmpty())
        return options.tlsDefault;
    if (options.tlsNames.isEmpty())
        return std::nullopt;
    return options.tlsNames.first().name;
}

/// Where mail clients wait to be greeted (RFC 5321, 3.1).
constexpr std::array<quint16, 4> mailPorts {25, 465, 587, 2525};
/// As PageKite's relays greet; a visitor who then speaks HTTP is served.
constexpr QByteArrayView mailGreeting = "220 ready ESMTP PageKite Magic Proxy\n";
const QByteArray noMail = "421 No mail is taken here\r\n";

} // namespace

Arrival::Arrival(ArrivalHome &home, std::unique_ptr<net::ByteStream> stream, quint16 port,
                 std::shared_ptr<Permit> permit)
    : m_home(home)
    , m_stream(std::move(stream))
    , m_visitor(m_stream->peer())
    , m_permit(std::move(permit))
    , m_began(m_home.loop().clock().now())
    , m_firstBytes(home.pages().uuid(), home.options().protocols)
    , m_port(port)
{
    expectFirstBytes();
    awaitFirstBytes();
}

Arrival::~Arrival() = default;

void Arrival::expectFirstBytes()
{
    m_firstBytes = FirstBytes(m_home.pages().uuid(), m_home.options().protocols);
    if (m_patience == Patience::Waiting)
        m_patience = Patience::Spent;
    limit(firstByteTimeout());
    m_stream->setUser(this);
    m_stream->setInterest({.read = true});
}

/// Of the outermost layer.
void Arrival::awaitFirstBytes()
{
    const bool mail = std::ranges::find(mailPorts, m_port) != mailPorts.end();
    if (mail || m_home.rawVisitors().comeTo(m_port))
        m_limit = m_home.loop().deadlines().after(mail ? mailSilenceTimeout : silenceTimeout,
                                                  [this] { visitorIsSilent(); });
}

void Arrival::visitorIsSilent()
{
    auto &raw = m_home.rawVisitors();
    const auto found
        = raw.comeTo(m_port) && mayVisit() ? raw.find(m_port, m_visitor.address) : std::nullopt;
    if (found)
        return deliver(found->route, found->host);
    limit(firstByteTimeout());
    if (std::ranges::find(mailPorts, m_port) == mailPorts.end())
        return;
    m_isMail = true;
    if (m_stream->write(mailGreeting).bytes != mailGreeting.size())
        over();
}

void Arrival::limit(std::chrono::milliseconds time)
{
    m_limit = m_home.loop().deadlines().after(time, [this] { giveUp(); });
}

void Arrival::streamReady(net::ByteStream &, net::Readiness)
{
    if (m_isOver)
        return;
    const auto buffer = m_home.loop().readBuffer();
    const auto io = m_stream->read(buffer);
    if (io.status == net::Io::Status::Blocked)
        return;
    if (io.status != net::Io::Status::Moved)
        return over();
    if (m_bytes.isEmpty())
        limit(m_home.options().headTimeout);
    m_bytes.append(buffer.data(), io.bytes);
    understand();
}

void Arrival::understand()
{
    std::visit([this](const auto &found) { act(found); }, m_firstBytes.look(m_bytes));
}

/// The order of PROTOCOL.md, TLS: pass through, end it here, alert. But the relay's own names come
/// before wildcard kites, and all its names before the kite for unknown ones: connectors find it
/// under them.
void Arrival::act(const TlsHello &hello)
{
    if (m_tls)
        return over();
    const auto &name = m_connectName.isEmpty() ? hello.serverName : m_connectName;
    const auto host = name.isEmpty() ? nameWithoutSni(m_home.options()) : routingHost(name);
    if (!host)
        return turnAway(Refused::Unreadable, tls::accessDeniedAlert());
    m_host = *host;
    m_protocol = "https";
    const auto context = m_home.serverNames().find(*host);
    const auto route = m_home.registry().find(Asking::Https, m_port, *host);
    const bool isOwn = context && isOwnName(m_home.options(), *host);
    if (!mayVisit() && !(context && mayBringKites()))
        return turnAway(Refused::VisitorRules, tls::accessDeniedAlert());
    if (route && mayVisit() && !isOwn && !(context && route->kite.domain == "unknown"))
        return deliver(*route, *host);
    if (context)
        return endTls(context);
    if (waitsFor(Asking::Https, m_port, *host))
        return;
    turnAway(Refused::NotFlying, tls::accessDeniedAlert());
}

void Arrival::act(const GreetingHead &greeting)
{
    if (!mayBringKites())
        return turnAway(Refused::ConnectorRules, forbiddenAnswer());
    const auto head = m_bytes.first(greeting.bytes);
    m_bytes.remove(0, greeting.bytes);
    m_home.greeted(takeStream(), head, std::move(m_permit));
    over();
}

void Arrival::act(const Connect &connect)
{
    m_host = connect.host;
    m_protocol = "raw";
    const auto rule
        = connectRule(connect, m_home.registry(), m_home.serverNames(), m_home.options().rawPorts);
    if (!mayVisit() && !(rule.way == ConnectWay::Tls && mayBringKites()))
        return turnAway(Refused::VisitorRules,
                        http::statusPage(403, m_home.pages().uuid(), connect.host));
    const bool again = m_connected || (m_tls && rule.way == ConnectWay::Tls);
    const auto asking = connect.port == 443          ? Asking::Https
        : connect.port == 80 || connect.port == 8080 ? Asking::Http
                                                     : Asking::Raw;
    if (rule.way == ConnectWay::Refused && waitsFor(asking, connect.port, connect.host))
        return;
    if (rule.way == ConnectWay::Refused || again)
        return turnAway(Refused::NotFlying, unavailableAnswer());
    if (!establish(connect.headBytes))
        return over();
    m_port = connect.port;
    if (rule.way == ConnectWay::Raw)
        return deliver(rule.route, connect.host);
    m_connected = true;
    if (rule.way == ConnectWay::Tls)
        m_connectName = connect.host;
    expectFirstBytes();
    if (!m_bytes.isEmpty()) {
        limit(m_home.options().headTimeout);
        understand();
    }
}

void Arrival::act(const HttpVisit &visit)
{
    m_host = visit.host;
    m_protocol = "http";
    const bool webSocket = visit.webSocket && m_home.options().protocols.contains("websocket");
    const auto asking = webSocket ? Asking::WebSocket : Asking::Http;
    if (m_home.doorman().trustsAnybody()) {
        if (const auto head = http::parseRequestHead(m_bytes); head && *head)
            m_visitor = m_home.doorman().visitorOf(m_stream->peer(), **head);
    }
    const auto page = [&](int status) {
        const auto whole = http::statusPage(status, m_home.pages().uuid(), visit.host);
        return visit.headOnly ? headOf(whole) : whole;
    };
    if (!mayVisit())
        return turnAway(Refused::VisitorRules, page(403));
    const bool isBrought = m_visitor.address != m_stream->peer().address;
    if (isBrought && !m_home.countAs(*m_permit, m_visitor.address)) {
        const auto words = page(429);
        if (const auto line = record(m_host, m_protocol, m_bytes))
            line->refused(Refused::VisitorsOfAddress, words);
        return refuse(words);
    }
    m_home.rawVisitors().asked(m_visitor.address, visit.host);
    if (const auto route = m_home.registry().find(asking, m_port, visit.host)) {
        if (m_home.doorman().trusts(m_stream->peer().address) && !endAfterRequest())
            return turnAway(Refused::Unreadable, page(400));
        return deliver(*route, visit.host);
    }
    if (waitsFor(asking, m_port, visit.host))
        return;
    const auto away = m_home.pages().words("http", visit.host);
    turnAway(Refused::NotFlying, visit.headOnly ? headOf(away) : away);
}

/// The next request that a proxy sends on this connection may be anybody's, for any kite.
/// @return false: it cannot be told where this one ends.
bool Arrival::endAfterRequest()
{
    auto one = OneRequest::from(m_bytes, m_home.loop(), m_stream);
    if (!one)
        return false;
    auto [head, stream] = std::move(one).value();
    m_bytes = std::move(head);
    m_stream = std::move(stream);
    return true;
}

void Arrival::act(const NamedVisit &visit)
{
    m_host = visit.host;
    m_protocol = visit.asking == Asking::Irc ? "irc"
        : visit.asking == Asking::Xmpp       ? "xmpp"
                                             : "minecraft";
    if (!mayVisit())
        return turnAway(Refused::VisitorRules, {});
    if (const auto route = m_home.registry().find(visit.asking, m_port, visit.host)) {
        m_bytes.replace(0, visit.headBytes, visit.headInstead);
        return deliver(*route, visit.host);
    }
    if (waitsFor(visit.asking, m_port, visit.host))
        return;
    turnAway(Refused::NotFlying, m_home.pages().words(m_protocol, visit.host));
}

/// Whoever asks brings kites perhaps, later; everybody may.
void Arrival::act(const RelayPing &ping)
{
    const auto page = m_home.pages().pingAnswer();
    refuse(ping.headOnly ? headOf(page) : page);
}

/// Connectors of ours look whether the kite's target answers. Of others we tell that they are
/// there: some end the whole link when they are asked (PROTOCOL.md, probes).
void Arrival::act(const ProbeVisit &probe)
{
    using http::ProbeStatus;
    if (!mayVisit())
        return turnAway(Refused::VisitorRules, http::statusPage(403, m_home.pages().uuid()));
    const auto route = m_home.options().answerProbes
        ? m_home.registry().find(Asking::Http, m_port, probe.host)
        : std::nullopt;
    if (route && route->link && route->link->answersProbes && !probe.headOnly)
        return handOver(*route, probe.host,
                        probe.format == http::ProbeFormat::Json ? "probe.json" : "probe");
    const auto answer
        = http::probeAnswer(route ? ProbeStatus::Ok : ProbeStatus::RelayDown, probe.format);
    refuse(probe.headOnly ? headOf(answer) : answer);
}

void Arrival::act(const Refusal &refusal)
{
    turnAway(Refused::Unreadable, refusal.answer);
}

/// For the access log; null: there is none.
/// @param begin what it said, where that may be told.
std::unique_ptr<VisitRecord> Arrival::record(const QByteArray &host, const QByteArray &protocol,
                                             QByteArrayView begin) const
{
    const auto &log = m_home.options().accessLog;
    if (!log)
        return nullptr;
    Access access;
    access.address = m_visitor.address;
    access.kite = host;
    access.protocol = protocol;
    if (const auto head = http::parseRequestHead(begin); head && *head)
        describeRequest(**head, access);
    else if (!host.isEmpty() || !protocol.isEmpty())
        access.request = streamRequest(protocol, host, m_port);
    return std::make_unique<VisitRecord>(log, m_home.loop().clock(), m_began, std::move(access));
}

void Arrival::turnAway(Refused why, const QByteArray &words)
{
    m_home.turnedAway(why, m_host.isEmpty() ? m_visitor.address : QString::fromUtf8(m_host));
    const auto &said = words.isEmpty() && m_isMail ? noMail : words;
    if (const auto visit = record(m_host, m_protocol, m_bytes))
        visit->refused(why, said);
    if (said.isEmpty())
        over();
    else
        refuse(said);
}

/// It said too little for too long.
void Arrival::giveUp()
{
    m_home.turnedAway(Refused::Silent, m_visitor.address);
    over();
}

bool Arrival::waitsFor(Asking asking, quint16 port, const QByteArray &host)
{
    if (m_patience == Patience::Spent || m_bytes.size() > maxHeldBytes
        || !m_home.mayWait(*this, asking, port, host))
        return false;
    m_stream->setInterest({});
    if (std::exchange(m_patience, Patience::Waiting) == Patience::Fresh) {
        m_limit = m_home.loop().deadlines().after(m_home.options().holdVisitors,
                                                  [this] { stopWaiting(); });
    }
    return true;
}

void Arrival::lookAgain()
{
    if (m_isOver)
        return;
    m_firstBytes = FirstBytes(m_home.pages().uuid(), m_home.options().protocols);
    understand();
}

void Arrival::stopWaiting()
{
    m_patience = Patience::Spent;
    lookAgain();
}

void Arrival::endTls(const tls::Context &context)
{
    limit(m_home.options().headTimeout);
    m_stream = net::tlsServer(
        m_home.loop(), takeStream(), context,
        [this](net::TlsError error, const QString &detail) { tlsEnded(error, detail); });
}

void Arrival::tlsEnded(net::TlsError error, const QString &detail)
{
    if (m_isOver)
        return;
    if (error != net::TlsError::None) {
        qCDebug(lcRelay) << "TLS handshake failed:" << int(error) << detail;
        return over();
    }
    m_tls = true;
    m_connected = false;
    expectFirstBytes();
}

/// @return false if the visitor is gone. Nothing was ever written before on this connection: there
/// is room for so little.
bool Arrival::establish(qsizetype headBytes)
{
    constexpr QByteArrayView established = "HTTP/1.0 200 Connection Established\r\n\r\n";
    m_bytes.remove(0, headBytes);
    return m_stream->write(established).bytes == established.size();
}

/// Not what a proxy says: connectors do not come through one.
bool Arrival::mayBringKites() const
{
    return m_home.doorman().mayBringKites(m_stream->peer().address);
}

/// Whether the limit of different visitors of the link has a place for this one.
bool Arrival::isAdmitted(const Route &route) const
{
    if (!route.link || !route.link->visitors->isActive())
        return true;
    const auto head = http::parseRequestHead(m_bytes);
    const bool isRequest = isHttpLike(route.kite.protocol) && head && *head;
    const auto visitor = visitorKey(m_visitor.address, isRequest ? &**head : nullptr);
    return route.link->visitors->admits(visitor, m_home.loop().clock().now());
}

void Arrival::deliver(const Route &route, const QByteArray &host)
{
    if (!isAdmitted(route))
        return turnAway(
            Refused::VisitorRate,
            m_home.pages().words(route.kite.protocol, host, AwayPages::Why::TooManyVisitors));
    handOver(route, host, route.kite.protocol);
}

void Arrival::handOver(const Route &route, const QByteArray &host, const QByteArray &protocol)
{
    net::Visitor visitor;
    visitor.protocol = protocol;
    visitor.host = host;
    visitor.port = m_port;
    visitor.peer = m_visitor;
    visitor.tls = m_tls;
    m_permit->setRecord(record(host, protocol, protocol == "raw" ? QByteArrayView() : m_bytes));
    m_home.deliver(route, takeStream(), visitor, std::move(m_permit));
    over();
}

void Arrival::refuse(const QByteArray &words)
{
    m_home.lastWords(takeStream(), words, std::move(m_permit));
    over();
}

/// The stream as it came: what we looked at stands in front again.
std::unique_ptr<net::ByteStream> Arrival::takeStream()
{
    m_stream->setInterest({});
    m_stream->setUser(nullptr);
    if (!m_bytes.isEmpty())
        m_stream->unread(std::exchange(m_bytes, {}));
    return std::move(m_stream);
}

/// It goes after the next round of events, which must not reach it any more.
void Arrival::over()
{
    if (std::exchange(m_isOver, true))
        return;
    m_limit.cancel();
    if (m_stream) {
        m_stream->setInterest({});
        m_stream->setUser(nullptr);
    }
    m_home.arrivalOver(*this);
}

} // namespace kite::relay
