#include "app/cli/optionreader.h"

#include <algorithm>

namespace kite::cli {

constexpr std::array<OptionReader::Handler, actCount - 1> OptionReader::handlers {{
    {Act::Help, &OptionReader::show<Show::Help>},
    {Act::Version, &OptionReader::show<Show::Version>},
    {Act::AppVersion, &OptionReader::show<Show::AppVersion>},
    {Act::HelpMan, &OptionReader::show<Show::HelpMan>},
    {Act::Settings, &OptionReader::show<Show::Settings>},
    {Act::Clean, &OptionReader::nothing},
    {Act::OptFile, &OptionReader::nothing},
    {Act::OptDir, &OptionReader::nothing},
    {Act::KiteName, &OptionReader::kiteName},
    {Act::KiteSecret, &OptionReader::kiteSecret},
    {Act::SecretFile, &OptionReader::secretFile},
    {Act::ServiceOn, &OptionReader::serviceOn},
    {Act::ServiceOff, &OptionReader::serviceOff},
    {Act::ServiceCfg, &OptionReader::serviceCfg},
    {Act::Insecure, &OptionReader::set<&Options::insecure>},
    {Act::WebPath, &OptionReader::webPath},
    {Act::List, &OptionReader::list},
    {Act::Add, &OptionReader::edit<settings::KiteEdit::Add>},
    {Act::Disable, &OptionReader::edit<settings::KiteEdit::Disable>},
    {Act::Remove, &OptionReader::edit<settings::KiteEdit::Remove>},
    {Act::Only, &OptionReader::edit<settings::KiteEdit::Only>},
    {Act::Save, &OptionReader::save},
    {Act::SaveFile, &OptionReader::saveFile},
    {Act::Frontend, &OptionReader::frontend},
    {Act::Frontends, &OptionReader::frontends},
    {Act::NoFrontend, &OptionReader::noFrontend},
    {Act::New, &OptionReader::set<&Options::ignoreOldRelays>},
    {Act::Defaults, &OptionReader::defaults},
    {Act::WhiteLabel, &OptionReader::whiteLabel},
    {Act::WhiteLabelTls, &OptionReader::whiteLabel},
    {Act::CertName, &OptionReader::certName},
    {Act::NoCertCheck, &OptionReader::setLink<&LinkWords::noCertCheck>},
    {Act::CaCerts, &OptionReader::caCerts},
    {Act::Tls, &OptionReader::tls},
    {Act::Pin, &OptionReader::pin},
    {Act::NoZChunks, &OptionReader::set<&Options::noZChunks>},
    {Act::WsChunks, &OptionReader::setLink<&LinkWords::webSocket>},
    {Act::KeepAlive, &OptionReader::keepAlive},
    {Act::Proxy, &OptionReader::proxy},
    {Act::NoProxy, &OptionReader::noProxy},
    {Act::Socksify, &OptionReader::socksify},
    {Act::Torify, &OptionReader::torify},
    {Act::DynDns, &OptionReader::dynDns},
    {Act::NoLoop, &OptionReader::set<&Options::noLoop>},
    {Act::IsFrontend, &OptionReader::set<&Options::relayRole>},
    {Act::Host, &OptionReader::host},
    {Act::Ports, &OptionReader::ports},
    {Act::Protos, &OptionReader::protos},
    {Act::RawPorts, &OptionReader::rawPorts},
    {Act::Domain, &OptionReader::domain},
    {Act::AuthDomain, &OptionReader::authDomain},
    {Act::AuthThreads, &OptionReader::authThreads},
    {Act::AuthFailClosed, &OptionReader::nothing}, // always
    {Act::RateLimitIps, &OptionReader::rateLimitIps},
    {Act::ClientAcl, &OptionReader::addressRule<&relay::RelayOptions::visitorRules>},
    {Act::TunnelAcl, &OptionReader::addressRule<&relay::RelayOptions::connectorRules>},
    {Act::AcceptAclFile, &OptionReader::acceptAclFile},
    {Act::TrustedProxy, &OptionReader::trustedProxy},
    {Act::PortAlias, &OptionReader::portAlias},
    {Act::ErrorUrl, &OptionReader::errorUrl},
    {Act::UpgradeInfo, &OptionReader::upgradeInfo},
    {Act::NoUpgradeInfo, &OptionReader::noUpgradeInfo},
    {Act::Overload, &OptionReader::overload},
    {Act::OverloadCpu, &OptionReader::share<&relay::OverloadOptions::load>},
    {Act::OverloadMem, &OptionReader::share<&relay::OverloadOptions::memory>},
    {Act::OverloadFile, &OptionReader::overloadFile},
    {Act::DnsHints, &OptionReader::dnsHints},
    {Act::NoProbes, &OptionReader::noProbes},
    {Act::TlsEndpoint, &OptionReader::tlsEndpoint},
    {Act::TlsDefault, &OptionReader::tlsDefault},
    {Act::Motd, &OptionReader::motd},
    {Act::Workers, &OptionReader::workers},
    {Act::Accounts, &OptionReader::accounts},
    {Act::Public, &OptionReader::publicRelay},
    {Act::Hold, &OptionReader::hold},
    {Act::Drain, &OptionReader::drain},
    {Act::Metrics, &OptionReader::metrics},
    {Act::AccessLog, &OptionReader::accessLog},
    {Act::HeadTimeout, &OptionReader::time<&relay::RelayOptions::headTimeout, 1>},
    {Act::IdleTimeout, &OptionReader::time<&relay::RelayOptions::idleTimeout, 0>},
    {Act::MaxMemory, &OptionReader::maxMemory},
    {Act::MaxConnections, &OptionReader::limit<&relay::RelayOptions::maxConnections, 10'000'000>},
    {Act::MaxVisitorsPerAddress, &OptionReader::limit<&relay::RelayOptions::visitorsPerAddress>},
    {Act::MaxLinksPerAddress, &OptionReader::limit<&relay::RelayOptions::linksPerAddress>},
    {Act::MaxStreamsPerLink, &OptionReader::limit<&relay::RelayOptions::maxStreamsPerLink, 10'000>},
    {Act::MaxKitesPerLink, &OptionReader::limit<&relay::RelayOptions::maxKitesPerLink, 100'000>},
    {Act::Name, &OptionReader::name},
    {Act::Lan, &OptionReader::set<&Options::lan>},
    {Act::Port, &OptionReader::port},
    {Act::Hidden, &OptionReader::set<&Options::hiddenFiles>},
    {Act::NoListing, &OptionReader::set<&Options::noListing>},
    {Act::Json, &OptionReader::setOutput<&Output::json>},
    {Act::Traffic, &OptionReader::setOutput<&Output::traffic>},
    {Act::Watch, &OptionReader::watch},
    {Act::LogFile, &OptionReader::logFile},
    {Act::LogLevel, &OptionReader::logLevel},
    {Act::PidFile, &OptionReader::pidFile},
    {Act::All, &OptionReader::all<true>},
    {Act::NoAll, &OptionReader::all<false>},
    {Act::Daemonize, &OptionReader::daemonize<true>},
    {Act::NoDaemonize, &OptionReader::daemonize<false>},
    {Act::RunAs, &OptionReader::runAs},
    {Act::AsItIs, &OptionReader::nothing},
}};

OptionReader::Outcome OptionReader::take(const Setting &setting)
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

Err<UsageError> OptionReader::bad(const QString &why) const
{
    const QString place = fromFile() ? m_setting->place + QLatin1String(": ") : QString();
    return Err {UsageError {
        QStringLiteral("%1--%2: %3").arg(place, QLatin1String(m_setting->option->name), why)}};
}

void OptionReader::warn(const QString &sentence)
{
    const QString place = fromFile() ? m_setting->place + QLatin1String(": ") : QString();
    m_options.warnings.append(place + sentence);
}

OptionReader::Outcome OptionReader::name(const QString &value)
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

OptionReader::Outcome OptionReader::port(const QString &value)
{
    const auto port = readPort(value);
    if (!port)
        return bad(QStringLiteral("'%1' is no port.").arg(value));
    m_options.port = *port;
    return m_verb == Verb::Relay ? ports(value) : Outcome {};
}

OptionReader::Outcome OptionReader::logFile(const QString &value)
{
#ifdef Q_OS_UNIX
    const bool none = value == u"memory";
#else
    const bool none = value == u"memory" || value == u"syslog";
#endif
    if (none) {
        warn(QStringLiteral("--logfile=%1 is not acted on; there is no log.").arg(value));
        return {};
    }
    m_options.output.logFile = value;
    return {};
}

OptionReader::Outcome OptionReader::logLevel(const QString &value)
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

OptionReader::Outcome OptionReader::pidFile(const QString &value)
{
    m_options.output.pidFile = value;
    return {};
}

/// pagekite.py's number says how much; we tell every request or none.
OptionReader::Outcome OptionReader::watch(const QString &value)
{
    const auto much = value.isEmpty() ? std::optional<quint16>(1) : readPort(value);
    if (!much)
        return bad(QStringLiteral("'%1' is no number.").arg(value));
    m_options.output.watch = *much > 0;
    return {};
}

OptionReader::Outcome OptionReader::daemonize(bool on)
{
#ifdef Q_OS_UNIX
    m_options.running.daemonize = on;
#else
    if (on)
        warn(QStringLiteral("--daemonize is not acted on by this system."));
#endif
    return {};
}

OptionReader::Outcome OptionReader::runAs(const QString &value)
{
    if (value.isEmpty() || value.startsWith(QLatin1Char(':')))
        return bad(QStringLiteral("'%1' is not USER or USER:GROUP.").arg(value));
#ifdef Q_OS_UNIX
    m_options.running.runAs = value;
#else
    warn(QStringLiteral("--runas is not acted on by this system."));
#endif
    return {};
}

// --- values ---

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

bool isProtoport(const QByteArray &text)
{
    return KiteId::parse(text + ":a").has_value();
}

Result<Options, UsageError> readOptions(Verb verb, const QList<Setting> &settings,
                                        settings::RcFiles &files,
                                        const secrets::Secret &environmentSecret)
{
    OptionReader reader(verb, files, environmentSecret);
    for (const Setting &setting : settings) {
        if (const auto taken = reader.take(setting); !taken)
            return Err {taken.error()};
    }
    return reader.result();
}

} // namespace kite::cli
