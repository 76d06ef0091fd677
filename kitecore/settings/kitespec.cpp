#include "kitecore/settings/kitespec.h"

#include <algorithm>
#include <array>
#include <optional>

namespace kite::settings {

namespace {

using Fault = Err<SpecFailure>;

Fault fault(SpecError error, QStringView text)
{
    return Err {SpecFailure {error, text.toString()}};
}

/// A protocol word, what it means on the wire, and where its server usually listens.
struct ProtocolWord
{
    QLatin1StringView word;
    QLatin1StringView protocol;
    quint16 publicPort = 0; ///< the word says it; 0: it does not
    quint16 originPort = 0;
};
constexpr std::array protocolWords {
    ProtocolWord {QLatin1StringView("http"), QLatin1StringView("http"), 0, 80},
    ProtocolWord {QLatin1StringView("http2"), QLatin1StringView("http2"), 0, 80},
    ProtocolWord {QLatin1StringView("http3"), QLatin1StringView("http3"), 0, 80},
    ProtocolWord {QLatin1StringView("websocket"), QLatin1StringView("websocket"), 0, 80},
    ProtocolWord {QLatin1StringView("https"), QLatin1StringView("https"), 0, 443},
    ProtocolWord {QLatin1StringView("tls"), QLatin1StringView("https"), 0, 443},
    ProtocolWord {QLatin1StringView("ssh"), QLatin1StringView("raw"), 22, 22},
    ProtocolWord {QLatin1StringView("raw"), QLatin1StringView("raw"), 0, 0},
    ProtocolWord {QLatin1StringView("irc"), QLatin1StringView("irc"), 0, 6667},
    ProtocolWord {QLatin1StringView("xmpp"), QLatin1StringView("xmpp"), 0, 5222},
    ProtocolWord {QLatin1StringView("minecraft"), QLatin1StringView("minecraft"), 0, 25565},
};

const ProtocolWord *knownProtocol(QStringView word)
{
    const auto *const found
        = std::ranges::find_if(protocolWords, [word](const ProtocolWord &known) {
              return word.compare(known.word, Qt::CaseInsensitive) == 0;
          });
    return found == protocolWords.end() ? nullptr : &*found;
}

bool isNumber(QStringView text)
{
    return !text.isEmpty() && std::ranges::all_of(text, [](QChar c) {
        return c >= QLatin1Char('0') && c <= QLatin1Char('9');
    });
}

std::optional<quint16> readPort(QStringView text)
{
    bool fits = false;
    const auto port = text.toUShort(&fits);
    return isNumber(text) && fits && port != 0 ? std::optional(port) : std::nullopt;
}

/// `http`, `raw-22`, `raw/22`, `ssh`, `tls`: as it goes over the wire, with the origin's usual
/// port.
struct Protoport
{
    QByteArray protocol;
    quint16 publicPort = 0;
    quint16 originPort = 0;
};

Result<Protoport, SpecFailure> parseProtoport(QStringView text)
{
    const auto *const dash = std::ranges::find_if(
        text, [](QChar c) { return c == QLatin1Char('-') || c == QLatin1Char('/'); });
    const auto name = text.first(dash - text.begin());
    Protoport made {name.toUtf8().toLower(), 0, 0};
    if (const auto *known = knownProtocol(name)) {
        made.protocol = QByteArray(known->protocol.data(), known->protocol.size());
        made.publicPort = known->publicPort;
        made.originPort = known->originPort;
    }
    if (dash != text.end()) {
        const auto port = readPort(text.sliced(name.size() + 1));
        if (!port)
            return fault(SpecError::BadPort, text);
        made.publicPort = *port;
    }
    if (made.originPort == 0) // raw and what we do not know: the same port at both ends
        made.originPort = made.publicPort;
    if (!KiteId::parse(made.protocol + ":a"))
        return fault(SpecError::BadProtocol, text);
    return made;
}

Result<KiteId, SpecFailure> makeId(const Protoport &protoport, QStringView name)
{
    const auto domain = name.toUtf8().toLower();
    if (!isDomain(domain))
        return fault(name.isEmpty() ? SpecError::Empty : SpecError::BadName, name);
    return KiteId {protoport.protocol, protoport.publicPort, domain};
}

/// Splits at colons, but not inside the brackets of an IPv6 origin.
QList<QStringView> splitFields(QStringView spec)
{
    static constexpr qsizetype originField = 2;
    QList<QStringView> fields;
    qsizetype begin = 0;
    while (true) {
        qsizetype from = begin;
        if (fields.size() == originField && spec.sliced(begin).startsWith(QLatin1Char('[')))
            from = std::max(begin, spec.indexOf(QLatin1Char(']'), begin));
        const auto colon = spec.indexOf(QLatin1Char(':'), from);
        fields.append(spec.sliced(begin, (colon < 0 ? spec.size() : colon) - begin));
        if (colon < 0)
            return fields;
        begin = colon + 1;
    }
}

/// The fields of a spec, in their places whatever was left out.
struct SpecFields
{
    QStringView protocols = u"http";
    QStringView name;
    QStringView host;
    QStringView port;
    QStringView secret;
};

Result<SpecFields, SpecFailure> placeFields(QStringView spec)
{
    const auto given = splitFields(spec);
    SpecFields fields;
    switch (given.size()) {
    case 1:
        fields.name = given[0];
        break;
    case 2:
        if (isNumber(given[1])) {
            fields.name = given[0];
            fields.port = given[1];
        } else {
            fields.protocols = given[0];
            fields.name = given[1];
        }
        break;
    case 3:
        fields = {given[0], given[1], {}, given[2], {}};
        break;
    case 4:
    case 5:
        fields = {given[0], given[1], given[2], given[3], given.value(4)};
        break;
    default:
        return fault(SpecError::TooManyFields, given[1]);
    }
    return fields;
}

Result<Target, SpecFailure> portTarget(QStringView host, QStringView port, quint16 usualPort)
{
    if (port == u"builtin")
        return Target {}; // a share, whose paths stand in `webpath`
    const auto origin = Endpoint::parse(host.isEmpty() ? u"localhost" : host, 1);
    if (!origin || (!host.startsWith(QLatin1Char('[')) && host.contains(QLatin1Char(':'))))
        return fault(SpecError::BadOrigin, host);
    const auto number = readPort(port);
    if (!port.isEmpty() && !number)
        return fault(SpecError::BadPort, port);
    Target target;
    target.kind = Target::Kind::Port;
    target.endpoint = {origin->host, number.value_or(usualPort)};
    return target;
}

// --- the friendly form ---

/// `protocol://rest`, as far as it is one.
struct Scheme
{
    QStringView protocol;
    QStringView rest; ///< without slashes at its end
};

Scheme splitScheme(QStringView word)
{
    const auto mark = word.indexOf(u"://");
    Scheme scheme;
    scheme.rest = word;
    if (mark >= 0)
        scheme = {word.first(mark), word.sliced(mark + 3)};
    while (scheme.rest.endsWith(QLatin1Char('/')))
        scheme.rest.chop(1);
    return scheme;
}

/// Where visitors of a friendly kite are led; `protocol` empty: the name has to say.
struct Origin
{
    QStringView protocol;
    QStringView host;
    QStringView port;
};

bool looksLikePath(QStringView word)
{
    return word.startsWith(QLatin1Char('/')) || word.startsWith(QLatin1Char('.'))
        || word.startsWith(QLatin1Char('~'));
}

/// @return std::nullopt for what can only be a path.
std::optional<Origin> readOrigin(QStringView word)
{
    if (looksLikePath(word))
        return std::nullopt;
    if (isNumber(word))
        return Origin {{}, {}, word};
    if (knownProtocol(word))
        return Origin {word, {}, {}};
    auto [protocol, rest] = splitScheme(word);
    if (protocol.isEmpty() && word.count(QLatin1Char(':')) == 2) {
        const auto colon = word.indexOf(QLatin1Char(':'));
        if (knownProtocol(word.first(colon))) {
            protocol = word.first(colon);
            rest = word.sliced(colon + 1);
        }
    }
    const auto colon = rest.lastIndexOf(QLatin1Char(':'));
    const bool withPort
        = colon > rest.lastIndexOf(QLatin1Char(']')) && isNumber(rest.sliced(colon + 1));
    const auto host = withPort ? rest.first(colon) : rest;
    if (!Endpoint::parse(host, 1) || (protocol.isEmpty() && !withPort))
        return std::nullopt;
    return Origin {protocol, host, withPort ? rest.sliced(colon + 1) : QStringView {}};
}

/// Reads the name of a friendly kite; its own protocol goes before the origin's.
Result<std::pair<Protoport, KiteId>, SpecFailure> readName(QStringView word,
                                                           QStringView originProtocol)
{
    auto [protocol, rest] = splitScheme(word);
    if (protocol.isEmpty())
        protocol = originProtocol.isEmpty() ? QStringView(u"http") : originProtocol;
    auto protoport = parseProtoport(protocol);
    if (!protoport)
        return Err {protoport.error()};
    auto made = *protoport;
    if (const auto colon = rest.indexOf(QLatin1Char(':')); colon >= 0) {
        const auto port = readPort(rest.sliced(colon + 1));
        if (!port)
            return fault(SpecError::BadPort, rest.first(colon)); // what follows may be a secret
        made.publicPort = *port;
        if (made.originPort == 0)
            made.originPort = *port;
        rest = rest.first(colon);
    }
    const auto id = makeId(made, rest);
    if (!id)
        return Err {id.error()};
    return std::pair {made, *id};
}

Result<KiteSpec, SpecFailure> readFriendlyKite(QStringList words)
{
    if (words.isEmpty())
        return fault(SpecError::Empty, {});
    const QString nameWord = words.takeLast();
    const auto origin
        = words.size() == 1 ? readOrigin(words.constFirst()) : std::optional<Origin> {};
    if (words.size() > 1 && std::ranges::any_of(words, [](const QString &word) {
            return readOrigin(word).has_value();
        }))
        return fault(SpecError::TooManyWords, words.join(QLatin1Char(' ')));

    const auto name = readName(nameWord, origin ? origin->protocol : QStringView {});
    if (!name)
        return Err {name.error()};
    KiteSpec kite;
    kite.id = name->second;
    if (!words.isEmpty() && !origin) {
        kite.target.paths = words;
        return kite;
    }
    const auto place = origin.value_or(Origin {});
    quint16 usualPort = name->first.originPort;
    if (const auto *known = knownProtocol(place.protocol))
        usualPort = known->originPort;
    const auto target = portTarget(place.host, place.port, usualPort);
    if (!target)
        return Err {target.error()};
    kite.target = *target;
    return kite;
}

Result<KiteFlag, SpecFailure> readFlag(QStringView word)
{
    const auto body = word.sliced(1);
    const auto equals = body.indexOf(QLatin1Char('='));
    const auto key = equals < 0 ? body : body.first(equals);
    if (key.isEmpty() || key.contains(QLatin1Char(':')))
        return fault(SpecError::BadFlag, word.first(key.size() + 1));
    if (equals >= 0)
        return KiteFlag {key.toString(), body.sliced(equals + 1).toString()};
    if (key.startsWith(u"no"))
        return KiteFlag {key.sliced(2).toString(), QStringLiteral("false")};
    return KiteFlag {key.toString(), QStringLiteral("true")};
}

} // namespace

Result<QList<KiteSpec>, SpecFailure> parseServiceSpec(QStringView spec,
                                                      const SpecDefaults &defaults)
{
    const auto fields = placeFields(spec);
    if (!fields)
        return Err {fields.error()};
    QString name = fields->name == u"@kitename" ? defaults.kiteName : fields->name.toString();
    name.remove(QLatin1Char('/'));

    QList<KiteSpec> kites;
    for (const auto word : fields->protocols.split(QLatin1Char(','))) {
        const auto protoport = parseProtoport(word);
        if (!protoport)
            return Err {protoport.error()};
        const auto id = makeId(*protoport, name);
        if (!id)
            return Err {id.error()};
        const auto target = portTarget(fields->host, fields->port, protoport->originPort);
        if (!target) // not the field itself: a forgotten field may put the secret in its place
            return fault(target.error().error, name);
        KiteSpec kite;
        kite.id = *id;
        kite.target = *target;
        kite.secret
            = fields->secret == u"@kitesecret" ? defaults.kiteSecret : fields->secret.toUtf8();
        kites.append(kite);
    }
    return kites;
}

Result<QList<KiteSpec>, SpecFailure> parseFriendlyWords(const QStringList &words)
{
    QList<KiteSpec> kites;
    QStringList plain;
    QList<KiteFlag> flags;
    const auto finish = [&]() -> Result<void, SpecFailure> {
        auto kite = readFriendlyKite(plain);
        if (!kite)
            return Err {kite.error()};
        auto made = *kite;
        made.flags = flags;
        kites.append(made);
        plain.clear();
        flags.clear();
        return {};
    };
    for (const QString &word : words) {
        if (word == u"AND") {
            if (const auto done = finish(); !done)
                return Err {done.error()};
        } else if (word.startsWith(QLatin1Char('+'))) {
            const auto flag = readFlag(word);
            if (!flag)
                return Err {flag.error()};
            if (plain.isEmpty())
                return fault(SpecError::StrayFlag, QLatin1Char('+') + flag->key);
            flags.append(*flag);
        } else {
            plain.append(word);
        }
    }
    if (const auto done = finish(); !done)
        return Err {done.error()};
    return kites;
}

} // namespace kite::settings
