#include "app/cli/optionreader.h"

#include <algorithm>

namespace kite::cli {

namespace {

/// The relays that `--defaults` means (PROTOCOL.md, "Choosing relays").
constexpr auto serviceDomain = "b5p.us";
constexpr auto serviceCertNames
    = {"b5p.us",       "frontends.b5p.us", "pagekite.net", "pagekite.me",
       "pagekite.com", "pagekite.org",     "testing.is",   "302.is"};

} // namespace

OptionReader::Outcome OptionReader::frontend(const QString &value)
{
    static constexpr quint16 usualPort = 443;
    const auto endpoint = Endpoint::parse(value, usualPort);
    if (!endpoint)
        return bad(QStringLiteral("'%1' is not HOST:PORT.").arg(value));
    m_options.frontends.append(*endpoint);
    return {};
}

OptionReader::Outcome OptionReader::frontends(const QString &value)
{
    static constexpr int most = 16;
    const auto first = value.indexOf(QLatin1Char(':'));
    const auto last = value.lastIndexOf(QLatin1Char(':'));
    tunnel::RelayPool pool;
    const auto wanted = readPort(QStringView(value).first(std::max<qsizetype>(first, 0)));
    const auto port = readPort(QStringView(value).sliced(last + 1));
    const QString place = last > first ? value.sliced(first + 1, last - first - 1) : QString();
    const bool isFile = place.startsWith(QLatin1Char('@'));
    const bool isFine = isFile ? place.size() > 1 : isDomain(place.toUtf8());
    if (!wanted || *wanted == 0 || *wanted > most || !port || *port == 0 || !isFine)
        return bad(QStringLiteral("'%1' is not N:NAME:PORT or N:@FILE:PORT.").arg(value));
    pool.wanted = *wanted;
    (isFile ? pool.file : pool.name) = isFile ? place.sliced(1) : place.toLower();
    pool.port = *port;
    m_options.pool = pool;
    return {};
}

OptionReader::Outcome OptionReader::noFrontend(const QString &value)
{
    static constexpr quint16 usualPort = 443;
    const auto endpoint = Endpoint::parse(value, usualPort);
    if (!endpoint)
        return bad(QStringLiteral("'%1' is not ADDRESS:PORT.").arg(value));
    m_options.neverRelays.append(*endpoint);
    return {};
}

void OptionReader::useService(const QString &domain, const QByteArrayList &itsNames,
                              const QString &errorPage)
{
    tunnel::RelayPool pool;
    pool.name = QLatin1String("fe4_152.") + domain;
    m_options.pool = pool;
    m_options.link.certNames += itsNames;
    for (const auto *name : serviceCertNames)
        m_options.link.certNames.append(name);
    if (!m_errorPageSaid)
        m_options.relay.errorPages.insert({}, errorPage.toUtf8());
}

OptionReader::Outcome OptionReader::defaults(const QString &)
{
    useService(QLatin1String(serviceDomain), {}, QStringLiteral("https://pagekite.net/offline/?"));
    m_options.dynDns = tunnel::DynDnsService::ofPageKite();
    return {};
}

OptionReader::Outcome OptionReader::whiteLabel(const QString &value)
{
    using Scheme = tunnel::DynDnsService::Scheme;
    const QString domain = value.toLower();
    if (!isDomain(domain.toUtf8()))
        return bad(QStringLiteral("'%1' is no domain.").arg(value));
    const bool https = m_setting->option->act == Act::WhiteLabelTls;
    useService(domain, {"fe." + domain.toUtf8(), domain.toUtf8()},
               QStringLiteral("%1://www.%2/offline/?")
                   .arg(https ? QStringLiteral("https") : QStringLiteral("http"), domain));
    m_options.dynDns
        = tunnel::DynDnsService::ofReseller(domain, https ? Scheme::Https : Scheme::Http);
    return {};
}

OptionReader::Outcome OptionReader::dynDns(const QString &value)
{
    m_options.dynDns.reset();
    if (value.isEmpty())
        return {};
    m_options.dynDns = tunnel::DynDnsService::parse(value);
    if (!m_options.dynDns) // the value may hold a password
        return bad(QStringLiteral("that is neither pagekite.net, beanstalks.net, dyndns.org or "
                                  "no-ip.com, nor a URL."));
    return {};
}

OptionReader::Outcome OptionReader::certName(const QString &value)
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

OptionReader::Outcome OptionReader::caCerts(const QString &value)
{
    const bool systems = value == u"auto" || value == u"curl";
    m_options.link.authorityGiven = true;
    m_options.link.authorityFile = systems ? QString() : value;
    return {};
}

OptionReader::Outcome OptionReader::tls(const QString &value)
{
    if (m_verb == Verb::Relay)
        m_options.relayPem = value;
    else
        m_options.link.tls = true;
    return {};
}

OptionReader::Outcome OptionReader::pin(const QString &value)
{
    QString digits = value.toLower();
    digits.remove(QLatin1Char(':'));
    static constexpr qsizetype sha256Digits = 64;
    if (digits.size() != sha256Digits || !isFingerprint(digits.toUtf8()))
        return bad(QStringLiteral("a SHA-256 fingerprint has 64 hexadecimal digits."));
    m_options.link.pins.append(digits.toUtf8());
    return {};
}

OptionReader::Outcome OptionReader::keepAlive(const QString &value)
{
    static constexpr int least = 5;
    static constexpr int most = 1800;
    m_options.adaptiveKeepAlive = value == u"auto";
    m_options.keepAlive = {};
    if (m_options.adaptiveKeepAlive)
        return {};
    bool number = false;
    const int seconds = value.toInt(&number);
    if (!number || seconds < 1)
        return bad(QStringLiteral("'%1' is not a number of seconds.").arg(value));
    m_options.keepAlive = std::chrono::seconds(std::clamp(seconds, least, most));
    return {};
}

} // namespace kite::cli
