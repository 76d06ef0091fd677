#include "kitecore/origin/requestgate.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <QVarLengthArray>

#include "kitecore/base/words.h"
#include "kitecore/http/fieldsyntax.h"
#include "kitecore/http/forwardingfields.h"
#include "kitecore/http/headlines.h"
#include "kitecore/http/pages.h"
#include "kitecore/http/targetpath.h"
#include "kitecore/origin/firewall.h"

namespace kite::origin {

namespace {

using Asked = http::ResponseFraming::Asked;
using Field = http::RequestView::Field;

constexpr QByteArrayView renamed("X-Old-"); // as PageKite does it

QByteArray linesFor(const Rules &rules, const net::Visitor &visitor)
{
    const auto address = visitor.peer.address.toLatin1();
    std::array<char, 5> digits {}; // of any port
    const auto *const end
        = std::to_chars(digits.data(), digits.data() + digits.size(), visitor.port).ptr;
    const QByteArrayView port(digits.data(), end - digits.data());
    QVarLengthArray<QByteArrayView, 12> parts;
    const auto add = [&](QByteArrayView name, QByteArrayView value) {
        for (const auto part : {name, value, QByteArrayView("\r\n")})
            parts.append(part);
    };
    if (rules.forwardingFields) {
        if (!address.isEmpty())
            add("X-Forwarded-For: ", address);
        add("X-Forwarded-Proto: ", visitor.tls ? "https" : "http");
        add("X-PageKite-Port: ", port);
    }
    if (!rules.host.isEmpty())
        add("Host: ", rules.host);
    return joined({parts.data(), std::size_t(parts.size())});
}

/// Where the path begins in a target of absolute form; 0 for other forms, -1 for none.
qsizetype pathAt(QByteArrayView method, QByteArrayView target)
{
    if (target.startsWith('/') || (target == "*" && method == "OPTIONS"))
        return 0;
    const auto authority = http::authorityEnd(target);
    return authority > 0 ? authority : -1;
}

/// The next server must not be told to take out what it needs (RFC 9110, 7.6.1).
bool disarms(const Field &field)
{
    if (!http::sameWord(field.name, "Connection"))
        return false;
    for (http::ListItems items(field.value); const auto item = items.next();) {
        const bool usual = http::sameWord(*item, "upgrade") || http::sameWord(*item, "te")
            || http::sameWord(*item, "trailer");
        if (!usual && http::isGuardedField(*item))
            return true;
    }
    return false;
}

/// Protocols in which further requests would pass by unseen (RFC 9113, 3.1; RFC 2817).
bool carriesRequests(QByteArrayView upgrade)
{
    for (http::ListItems items(upgrade); const auto item = items.next();) {
        const auto name = item->toByteArray().toLower();
        if (name.startsWith("h2") || name.startsWith("http") || name.startsWith("tls"))
            return true;
    }
    return false;
}

/// An offer to change protocols that we can follow: then nothing is read until it is decided.
bool offersSwitch(const http::RequestView &head)
{
    bool offers = false;
    for (const auto &field : head.fields) {
        if (!http::sameWord(field.name, "Upgrade"))
            continue;
        offers = true;
        if (carriesRequests(field.value))
            return false;
    }
    return offers && head.minorVersion == 1 && !head.hasBody() && head.method != "HEAD";
}

int statusOf(Refusal refusal)
{
    switch (refusal) {
    case Refusal::Malformed:
        return 400;
    case Refusal::TooLong:
        return 431;
    case Refusal::Late:
        return 408;
    case Refusal::NoTunnels:
        return 405;
    case Refusal::OtherHost:
        return 421;
    case Refusal::NeedsPassword:
        return 401;
    case Refusal::KeptOut:
        return 429;
    case Refusal::Blocked:
    case Refusal::Address: // told before anybody is asked
        break;
    }
    return 500;
}

} // namespace

RequestGate::RequestGate(std::shared_ptr<const Rules> rules, const net::Visitor &visitor,
                         std::shared_ptr<Memory> memory)
    : m_rules(std::move(rules))
    , m_memory(memory ? std::move(memory) : std::make_shared<Memory>())
    , m_address(visitor.peer.address)
    , m_kite(visitor.host)
    , m_added(linesFor(*m_rules, visitor))
{
}

RequestGate::Verdict RequestGate::judge(const http::RequestView &head, net::ByteQueue &out)
{
    const bool isHead = head.method == "HEAD";
    if (const auto refusal = objection(head)) {
        m_isHead = isHead;
        return {refusal};
    }
    const bool maySwitch = offersSwitch(head);
    const auto *const end
        = head.fields.isEmpty() ? head.requestLine.end() : head.fields.last().line.end();
    out.reserve(m_added.size() + (end - head.requestLine.begin()) + 64); // and some renaming
    writeRequestLine(head, out);
    out.append(m_added);
    writeFields(head, maySwitch, out);
    return {{}, maySwitch ? Asked::Switch : isHead ? Asked::Head : Asked::Plainly};
}

std::optional<Refusal> RequestGate::objection(const http::RequestView &head)
{
    if (head.method == "CONNECT")
        return Refusal::NoTunnels;
    if (pathAt(head.method, head.target) < 0 || std::ranges::any_of(head.fields, disarms))
        return Refusal::Malformed;
    if (!isOfThisHost(head))
        return Refusal::OtherHost;
    if (!m_rules->passwords.isEmpty()) {
        if (const auto refusal = passwordObjection(head))
            return refusal;
    }
    if (m_rules->firewallActs() && isSuspicious(head.method, head.target))
        return Refusal::Blocked;
    return std::nullopt;
}

/// Who asked without any password does not guess. Who guessed too often is not even told whether
/// the next one is right.
std::optional<Refusal> RequestGate::passwordObjection(const http::RequestView &head) const
{
    if (m_memory->tries.keptOut(m_address))
        return Refusal::KeptOut;
    const auto *const authorization = head.field("Authorization");
    if (authorization == nullptr)
        return Refusal::NeedsPassword;
    if (m_rules->passwords.accept(authorization->value))
        return std::nullopt;
    m_memory->tries.wrong(m_address);
    return Refusal::NeedsPassword;
}

/// The relay chose the kite by the first request's host, and by that one only.
bool RequestGate::isOfThisHost(const http::RequestView &head)
{
    const auto *const host = head.field("Host");
    if (host == nullptr)
        return true;
    const auto name = http::hostOf(host->value);
    if (m_host.isEmpty())
        m_host = name.toByteArray();
    return http::sameWord(name, m_host);
}

RequestGate::Fate RequestGate::fateOf(const Field &field, bool maySwitch) const
{
    switch (field.name.front() | 0x20) { // lower case: most fields are none of these
    case 'a':
        // Whose password was for us: the target would take it for an attempt at its own.
        return !m_rules->passwords.isEmpty() && m_rules->forwardingFields
                && http::sameFieldName(field.name, "authorization")
            ? Fate::Dropped
            : Fate::Kept;
    case 'f':
    case 'x':
        return m_rules->forwardingFields && http::isForwardingField(field.name) ? Fate::Renamed
                                                                                : Fate::Kept;
    case 'h':
        return !m_rules->host.isEmpty() && http::sameFieldName(field.name, "host") ? Fate::Renamed
                                                                                   : Fate::Kept;
    case 'p': // becomes HTTP_PROXY in CGI programs, which many libraries obey (CVE-2016-5385)
        return m_rules->forwardingFields && http::sameWord(field.name, "proxy") ? Fate::Renamed
                                                                                : Fate::Kept;
    case 'u':
        return !maySwitch && http::sameFieldName(field.name, "upgrade") ? Fate::Renamed
                                                                        : Fate::Kept;
    default:
        return Fate::Kept;
    }
}

/// Lines that stay stand in one piece: they are contiguous in the head.
void RequestGate::writeFields(const http::RequestView &head, bool maySwitch,
                              net::ByteQueue &out) const
{
    QByteArrayView run;
    for (const auto &field : head.fields) {
        const auto fate = fateOf(field, maySwitch);
        if (fate == Fate::Kept) {
            run = {run.isEmpty() ? field.line.data() : run.data(), run.size() + field.line.size()};
            continue;
        }
        out.append(std::exchange(run, {}));
        if (fate == Fate::Renamed) {
            out.append(renamed);
            out.append(field.line);
        }
    }
    out.append(run);
    out.append("\r\n");
}

/// Of a target in absolute form the path: servers take its host for more than Host (RFC 9112,
/// 3.2.2), and Host is what was judged. Without one OPTIONS asks about the server (3.2.4).
void RequestGate::writeRequestLine(const http::RequestView &head, net::ByteQueue &out) const
{
    const auto at = pathAt(head.method, head.target);
    if (at == 0)
        return out.append(head.requestLine);
    const auto path = head.target.sliced(at);
    out.append(head.method);
    out.append(path.startsWith('/')                             ? " "
                   : path.isEmpty() && head.method == "OPTIONS" ? " *"
                                                                : " /");
    out.append(path);
    out.append(head.minorVersion == 0 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
}

QByteArray RequestGate::pageFor(Refusal refusal) const
{
    auto page = refusal == Refusal::NeedsPassword ? http::signInPage(m_kite)
        : refusal == Refusal::Blocked             ? http::blockedPage(m_kite)
        : refusal == Refusal::KeptOut             ? http::waitPage(
                          m_kite, m_memory->tries.keptOut(m_address).value_or(std::chrono::seconds(1)))
                                      : http::statusPage(statusOf(refusal), {}, m_kite);
    if (m_isHead)
        page.truncate(page.indexOf("\r\n\r\n") + 4);
    return page;
}

} // namespace kite::origin
