#include <algorithm>

#include <QUrl>

#include "app/cli/optionreader.h"

namespace kite::cli {

namespace {

using Kind = net::ProxyHop::Kind;

struct Known
{
    QStringView word;
    Kind kind;
    bool tls;
    bool quiet;
    quint16 port; ///< when none is given
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

} // namespace

OptionReader::Outcome OptionReader::proxy(const QString &value)
{
    static constexpr qsizetype most = 8;
    const auto colon = value.indexOf(QLatin1Char(':'));
    const QString word = (colon < 0 ? value : value.first(colon)).toLower();
    QString place = colon < 0 ? QString() : value.sliced(colon + 1);
    if (word == u"none")
        return noProxy({});
    const Known *kind = findKnown(word);
    if (!kind)
        return bad(QStringLiteral("there are http, https, socks4, socks4a, socks5 and tor proxies, "
                                  "and none."));
    net::ProxyHop hop {kind->kind, kind->tls, {}, {}, {}};
    if (place.startsWith(u"//"))
        place.remove(0, 2);
    if (const auto at = place.lastIndexOf(QLatin1Char('@')); at >= 0) {
        const QString login = place.first(at);
        hop.user = unescaped(login.section(QLatin1Char(':'), 0, 0));
        hop.password = unescaped(login.section(QLatin1Char(':'), 1));
        place.remove(0, at + 1);
    }
    const auto endpoint = Endpoint::parse(place, kind->port);
    if (!endpoint || m_options.proxies.size() == most) // the value may hold a password
        return bad(QStringLiteral("that is not KIND:HOST:PORT or KIND://USER:PASSWORD@HOST:PORT."));
    hop.endpoint = *endpoint;
    m_options.proxies.append(hop);
    m_options.quiet = m_options.quiet || kind->quiet;
    return {};
}

OptionReader::Outcome OptionReader::noProxy(const QString &)
{
    m_options.proxies.clear();
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
