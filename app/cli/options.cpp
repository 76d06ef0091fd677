#include "app/cli/options.h"

#include <algorithm>
#include <array>

#include "app/cli/sentences.h"

namespace kite::cli {

namespace {

using Outcome = Result<void, UsageError>;

/// The relays that `--defaults` means (PROTOCOL.md, "Choosing relays").
constexpr auto serviceDomain = "b5p.us";
constexpr auto serviceCertNames
    = {"b5p.us",       "frontends.b5p.us", "pagekite.net", "pagekite.me",
       "pagekite.com", "pagekite.org",     "testing.is",   "302.is"};

Err<UsageError> wrong(const QString &sentence)
{
    return Err {UsageError {sentence}};
}

QByteArrayList commaList(const QString &value)
{
    QByteArrayList list;
    for (const QString &part : value.split(QLatin1Char(','), Qt::SkipEmptyParts))
        list.append(part.trimmed().toLower().toUtf8());
    return list;
}

std::optional<quint16> readPort(QStringView text)
{
    bool fits = false;
    const auto port = text.toUShort(&fits);
    const bool digits
        = std::ranges::all_of(text, [](QChar c) { return c.isDigit() && c.unicode() < 128; });
    return fits && digits ? std::optional(port) : std::nullopt;
}

bool isFingerprint(const QByteArray &text)
{
    static constexpr qsizetype sha1Digits = 40;
    static constexpr qsizetype sha256Digits = 64;
    return (text.size() == sha1Digits || text.size() == sha256Digits)
        && std::ranges::all_of(text, [](char c) { return std::isxdigit(uchar(c)) != 0; });
}

class Reader
{
public:
    Reader(Verb verb, settings::RcFiles &files, const secrets::Secret &environmentSecret)
        : m_verb(verb)
        , m_files(files)
        , m_environmentSecret(environmentSecret)
    {
    }

    Outcome take(const Setting &setting);
    Options result() { return m_options; }

private:
    struct Handler
    {
        Act act;
        Outcome (Reader::*take)(const QString &value);
    };
    static const std::array<Handler, actCount - 1> handlers;

    Outcome nothing(const QString &) { return {}; }
    template <bool Options::*Member>
    Outcome set(const QString &)
    {
        m_options.*Member = true;
        return {};
    }
    template <bool Output::*Member>
    Outcome setOutput(const QString &)
    {
        m_options.output.*Member = true;
        return {};
    }
    template <bool LinkWords::*Member>
    Outcome setLink(const QString &)
    {
        m_options.link.*Member = true;
        return {};
    }
    template <Show What>
    Outcome show(const QString &)
    {
        m_options.show = What;
        return {};
    }

    Outcome kiteName(const QString &value);
    Outcome kiteSecret(const QString &value);
    Outcome secretFile(const QString &path);
    Outcome serviceOn(const QString &spec) { return declare(spec, true); }
    Outcome serviceOff(const QString &spec) { return declare(spec, false); }
    Outcome declare(const QString &spec, bool on);
    Outcome serviceCfg(const QString &value);

    Outcome frontend(const QString &value);
    Outcome frontends(const QString &value);
    Outcome defaults(const QString &value);
    Outcome whiteLabel(const QString &domain);
    Outcome certName(const QString &value);
    Outcome caCerts(const QString &value);
    Outcome tls(const QString &value);
    Outcome pin(const QString &value);
    Outcome keepAlive(const QString &value);

    Outcome host(const QString &value);
    Outcome ports(const QString &value);
    Outcome protos(const QString &value);
    Outcome rawPorts(const QString &value);
    Outcome domain(const QString &value);
    Outcome tlsEndpoint(const QString &value);
    Outcome tlsDefault(const QString &value);
    Outcome motd(const QString &path);
    Outcome workers(const QString &value);

    Outcome name(const QString &value);
    Outcome port(const QString &value);
    Outcome logFile(const QString &value);
    Outcome logLevel(const QString &value);
    Outcome pidFile(const QString &value);

    bool fromFile() const { return !m_setting->place.isEmpty(); }
    /// The secret for kites without one, as far as it is known by now.
    QByteArray defaultSecret() const;
    Err<UsageError> bad(const QString &why) const;
    void warn(const QString &sentence);

    Verb m_verb;
    settings::RcFiles &m_files;
    const secrets::Secret &m_environmentSecret;
    Options m_options;
    const Setting *m_setting = nullptr; ///< the one that is being taken
    QList<const Option *> m_warned;
};

constexpr std::array<Reader::Handler, actCount - 1> Reader::handlers {{
    {Act::Help, &Reader::show<Show::Help>},
    {Act::Version, &Reader::show<Show::Version>},
    {Act::AppVersion, &Reader::show<Show::AppVersion>},
    {Act::Settings, &Reader::show<Show::Settings>},
    {Act::Clean, &Reader::nothing},
    {Act::OptFile, &Reader::nothing},
    {Act::OptDir, &Reader::nothing},
    {Act::KiteName, &Reader::kiteName},
    {Act::KiteSecret, &Reader::kiteSecret},
    {Act::SecretFile, &Reader::secretFile},
    {Act::ServiceOn, &Reader::serviceOn},
    {Act::ServiceOff, &Reader::serviceOff},
    {Act::ServiceCfg, &Reader::serviceCfg},
    {Act::Frontend, &Reader::frontend},
    {Act::Frontends, &Reader::frontends},
    {Act::Defaults, &Reader::defaults},
    {Act::WhiteLabel, &Reader::whiteLabel},
    {Act::WhiteLabelTls, &Reader::whiteLabel},
    {Act::CertName, &Reader::certName},
    {Act::NoCertCheck, &Reader::setLink<&LinkWords::noCertCheck>},
    {Act::CaCerts, &Reader::caCerts},
    {Act::Tls, &Reader::tls},
    {Act::Pin, &Reader::pin},
    {Act::NoZChunks, &Reader::set<&Options::noZChunks>},
    {Act::KeepAlive, &Reader::keepAlive},
    {Act::NoLoop, &Reader::set<&Options::noLoop>},
    {Act::IsFrontend, &Reader::set<&Options::relayRole>},
    {Act::Host, &Reader::host},
    {Act::Ports, &Reader::ports},
    {Act::Protos, &Reader::protos},
    {Act::RawPorts, &Reader::rawPorts},
    {Act::Domain, &Reader::domain},
    {Act::TlsEndpoint, &Reader::tlsEndpoint},
    {Act::TlsDefault, &Reader::tlsDefault},
    {Act::Motd, &Reader::motd},
    {Act::Workers, &Reader::workers},
    {Act::Name, &Reader::name},
    {Act::Lan, &Reader::set<&Options::lan>},
    {Act::Port, &Reader::port},
    {Act::Hidden, &Reader::set<&Options::hiddenFiles>},
    {Act::NoListing, &Reader::set<&Options::noListing>},
    {Act::Json, &Reader::setOutput<&Output::json>},
    {Act::Traffic, &Reader::setOutput<&Output::traffic>},
    {Act::Watch, &Reader::setOutput<&Output::watch>},
    {Act::LogFile, &Reader::logFile},
    {Act::LogLevel, &Reader::logLevel},
    {Act::PidFile, &Reader::pidFile},
}};

Outcome Reader::take(const Setting &setting)
{
    m_setting = &setting;
    const Option &option = *setting.option;
    if (option.act != Act::None) {
        const Handler &handler = handlers[size_t(option.act) - 1]; // in the order of Act
        Q_ASSERT(handler.act == option.act);
        return (this->*handler.take)(setting.value);
    }
    if (!m_warned.contains(&option)) {
        m_warned.append(&option);
        warn(QStringLiteral("--%1 is known but not acted on.").arg(QLatin1String(option.name)));
    }
    return {};
}

Err<UsageError> Reader::bad(const QString &why) const
{
    const QString place = fromFile() ? m_setting->place + QLatin1String(": ") : QString();
    return wrong(
        QStringLiteral("%1--%2: %3").arg(place, QLatin1String(m_setting->option->name), why));
}

void Reader::warn(const QString &sentence)
{
    const QString place = fromFile() ? m_setting->place + QLatin1String(": ") : QString();
    m_options.warnings.append(place + sentence);
}

// --- kites ---

QByteArray Reader::defaultSecret() const
{
    if (!m_options.secretOfLine.isEmpty())
        return m_options.secretOfLine;
    if (!m_environmentSecret.isEmpty())
        return m_environmentSecret.reveal().toByteArray();
    return m_options.secretOfFile;
}

Outcome Reader::kiteName(const QString &value)
{
    if (!isDomain(value.toUtf8()))
        return bad(QStringLiteral("this is no name for a kite."));
    m_options.kiteName = value;
    return {};
}

Outcome Reader::kiteSecret(const QString &value)
{
    (fromFile() ? m_options.secretOfFile : m_options.secretOfLine) = value.toUtf8();
    return {};
}

Outcome Reader::secretFile(const QString &path)
{
    const auto bytes = m_files.read(path);
    if (!bytes)
        return bad(QStringLiteral("%1 cannot be read: %2.").arg(path, bytes.error()));
    const auto line = bytes->left(bytes->indexOf('\n')).trimmed();
    if (line.isEmpty())
        return bad(QStringLiteral("the first line of %1 is empty.").arg(path));
    m_options.secretOfLine = line;
    return {};
}

Outcome Reader::declare(const QString &spec, bool on)
{
    const auto kites = settings::parseServiceSpec(spec, {m_options.kiteName, defaultSecret()});
    if (!kites)
        return bad(sentenceFor(kites.error()));
    for (const auto &kite : *kites) {
        const bool twice = std::ranges::any_of(
            m_options.kites, [&](const DeclaredKite &other) { return other.spec.id == kite.id; });
        if (twice)
            return bad(
                QStringLiteral("%1 is there twice.").arg(QString::fromUtf8(kite.id.toByteArray())));
        m_options.kites.append({kite, on, fromFile()});
        if (m_options.kiteName.isEmpty())
            m_options.kiteName = QString::fromUtf8(kite.id.domain);
    }
    return {};
}

Outcome Reader::serviceCfg(const QString &value)
{
    const auto fields = value.split(QLatin1Char(':'));
    const auto place = fields.first().split(QLatin1Char('/'));
    const auto port = readPort(place.value(1));
    if (fields.size() < 3 || place.size() != 2 || !port)
        return bad(QStringLiteral("this is not NAME/PORT:KEY:VALUE."));
    m_options.kiteSettings.append(
        {place[0].toLower().toUtf8(),
         *port,
         {fields[1], QStringList(fields.sliced(2)).join(QLatin1Char(':'))}});
    return {};
}

// --- which relay, and how ---

Outcome Reader::frontend(const QString &value)
{
    static constexpr quint16 usualPort = 443;
    const auto endpoint = Endpoint::parse(value, usualPort);
    if (!endpoint)
        return bad(QStringLiteral("'%1' is not HOST:PORT.").arg(value));
    m_options.frontends.append(*endpoint);
    return {};
}

Outcome Reader::frontends(const QString &value)
{
    const auto colon = value.indexOf(QLatin1Char(':'));
    const auto pool = colon < 0 ? QStringView {} : QStringView(value).sliced(colon + 1);
    if (pool.startsWith(QLatin1Char('@')))
        return bad(QStringLiteral("files of relays are not read; name the relays by --frontend."));
    const auto endpoint = Endpoint::parse(pool, 443);
    if (!readPort(QStringView(value).first(std::max<qsizetype>(colon, 0))) || !endpoint)
        return bad(QStringLiteral("'%1' is not N:NAME:PORT.").arg(value));
    m_options.frontends.append(*endpoint);
    return {};
}

Outcome Reader::defaults(const QString &)
{
    m_options.frontends.append({QLatin1String("fe4_152.") + QLatin1String(serviceDomain), 443});
    for (const auto *name : serviceCertNames)
        m_options.link.certNames.append(name);
    warn(QStringLiteral(
        "--defaults: dynamic DNS is not acted on; the kite's name has to lead to the "
        "relay already."));
    return {};
}

Outcome Reader::whiteLabel(const QString &domain)
{
    if (!isDomain(domain.toUtf8()))
        return bad(QStringLiteral("'%1' is no domain.").arg(domain));
    m_options.frontends.append({QLatin1String("fe4_152.") + domain.toLower(), 443});
    m_options.link.certNames += {"fe." + domain.toLower().toUtf8(), domain.toLower().toUtf8()};
    for (const auto *name : serviceCertNames)
        m_options.link.certNames.append(name);
    warn(QStringLiteral(
             "--%1: dynamic DNS is not acted on; the kite's name has to lead to the relay "
             "already.")
             .arg(QLatin1String(m_setting->option->name)));
    return {};
}

Outcome Reader::certName(const QString &value)
{
    if (value.isEmpty()) {
        m_options.link.certNames.clear();
        m_options.link.certFingerprints.clear();
        return {};
    }
    const auto parts = value.toLower().split(QLatin1Char('/'));
    const auto fingerprint = parts.value(1).remove(QLatin1Char(':')).toUtf8();
    if (!isDomain(parts[0].toUtf8()) || parts.size() > 2
        || (parts.size() == 2 && !isFingerprint(fingerprint)))
        return bad(QStringLiteral("'%1' is not NAME or NAME/FINGERPRINT.").arg(value));
    m_options.link.certNames.append(parts[0].toUtf8());
    if (parts.size() == 2)
        m_options.link.certFingerprints.append(fingerprint);
    return {};
}

Outcome Reader::caCerts(const QString &value)
{
    const bool systems = value == u"auto" || value == u"curl";
    m_options.link.authorityGiven = true;
    m_options.link.authorityFile = systems ? QString() : value;
    return {};
}

Outcome Reader::tls(const QString &value)
{
    if (m_verb == Verb::Relay)
        m_options.relayPem = value;
    else
        m_options.link.tls = true;
    return {};
}

Outcome Reader::pin(const QString &value)
{
    QString digits = value.toLower();
    digits.remove(QLatin1Char(':'));
    static constexpr qsizetype sha256Digits = 64;
    if (digits.size() != sha256Digits || !isFingerprint(digits.toUtf8()))
        return bad(QStringLiteral("a SHA-256 fingerprint has 64 hexadecimal digits."));
    m_options.link.pins.append(digits.toUtf8());
    return {};
}

Outcome Reader::keepAlive(const QString &value)
{
    static constexpr int least = 5;
    static constexpr int most = 1800;
    if (value == u"auto") {
        m_options.keepAlive = {};
        return {};
    }
    bool number = false;
    const int seconds = value.toInt(&number);
    if (!number || seconds < 1)
        return bad(QStringLiteral("'%1' is not a number of seconds.").arg(value));
    m_options.keepAlive = std::chrono::seconds(std::clamp(seconds, least, most));
    return {};
}

// --- the relay ---

Outcome Reader::host(const QString &value)
{
    QHostAddress address(value);
    if (value == u"localhost")
        address = QHostAddress(QHostAddress::LocalHost);
    else if (value == u"all" || value == u"*")
        address = QHostAddress(QHostAddress::Any);
    if (address.isNull())
        return bad(QStringLiteral("'%1' is no address of this computer.").arg(value));
    m_options.relay.addresses = {address};
    return {};
}

Outcome Reader::ports(const QString &value)
{
    QList<quint16> ports;
    for (const auto &text : commaList(value)) {
        const auto number = readPort(QString::fromUtf8(text));
        if (!number)
            return bad(QStringLiteral("'%1' is no port.").arg(QString::fromUtf8(text)));
        ports.append(*number);
    }
    if (ports.isEmpty())
        return bad(QStringLiteral("there is no port."));
    m_options.relay.ports = ports;
    return {};
}

bool isProtoport(const QByteArray &text)
{
    return KiteId::parse(text + ":a").has_value();
}

Outcome Reader::protos(const QString &value)
{
    const auto protocols = commaList(value);
    const auto odd = std::ranges::find_if_not(protocols, isProtoport);
    if (odd != protocols.end())
        return bad(QStringLiteral("'%1' is no protocol.").arg(QString::fromUtf8(*odd)));
    m_options.relay.protocols = protocols;
    return {};
}

Outcome Reader::rawPorts(const QString &value)
{
    const auto ports = commaList(value);
    for (const auto &port : ports) {
        if (port != "virtual" && !readPort(QString::fromUtf8(port)))
            return bad(QStringLiteral("'%1' is no port.").arg(QString::fromUtf8(port)));
    }
    m_options.relay.rawPorts = ports;
    return {};
}

Outcome Reader::domain(const QString &value)
{
    const auto fields = value.split(QLatin1Char(':'));
    if (fields.size() < 2 || fields.size() > 3)
        return bad(QStringLiteral("this is not PROTOCOLS:NAME:SECRET."));
    relay::Account account;
    account.protocols = fields[0].isEmpty() || fields[0] == u"*" ? m_options.relay.protocols
                                                                 : commaList(fields[0]);
    account.domain = fields[1].toLower().toUtf8();
    account.secret = secrets::Secret(fields.size() == 3 ? fields[2].toUtf8() : defaultSecret());
    if (!std::ranges::all_of(account.protocols, isProtoport))
        return bad(QStringLiteral("'%1' are no protocols.").arg(fields[0]));
    if (!isDomain(account.domain))
        return bad(QStringLiteral("'%1' is no name for kites.").arg(fields[1]));
    if (account.secret.isEmpty())
        return bad(
            QStringLiteral("%1 needs a secret: behind a third colon, in KITE_SECRET, or before "
                           "it by --secret-file.")
                .arg(fields[1]));
    m_options.relay.accounts.append(account);
    return {};
}

Outcome Reader::tlsEndpoint(const QString &value)
{
    const auto colon = value.indexOf(QLatin1Char(':'));
    const auto name = value.left(std::max<qsizetype>(colon, 0)).toLower().toUtf8();
    const auto pem = value.mid(colon + 1);
    if (!isDomain(name) || pem.isEmpty())
        return bad(QStringLiteral("'%1' is not NAME:PEM.").arg(value));
    m_options.relay.tlsNames.append({name, pem});
    return {};
}

Outcome Reader::tlsDefault(const QString &value)
{
    m_options.relay.tlsDefault = value.toLower().toUtf8();
    return {};
}

Outcome Reader::motd(const QString &path)
{
    static constexpr qsizetype most = 8192; // PROTOCOL.md, "Options"
    const auto text = m_files.read(path);
    if (!text)
        return bad(QStringLiteral("%1 cannot be read: %2.").arg(path, text.error()));
    m_options.relay.motd = text->left(most);
    return {};
}

Outcome Reader::workers(const QString &value)
{
    static constexpr int most = 256;
    bool number = false;
    const int workers = value.toInt(&number);
    if (!number || workers < 0 || workers > most)
        return bad(
            QStringLiteral("'%1' is not a number from 0 to %2.").arg(value, QString::number(most)));
    m_options.relay.workers = workers;
    return {};
}

// --- sharing, telling ---

Outcome Reader::name(const QString &value)
{
    QString label = value.toLower();
    if (label.endsWith(u".localhost"))
        label.chop(10);
    static constexpr qsizetype most = 63; // RFC 1035, 2.3.4
    if (!isDomain(label.toUtf8()) || label.contains(QLatin1Char('.'))
        || label.contains(QLatin1Char('*')) || label.size() > most)
        return bad(QStringLiteral("'%1' is not one word of letters, digits and '-'.").arg(value));
    m_options.shareName = label;
    return {};
}

Outcome Reader::port(const QString &value)
{
    const auto port = readPort(value);
    if (!port)
        return bad(QStringLiteral("'%1' is no port.").arg(value));
    m_options.port = *port;
    return m_verb == Verb::Relay ? ports(value) : Outcome {};
}

Outcome Reader::logFile(const QString &value)
{
    if (value == u"syslog" || value == u"memory") {
        warn(QStringLiteral("--logfile=%1 is not acted on; there is no log.").arg(value));
        return {};
    }
    m_options.output.logFile = value;
    return {};
}

Outcome Reader::logLevel(const QString &value)
{
    static constexpr std::pair<QStringView, LogLevel> levels[]
        = {{u"none", LogLevel::None},    {u"err", LogLevel::Error}, {u"error", LogLevel::Error},
           {u"warn", LogLevel::Warning}, {u"info", LogLevel::Info}, {u"mach", LogLevel::Info},
           {u"debug", LogLevel::Debug},  {u"all", LogLevel::Debug}};
    for (const auto &[word, level] : levels) {
        if (value == word) {
            m_options.output.level = level;
            return {};
        }
    }
    return bad(QStringLiteral("'%1' is none of none, err, warn, info, debug, all.").arg(value));
}

Outcome Reader::pidFile(const QString &value)
{
    m_options.output.pidFile = value;
    return {};
}

} // namespace

Result<Options, UsageError> readOptions(Verb verb, const QList<Setting> &settings,
                                        settings::RcFiles &files,
                                        const secrets::Secret &environmentSecret)
{
    Reader reader(verb, files, environmentSecret);
    for (const Setting &setting : settings) {
        if (const auto taken = reader.take(setting); !taken)
            return Err {taken.error()};
    }
    return reader.result();
}

} // namespace kite::cli
