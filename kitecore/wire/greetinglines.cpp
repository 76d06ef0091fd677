#include "kitecore/wire/greetinglines.h"

#include <algorithm>
#include <array>

namespace kite::wire {

namespace {

constexpr qsizetype maxSaltBytes = 64;   // 36 in use
constexpr qsizetype maxWordBytes = 256;  // what libpagekite keeps of a session id
constexpr qsizetype maxMotdBytes = 8192; // pagekite.py's limit
constexpr qsizetype maxListEntries = 1000;
constexpr qsizetype maxUpgrades = 10;
constexpr qsizetype maxUpgradeBytes = 2048;
constexpr QByteArrayView pagekitePrefix = "X-PageKite";
constexpr QByteArrayView beanstalkPrefix = "X-Beanstalk";

struct Name
{
    QByteArrayView rest; ///< What follows the prefix: empty, or `-Features` and the like.
    bool beanstalk = false;
};

/// @return std::nullopt for headers that are none of ours.
std::optional<Name> greetingName(QByteArrayView name)
{
    for (const QByteArrayView prefix : {pagekitePrefix, beanstalkPrefix}) {
        if (name.size() >= prefix.size()
            && name.first(prefix.size()).compare(prefix, Qt::CaseInsensitive) == 0)
            return Name {name.sliced(prefix.size()), prefix.size() == beanstalkPrefix.size()};
    }
    return std::nullopt;
}

bool same(QByteArrayView a, QByteArrayView b)
{
    return a.compare(b, Qt::CaseInsensitive) == 0;
}

/// Salts and signatures: letters and digits (PROTOCOL.md, signatures).
bool isSalt(QByteArrayView text)
{
    return text.size() <= maxSaltBytes && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
           });
}

/// Each name has a line of its own.
void readFeature(Features &features, QByteArrayView value)
{
    struct Known
    {
        QByteArrayView name;
        bool Features::*flag = nullptr;
    };
    static constexpr std::array known {
        Known {"ZChunks", &Features::compression},   Known {"AddKites", &Features::addKites},
        Known {"WebSockets", &Features::webSockets}, Known {"Mobile", &Features::mobile},
        Known {"KiteWindow", &Features::wideWindow}, Known {"KiteLeaving", &Features::leaving}};
    for (const Known &feature : known) {
        if (value == feature.name)
            features.*feature.flag = true;
    }
}

/// Cuts `text` at each `separator`.
std::vector<QByteArrayView> cut(QByteArrayView text, char separator, qsizetype maxParts)
{
    std::vector<QByteArrayView> parts;
    while (qsizetype(parts.size()) < maxParts) {
        const auto end = text.indexOf(separator);
        parts.push_back(end < 0 ? text : text.first(end));
        if (end < 0)
            break;
        text = text.sliced(end + 1);
    }
    return parts;
}

QByteArrayList readList(QByteArrayView value)
{
    QByteArrayList list;
    for (const QByteArrayView entry : cut(value, ',', maxListEntries)) {
        const auto word = plainWord(entry.trimmed(), maxWordBytes);
        if (!word.isEmpty())
            list += word.toByteArray();
    }
    return list;
}

QList<quint16> readPorts(QByteArrayView value)
{
    QList<quint16> ports;
    for (const QByteArray &entry : readList(value)) {
        if (const auto port = readDecimal<quint16>(entry); port && *port != 0)
            ports += *port;
    }
    return ports;
}

/// `motd=TEXT` among `&`-separated pairs; TEXT is form-encoded. Control characters are dropped.
QByteArray readMotd(QByteArrayView misc)
{
    constexpr QByteArrayView key = "motd=";
    for (const QByteArrayView pair : cut(misc, '&', maxListEntries)) {
        if (!pair.startsWith(key))
            continue;
        auto text = pair.sliced(key.size()).toByteArray().replace('+', ' ');
        text = QByteArray::fromPercentEncoding(text).left(maxMotdBytes);
        text.removeIf([](char c) { return quint8(c) < ' ' && c != '\n'; });
        return text;
    }
    return {};
}

/// The kite and salt of `protoport:domain:bsalt`, and what follows the next `separator`.
struct What
{
    KiteId kite;
    QByteArray salt;
    QByteArrayView rest;
};

std::optional<What> readWhat(QByteArrayView fields, char separator)
{
    const auto firstColon = fields.indexOf(':');
    const auto secondColon = firstColon < 0 ? -1 : fields.indexOf(':', firstColon + 1);
    if (secondColon < 0)
        return std::nullopt;
    auto kite = KiteId::parse(fields.first(secondColon));
    const auto tail = fields.sliced(secondColon + 1);
    const auto saltEnd = tail.indexOf(separator);
    const auto salt = saltEnd < 0 ? tail : tail.first(saltEnd);
    if (!kite || !isSalt(salt))
        return std::nullopt;
    return What {*std::move(kite), salt.toByteArray(),
                 saltEnd < 0 ? QByteArrayView {} : tail.sliced(saltEnd + 1)};
}

constexpr std::array verdictNames {
    std::pair<QByteArrayView, Verdict::Kind> {"-SignThis", Verdict::Kind::SignThis},
    std::pair<QByteArrayView, Verdict::Kind> {"-OK", Verdict::Kind::Accepted},
    std::pair<QByteArrayView, Verdict::Kind> {"-SSL-OK", Verdict::Kind::SslOk},
    std::pair<QByteArrayView, Verdict::Kind> {"-Duplicate", Verdict::Kind::Duplicate},
    std::pair<QByteArrayView, Verdict::Kind> {"-Invalid", Verdict::Kind::Invalid},
};

} // namespace

Result<void, GreetingError> GreetingReader::read(const HeaderLine &line)
{
    const auto name = greetingName(line.name);
    if (!name)
        return {};
    if (name->rest.isEmpty()) {
        m_greeting.beanstalk = m_greeting.beanstalk || name->beanstalk;
        return readKite(line.value);
    }
    if (same(name->rest, "-Features"))
        readFeature(m_greeting.features, line.value);
    else if (same(name->rest, "-Version"))
        m_greeting.version = plainWord(line.value, maxWordBytes).toByteArray();
    else if (same(name->rest, "-Replace"))
        m_greeting.replaces = plainWord(line.value, maxWordBytes).toByteArray();
    return {};
}

Result<void, GreetingError> GreetingReader::readKite(QByteArrayView fields)
{
    if (qsizetype(m_greeting.kites.size()) == maxKitesPerGreeting)
        return Err {GreetingError::TooLong};
    const auto what = readWhat(fields, ':');
    if (!what)
        return Err {GreetingError::BadKite};
    const auto colon = what->rest.indexOf(':');
    if (colon < 0 || !isSalt(what->rest.first(colon)) || !isSalt(what->rest.sliced(colon + 1)))
        return Err {GreetingError::BadKite};
    m_greeting.kites.push_back({what->kite, what->salt, what->rest.first(colon).toByteArray(),
                                what->rest.sliced(colon + 1).toByteArray()});
    return {};
}

Result<void, GreetingError> ReplyReader::read(const HeaderLine &line)
{
    const auto name = greetingName(line.name);
    if (!name || name->rest.isEmpty())
        return {};
    for (const auto &[verdict, kind] : verdictNames) {
        if (same(name->rest, verdict))
            return readVerdict(kind, line.value);
    }
    if (same(name->rest, "-Invalid-Why"))
        return readWhy(line.value);
    if (!readWord(name->rest, line.value))
        readCounter(name->rest, line.value);
    return {};
}

bool ReplyReader::readWord(QByteArrayView name, QByteArrayView value)
{
    if (same(name, "-Features")) {
        readFeature(m_reply.features, value);
    } else if (same(name, "-Protos")) {
        m_reply.protocols = readList(value);
    } else if (same(name, "-Raw-Ports")) {
        m_reply.rawPorts = readList(value);
    } else if (same(name, "-Ports")) {
        m_reply.ports = readPorts(value);
    } else if (same(name, "-SessionID")) {
        m_reply.sessionId = plainWord(value, maxWordBytes).toByteArray();
    } else if (same(name, "-Misc")) {
        m_reply.motd = readMotd(value);
    } else if (same(name, "-Upgrade")) {
        if (m_reply.upgrades.size() < maxUpgrades)
            m_reply.upgrades += plainWord(value, maxUpgradeBytes).toByteArray();
    } else if (same(name, "-IPsPerSec")) {
        const auto slash = value.indexOf('/');
        const auto most = readDecimal<qint64>(value.first(std::max<qsizetype>(slash, 0)));
        const auto seconds = readDecimal<qint64>(value.sliced(slash + 1));
        const bool isLimit = most && seconds && *most > 0 && *seconds > 0;
        m_reply.visitors = isLimit ? *most : 0;
        m_reply.visitorSeconds = isLimit ? *seconds : 0;
    } else if (same(name, "-Leaving")) {
        m_reply.leaving = value == QByteArrayView("1");
    } else {
        return false;
    }
    return true;
}

void ReplyReader::readCounter(QByteArrayView name, QByteArrayView value)
{
    struct Counter
    {
        QByteArrayView name;
        qint64 GreetingReply::*field = nullptr;
    };
    static constexpr std::array counters {Counter {"-Quota", &GreetingReply::quotaKb},
                                          Counter {"-QDays", &GreetingReply::quotaDays},
                                          Counter {"-QConns", &GreetingReply::quotaConns}};
    for (const Counter &counter : counters) {
        if (same(name, counter.name))
            m_reply.*counter.field = readDecimal<qint64>(value).value_or(0);
    }
}

Result<void, GreetingError> ReplyReader::readVerdict(Verdict::Kind kind, QByteArrayView fields)
{
    if (qsizetype(m_reply.verdicts.size()) == 2 * maxKitesPerGreeting) // OK and SSL-OK each
        return Err {GreetingError::TooLong};
    const auto what = readWhat(fields, ':');
    if (!what)
        return Err {GreetingError::BadKite};
    Verdict verdict {kind, what->kite, what->salt, {}};
    if (kind == Verdict::Kind::SignThis) {
        if (what->rest.isEmpty() || !isSalt(what->rest))
            return Err {GreetingError::BadKite};
        verdict.detail = what->rest.toByteArray();
    }
    m_reply.verdicts.push_back(std::move(verdict));
    return {};
}

/// `what;reason`, and perhaps more fields one day. Belongs to the `Invalid` line before it.
Result<void, GreetingError> ReplyReader::readWhy(QByteArrayView fields)
{
    const auto what = readWhat(fields, ';');
    if (!what)
        return Err {GreetingError::BadKite};
    const auto reason = plainWord(cut(what->rest, ';', 2).front().trimmed(), maxWordBytes);
    const auto last = std::find_if(
        m_reply.verdicts.rbegin(), m_reply.verdicts.rend(), [&what](const Verdict &verdict) {
            return verdict.kind == Verdict::Kind::Invalid && verdict.kite == what->kite
                && verdict.connectorSalt == what->salt;
        });
    if (last != m_reply.verdicts.rend())
        last->detail = reason.toByteArray();
    return {};
}

} // namespace kite::wire
