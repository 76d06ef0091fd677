#include "kitecore/relay/firstbytes.h"

#include <algorithm>
#include <array>

#include "kitecore/base/endpoint.h"
#include "kitecore/base/limits.h"
#include "kitecore/http/pages.h"
#include "kitecore/http/requesthead.h"
#include "kitecore/relay/irchello.h"
#include "kitecore/relay/minecrafthello.h"
#include "kitecore/relay/xmpphello.h"
#include "kitecore/tls/clienthello.h"
#include "kitecore/wire/websocketgreeting.h"

namespace kite::relay {

namespace {

/// What connectors ask to see which relay is near and alive.
constexpr QByteArrayView pingHost = "ping.pagekite";
constexpr QByteArrayView probePath = "/~:PageKite:~/";

/// Where a head ends, behind its blank line, or -1. CRLF and LF both end lines.
qsizetype endOfHead(QByteArrayView bytes, qsizetype from)
{
    for (auto at = bytes.indexOf('\n', from); at >= 0; at = bytes.indexOf('\n', at + 1)) {
        const auto rest = bytes.sliced(at + 1);
        if (rest.startsWith('\n'))
            return at + 2;
        if (rest.startsWith("\r\n"))
            return at + 3;
    }
    return -1;
}

/// Whoever says HTTP in the first line reads an answer.
bool speaksHttp(QByteArrayView bytes)
{
    const auto end = bytes.indexOf('\n', 2); // behind a blank line in front
    return end >= 0 && bytes.first(end).contains(" HTTP/");
}

/// Methods are case-sensitive (RFC 9110, 9.1), and nobody ever defined one in lower case.
bool isMethod(QByteArrayView word)
{
    return std::ranges::all_of(word, [](char c) { return (c >= 'A' && c <= 'Z') || c == '-'; });
}

bool isProbe(const http::RequestHead &head)
{
    return head.target.startsWith(probePath) && (head.method == "GET" || head.method == "HEAD")
        && !head.isWebSocketUpgrade();
}

/// `/~:PageKite:~/NAME`, perhaps with `.json`.
ProbeVisit probeVisit(const http::RequestHead &head)
{
    auto name = QByteArrayView(head.target).sliced(probePath.size());
    if (const auto query = name.indexOf('?'); query >= 0)
        name = name.first(query);
    ProbeVisit probe;
    constexpr QByteArrayView json = ".json";
    if (name.endsWith(json)) {
        probe.format = http::ProbeFormat::Json;
        name.chop(json.size());
    }
    probe.host = routingHost(name).value_or(QByteArray());
    probe.headOnly = head.method == "HEAD";
    return probe;
}

Finding tlsFound(QByteArrayView bytes)
{
    const auto hello = tls::parseClientHello(bytes);
    if (!hello)
        return Refusal {tls::accessDeniedAlert()};
    if (!*hello)
        return NeedMore {};
    const auto &name = (*hello)->serverName;
    return TlsHello {isAddress(name) ? QByteArray() : name};
}

} // namespace

QByteArray headOf(const QByteArray &answer)
{
    const auto end = endOfHead(answer, 0);
    return end < 0 ? answer : answer.first(end);
}

Finding FirstBytes::look(QByteArrayView bytes)
{
    if (bytes.isEmpty())
        return NeedMore {};
    if (const auto other = lookForOthers(bytes))
        return *other;
    if (tls::beginsTls(bytes.front()))
        return tlsFound(bytes);
    if (wire::beginsGreeting(bytes) || wire::beginsWebSocketGreeting(bytes))
        return lookForGreeting(bytes);
    return lookForRequest(bytes);
}

/// What is neither TLS nor HTTP; std::nullopt: it may be one of these.
std::optional<Finding> FirstBytes::lookForOthers(QByteArrayView bytes) const
{
    struct Known
    {
        const char *protocol;
        Likeness (*likens)(QByteArrayView);
        Finding (*look)(QByteArrayView);
    };
    static constexpr std::array knowns {
        Known {"minecraft", likensMinecraft, lookForMinecraft},
        Known {"xmpp", likensXmpp, lookForXmpp},
    };
    for (const auto &known : knowns) {
        const auto likeness = known.likens(bytes);
        if (likeness == Likeness::No || !m_protocols.contains(known.protocol))
            continue;
        if (likeness == Likeness::NeedMore)
            return NeedMore {};
        return known.look(bytes);
    }
    if (beginsIrc(bytes) && m_protocols.contains("irc"))
        return lookForIrc(bytes);
    return std::nullopt;
}

/// Greetings have as many lines as the connector has kites: the limits of HTTP do not fit.
Finding FirstBytes::lookForGreeting(QByteArrayView bytes)
{
    const auto end
        = endOfHead(bytes.first(std::min(bytes.size(), limits::maxHeadBytes)), m_searchedBytes);
    if (end >= 0)
        return GreetingHead {end};
    if (bytes.size() >= limits::maxHeadBytes)
        return Refusal {unavailableAnswer()};
    m_searchedBytes = std::max<qsizetype>(bytes.size() - 2, 0);
    return NeedMore {};
}

Finding FirstBytes::lookForRequest(QByteArrayView bytes)
{
    const auto parsed = http::parseRequestHead(bytes, &m_searchedBytes);
    if (!parsed)
        return refuse(parsed.error(), bytes);
    if (!*parsed)
        return NeedMore {};
    return routeRequest(**parsed);
}

Finding FirstBytes::routeRequest(const http::RequestHead &head) const
{
    if (!isMethod(head.method))
        return Refusal {http::statusPage(400, m_uuid)};
    if (head.method == "PING") // the oldest way to ask for a sign of life
        return Refusal {"PONG " + head.target + "\r\n\r\n"};
    if (head.method == "CONNECT") {
        const auto to = Endpoint::parse(QString::fromLatin1(head.target), 0);
        const auto host = to ? routingHost(to->host.toLatin1()) : std::nullopt;
        if (host && to->port != 0)
            return Connect {*host, to->port, head.bytes};
    }
    const bool headOnly = head.method == "HEAD";
    if (isProbe(head))
        return probeVisit(head);
    const auto host = routingHost(head.host());
    const bool oldPing = headOnly && head.minorVersion == 0 && !head.header("Host");
    if (oldPing || (host && *host == pingHost))
        return RelayPing {headOnly};
    if (host)
        return HttpVisit {*host, head.isWebSocketUpgrade(), headOnly};
    const auto page = http::statusPage(400, m_uuid);
    return Refusal {headOnly ? headOf(page) : page};
}

Finding FirstBytes::refuse(http::HeadError error, QByteArrayView bytes) const
{
    using enum http::HeadError;
    if ((error == BadRequestLine || error == BadVersion) && !speaksHttp(bytes))
        return Refusal {};
    const int status = error == TooLong ? 431 : error == BadVersion ? 505 : 400;
    return Refusal {http::statusPage(status, m_uuid)};
}

} // namespace kite::relay
