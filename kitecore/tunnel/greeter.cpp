#include "kitecore/tunnel/greeter.h"

#include <algorithm>
#include <utility>

#include "kitecore/base/limits.h"
#include "kitecore/wire/signature.h"
#include "kitecore/wire/websocketgreeting.h"

namespace kite::tunnel {

using stats::DownReason;
using Kind = KiteAnswer::Kind;

namespace {

/// Name of the program and a version, for the relay's log.
constexpr char versionText[] = "Kiteline-" KITE_VERSION;

/// `X-PageKite: ` and CRLF, two salts, a signature, and the colons between.
constexpr qsizetype lineBytesBesideKite = 14 + 3 * wire::signatureLength + 3;

DownReason reasonFor(const QByteArray &word)
{
    static const struct
    {
        const char *word;
        DownReason reason;
    } known[] = {
        {"signature", DownReason::BadSecret}, {"unauthorized", DownReason::UnknownKite},
        {"proto", DownReason::NotServed},     {"port", DownReason::NotServed},
        {"quota", DownReason::Quota},         {"noquota", DownReason::Quota},
        {"nodays", DownReason::Quota},        {"noconns", DownReason::Quota},
    };
    for (const auto &entry : known) {
        if (word == entry.word)
            return entry.reason;
    }
    return DownReason::UnknownKite; // auth services have words of their own
}

/// Where the blank line ends, or -1. Heads may end their lines with CRLF or LF.
qsizetype headEnd(QByteArrayView bytes)
{
    for (qsizetype at = bytes.indexOf('\n'); at >= 0; at = bytes.indexOf('\n', at + 1)) {
        const auto rest = bytes.sliced(at + 1);
        if (rest.startsWith('\n'))
            return at + 2;
        if (rest.startsWith("\r\n"))
            return at + 3;
    }
    return -1;
}

} // namespace

size_t Greeter::fitting(std::span<const AskedKite> kites)
{
    qsizetype bytes = 0;
    size_t count = 0;
    for (const auto &kite : kites) {
        bytes += kite.id.toByteArray().size() + lineBytesBesideKite;
        if (count > 0 && (bytes > maxAskedBytes || qsizetype(count) == wire::maxKitesPerGreeting))
            break;
        ++count;
    }
    return count;
}

Greeter::Greeter(std::vector<AskedKite> kites, wire::Features own, QByteArray salt,
                 QByteArray replaces, Style style)
    : m_own(own)
    , m_salt(std::move(salt))
    , m_style(style)
    , m_replaces(std::move(replaces))
{
    for (auto &kite : kites) {
        m_answers.push_back({.id = kite.id, .detail = {}});
        m_challenges.push_back({.kite = std::move(kite), .relaySalt = {}});
    }
}

wire::Greeting Greeter::greeting() const
{
    wire::Greeting greeting;
    greeting.version = versionText;
    greeting.features = m_own;
    greeting.replaces = m_replaces;
    for (size_t i = 0; i < m_challenges.size(); ++i) {
        if (!isOpen(i))
            continue;
        const auto &[kite, relaySalt, answered] = m_challenges[i];
        wire::KiteRequest request {kite.id, m_salt, relaySalt, {}};
        request.signature = wire::sign(wire::randomHex(8), kite.secret.reveal(), request.payload());
        greeting.kites.push_back(std::move(request));
    }
    return greeting;
}

QByteArray Greeter::request() const
{
    return wire::writeGreeting(greeting());
}

QByteArray Greeter::webSocketRequest(const QByteArray &key, const QByteArray &host) const
{
    return wire::writeWebSocketGreeting(greeting(), key, host);
}

QByteArray Greeter::lines() const
{
    auto asked = greeting();
    asked.features = {}; // were said in the head
    asked.replaces.clear();
    return wire::writeGreetingLines(asked);
}

Result<Greeter::Next, wire::GreetingError> Greeter::feed(QByteArrayView &bytes)
{
    const qsizetype before = m_head.size();
    const qsizetype taken = std::min(bytes.size(), limits::maxHeadBytes - before);
    m_head.append(bytes.first(taken));
    // three bytes back: the blank line may have been cut
    const qsizetype from = std::max<qsizetype>(0, before - 3);
    const qsizetype end = headEnd(QByteArrayView(m_head).sliced(from));
    if (end < 0) {
        bytes = bytes.sliced(taken);
        if (m_head.size() == limits::maxHeadBytes)
            return Err {wire::GreetingError::TooLong};
        return Next::Read;
    }
    const QByteArray head = std::exchange(m_head, {}).first(from + end);
    bytes = bytes.sliced(head.size() - before);

    auto reply = wire::parseReply(head);
    if (!reply)
        return Err {reply.error()};
    const bool inBand = m_style == Style::InBand && m_own.addKites && reply->features.addKites;
    return begin(std::move(reply).value(), inBand ? Next::Sign : Next::Reconnect);
}

Result<Greeter::Next, wire::GreetingError> Greeter::takeFirst(wire::GreetingReply reply)
{
    reply.features.addKites = true; // there is no other way
    reply.features.compression = false;
    return begin(std::move(reply), Next::Sign);
}

Result<Greeter::Next, wire::GreetingError> Greeter::begin(wire::GreetingReply reply, Next toSign)
{
    m_reply = std::move(reply);
    if (!judge(m_reply))
        return Err {wire::GreetingError::NotAGreeting}; // an HTTP proxy says 200 as well
    if (const Next todo = next(toSign); todo != Next::Read) {
        if (todo == Next::Reconnect)
            m_replaces = m_reply.sessionId;
        return todo;
    }
    giveUp();
    return Next::Finished;
}

Greeter::Next Greeter::take(const wire::GreetingReply &reply)
{
    return judge(reply) ? next(Next::Sign) : Next::Read;
}

Greeter::Next Greeter::next(Next toSign)
{
    bool open = false;
    bool sign = false;
    for (size_t i = 0; i < m_answers.size(); ++i) {
        if (!isOpen(i))
            continue;
        open = true;
        auto &challenge = m_challenges[i];
        sign |= !challenge.relaySalt.isEmpty() && !std::exchange(challenge.answered, true);
    }
    if (sign)
        return toSign;
    return open ? Next::Read : Next::Finished;
}

bool Greeter::judge(const wire::GreetingReply &reply)
{
    bool ours = false;
    for (const auto &verdict : reply.verdicts) {
        const auto found = std::ranges::find(m_answers, verdict.kite, &KiteAnswer::id);
        if (found == m_answers.end() || verdict.connectorSalt != m_salt)
            continue;
        ours = true;
        judgeOne(verdict, size_t(found - m_answers.begin()));
    }
    return ours;
}

void Greeter::judgeOne(const wire::Verdict &verdict, size_t which)
{
    auto &answer = m_answers[which];
    auto &challenge = m_challenges[which];
    if (verdict.kind == wire::Verdict::Kind::SslOk)
        answer.relayHasTls = true; // comes beside OK
    if (!isOpen(which))
        return; // the first word counts
    switch (verdict.kind) {
    case wire::Verdict::Kind::SignThis:
        if (challenge.answered) {
            answer.kind = Kind::Later;
            answer.reason = DownReason::NotARelay;
            answer.detail = QStringLiteral("challenged twice");
        }
        challenge.relaySalt = verdict.detail;
        break;
    case wire::Verdict::Kind::Accepted:
    case wire::Verdict::Kind::SslOk:
        answer.kind = Kind::Flying;
        break;
    case wire::Verdict::Kind::Duplicate:
        answer.kind = Kind::Later;
        answer.reason = DownReason::NameTaken;
        break;
    case wire::Verdict::Kind::Invalid:
        answer.kind = Kind::Refused;
        answer.reason = reasonFor(verdict.detail);
        answer.detail = QString::fromLatin1(verdict.detail);
        break;
    }
}

void Greeter::giveUp()
{
    for (auto &answer : m_answers) {
        if (answer.kind != Kind::Open)
            continue;
        answer.kind = Kind::Later;
        answer.reason = DownReason::NotARelay;
        answer.detail = QStringLiteral("the relay did not say");
    }
}

} // namespace kite::tunnel
