#include "kitecore/relay/awaypages.h"

#include "kitecore/http/pages.h"
#include "kitecore/relay/awaywords.h"

namespace kite::relay {

namespace {

/// What connectors ask for to see which relay is near and alive.
constexpr QByteArrayView pingHost = "ping.pagekite";

/// The page for the longest domain that `host` is, or lies below.
QByteArray closestPage(const QMap<QByteArray, QByteArray> &pages, const QByteArray &host)
{
    QByteArray page = pages.value({});
    qsizetype longest = 0;
    for (const auto &[domain, url] : pages.asKeyValueRange()) {
        const bool fits = host == domain || host.endsWith('.' + domain);
        if (!domain.isEmpty() && fits && domain.size() > longest) {
            page = url;
            longest = domain.size();
        }
    }
    return page;
}

} // namespace

QByteArrayList Circumstances::dnsHints() const
{
    const std::lock_guard guard(m_lock);
    return m_dnsHints;
}

void Circumstances::setDnsHints(QByteArrayList hints)
{
    const std::lock_guard guard(m_lock);
    m_dnsHints = std::move(hints);
}

AwayPages::AwayPages(const RelayOptions &options, QByteArray uuid,
                     const Circumstances &circumstances)
    : m_options(options)
    , m_uuid(std::move(uuid))
    , m_circumstances(circumstances)
{
}

QByteArray AwayPages::words(const QByteArray &protocol, const QByteArray &host, Why why,
                            const QByteArray &relay) const
{
    if (!isHttpLike(protocol))
        return awayWords(protocol, host, m_uuid);
    http::PageExtras extras;
    extras.overloaded = m_circumstances.isOverloaded();
    extras.framedPage = pageFor(protocol, host, why, relay);
    return http::awayPage(http::AwaySide::Relay, protocol, host, m_uuid, extras);
}

QByteArray AwayPages::pingAnswer() const
{
    http::PageExtras extras;
    extras.overloaded = m_circumstances.isOverloaded();
    extras.dnsHints = m_circumstances.dnsHints();
    return http::awayPage(http::AwaySide::Relay, "http", pingHost, m_uuid, extras);
}

/// Details go only where the operator's address asks for some: has a query.
QByteArray AwayPages::pageFor(const QByteArray &protocol, const QByteArray &host, Why why,
                              const QByteArray &relay) const
{
    auto page = closestPage(m_options.errorPages, host);
    if (!page.contains('?'))
        return page;
    const auto add = [&page](QByteArrayView name, const QByteArray &value) {
        page += '&' + name.toByteArray() + '=' + value.toPercentEncoding();
    };
    add("where", "FE");
    add("proto", protocol);
    add("domain", host);
    if (!relay.isEmpty())
        add("relay", relay);
    if (why == Why::TooManyVisitors)
        add("rejected", "ips_per_sec");
    return page;
}

} // namespace kite::relay
