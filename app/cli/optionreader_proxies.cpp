#include <algorithm>

#include <QUrl>

#include "app/cli/optionreader.h"

namespace kite::cli {

namespace {

using Kind = net::ProxyHop::Kind;

constexpr qsizetype mostHops = 8;

struct Known
{
    QStringView word;
    Kind kind = Kind::HttpConnect;
    bool tls = false;
    bool quiet = false;
    quint16 port = 0; ///< when none is given
};

/// pagekite.py's words; those with `c` are its names for CONNECT.
constexpr Known known[] = {
    {u"http", Kind::HttpConnect, false, false, 8080},
    {u"httpc", Kind::HttpConnect, false, false, 8080},
    {u"https", Kind::HttpConnect, true, false, 443},
    {u"httpcs", Kind::HttpConnect, true, false, 443},
    {u"socks4", Kind::Socks4, false, false, 1080},
    {u"socks4a", Kind::Socks4a, false, false, 1080},
    {u"socks", Kind::Socks5, false, false, 1080},
    {u"socks5", Kind::Socks5, false, false, 1080},
    {u"tor", Kind::Socks5, false, true, 9050},
};

const Known *findKnown(const QString &word)
{
    const auto *const found = std::ranges::find(known, word, &Known::word);
    return found == std::end(known) ? nullptr : found;
}

/// Escaped characters stand for themselves, so that a password may have `@` and `:`.
QByteArray unescaped(const QString &text)
{
    return QByteArray::fromPercentEncoding(text.toUtf8());
}

/// `HOST`, `HOST:PORT`, with or without `//` and `USER:PASSWORD@` in front.
std::optional<net::ProxyHop> hopAt(const Known &kind, QString place)
{
    net::ProxyHop hop {kind.kind, kind.tls, {}, {}, {}};
    if (place.startsWith(u"//"))
        place.remove(0, 2);
    if (const auto at = place.lastIndexOf(QLatin1Char('@')); at >= 0) {
        const QString login = place.first(at);
        hop.user = unescaped(login.section(QLatin1Char(':'), 0, 0));
        hop.password = unescaped(login.section(QLatin1Char(':'), 1));
        place.remove(0, at + 1);
    }
    const auto endpoint = Endpoint::parse(place, kind.port);
    if (!endpoint)
        return std::nullopt;
    hop.endpoint = *endpoint;
    return hop;
}

/// As programs of all kinds are told of a proxy: `socks5h://HOST:PORT`, `HOST:PORT`,
/// `http://USER:PASSWORD@HOST:PORT/`.
std::optional<net::ProxyHop> hopOfAddress(const QString &address)
{
    const auto at = address.indexOf(u"://");
    const QString scheme = at < 0 ? QStringLiteral("http") : address.first(at).toLower();
    QString place = at < 0 ? address : address.sliced(at + 3);
    while (place.endsWith(QLatin1Char('/')))
        place.chop(1);
    const Known *const kind = findKnown(scheme == u"socks5h" ? QStringLiteral("socks5") : scheme);
    return kind ? hopAt(*kind, place) : std::nullopt;
}

/// What is reached without the proxy of the environment: these names and all below them.
QStringList directHosts()
{
    QStringList hosts {QStringLiteral("localhost"), QStringLiteral("127.0.0.1"),
                       QStringLiteral("::1")};
    for (const char *name : {"no_proxy", "NO_PROXY"}) {
        for (const auto &entry : commaList(qEnvironmentVariable(name))) {
            QString host = QString::fromUtf8(entry);
            if (host.startsWith(u"*."))
                host.remove(0, 1);
            if (host.startsWith(QLatin1Char('.')))
                host.remove(0, 1);
            if (!host.isEmpty())
                hosts.append(host);
        }
    }
    return hosts;
}

} // namespace

OptionReader::Outcome OptionReader::proxy(const QString &value)
{
    const auto colon = value.indexOf(QLatin1Char(':'));
    const QString word = (colon < 0 ? value : value.first(colon)).toLower();
    if (word == u"none")
        return noProxy({});
    if (word == u"default")
        return defaultProxy();
    if (word == u"ssl" || word == u"ssl-weak" || word == u"ssl-anon") {
        warn(QStringLiteral("--proxy=%1 is known but not acted on: links go without it. --tls "
                            "encrypts them.")
                 .arg(word));
        return {};
    }
    const Known *const kind = findKnown(word);
    if (!kind)
        return bad(QStringLiteral("there are http, https, socks4, socks4a, socks5 and tor proxies, "
                                  "default and none."));
    const auto hop = hopAt(*kind, colon < 0 ? QString() : value.sliced(colon + 1));
    if (!hop || m_options.proxies.size() == mostHops) // the value may hold a password
        return bad(QStringLiteral("that is not KIND:HOST:PORT or KIND://USER:PASSWORD@HOST:PORT."));
    m_options.proxies.append(*hop);
    m_options.quiet = m_options.quiet || kind->quiet;
    return {};
}

/// The system's: links are neither http nor https, so the word for everything goes first.
OptionReader::Outcome OptionReader::defaultProxy()
{
    for (const char *name :
         {"all_proxy", "ALL_PROXY", "https_proxy", "HTTPS_PROXY", "http_proxy"}) {
        const QString value = qEnvironmentVariable(name).trimmed();
        if (value.isEmpty())
            continue;
        const auto hop = hopOfAddress(value);
        if (!hop || m_options.proxies.size() == mostHops) {
            warn(QStringLiteral("--proxy=default: what %1 says is no proxy that can be used; links "
                                "go without it.")
                     .arg(QLatin1String(name)));
            return {};
        }
        m_options.proxies.append(*hop);
        m_options.directHosts = directHosts();
        return {};
    }
    return {};
}

OptionReader::Outcome OptionReader::noProxy(const QString &)
{
    m_options.proxies.clear();
    m_options.directHosts.clear();
    m_options.quiet = false;
    return {};
}

OptionReader::Outcome OptionReader::socksify(const QString &value)
{
    return proxy(QLatin1String("socks5:") + value);
}

OptionReader::Outcome OptionReader::torify(const QString &value)
{
    return proxy(QLatin1String("tor:") + value);
}

} // namespace kite::cli
