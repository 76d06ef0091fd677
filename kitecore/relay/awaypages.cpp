#include "kitecore/relay/awaypages.h"

#include "kitecore/http/ownpages.h"
#include "kitecore/relay/awaywords.h"

namespace kite::relay {

namespace {

/// What connectors ask for to see which relay is near and alive.
constexpr QByteArrayView pingHost = "ping.pagekite";

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

QByteArray AwayPages::pageFor(const QByteArray &protocol, const QByteArray &host, Why why,
                              const QByteArray &relay) const
{
    return http::ownPageFor(
        m_options.errorPages, http::AwaySide::Relay, protocol, host,
        {{"relay", relay},
         {"rejected",
          why == Why::TooManyVisitors ? QByteArrayView("ips_per_sec") : QByteArrayView()}});
}

} // namespace kite::relay
