#include "app/cli/flights.h"

#include <algorithm>

#include <QDateTime>
#include <QJsonObject>

#include "app/cli/sentences.h"

namespace kite::cli {

using stats::DownReason;
using stats::KiteState;

void Flights::add(const KiteId &kite, const QString &relay)
{
    Flight flight;
    flight.kite = kite;
    flight.relay = relay;
    flight.since = m_clock.wallTime();
    m_flights.push_back(std::move(flight));
}

void Flights::remove(const QString &relay)
{
    std::erase_if(m_flights, [&](const Flight &flight) { return flight.relay == relay; });
}

void Flights::remove(const KiteId &kite)
{
    std::erase_if(m_flights, [&](const Flight &flight) { return flight.kite == kite; });
}

bool Flights::has(const KiteId &kite, const QString &relay) const
{
    return std::ranges::any_of(m_flights, [&](const Flight &flight) {
        return flight.kite == kite && flight.relay == relay;
    });
}

bool Flights::flies(const KiteId &kite) const
{
    return std::ranges::any_of(m_flights, [&](const Flight &flight) {
        return flight.kite == kite && flight.state == KiteState::Flying;
    });
}

std::optional<Event> Flights::take(const News &news)
{
    const auto flight = std::ranges::find_if(m_flights, [&](const Flight &one) {
        return one.kite == news.kite && one.relay == news.relay;
    });
    if (flight == m_flights.end() || (flight->state == news.state && flight->reason == news.reason))
        return std::nullopt;
    if (flight->state != news.state)
        flight->since = m_clock.wallTime();
    flight->url = news.url;
    flight->tls = news.tls;
    flight->state = news.state;
    flight->reason = news.reason;
    flight->detail = news.detail;
    if (news.state == KiteState::Flying) {
        m_everFlew = true;
        flight->hasFlown = true;
        return Flying {news.kite, news.url, news.relay, news.tls, {}};
    }
    if (news.reason == DownReason::None) // on its way
        return std::nullopt;
    return Down {news.kite, news.reason, news.detail, news.relay, {}};
}

QJsonArray Flights::describe() const
{
    QJsonArray relays;
    std::vector<QString> told;
    for (const auto &each : m_flights) {
        if (std::ranges::find(told, each.relay) != told.end())
            continue;
        told.push_back(each.relay);
        std::vector<const Flight *> ofRelay;
        for (const auto &one : m_flights) {
            if (one.relay == each.relay)
                ofRelay.push_back(&one);
        }
        relays.append(describe(ofRelay));
    }
    return relays;
}

/// @param ofRelay at least one. One kite that flies makes the lamp of its relay green.
QJsonObject Flights::describe(const std::vector<const Flight *> &ofRelay)
{
    static constexpr const char *words[] = {"paused", "connecting", "connected", "refused"};
    const auto is = [](KiteState state) {
        return [state](const Flight *one) { return one->state == state; };
    };
    auto sign = std::ranges::find_if(ofRelay, is(KiteState::Flying));
    if (sign == ofRelay.end())
        sign = std::ranges::find_if(ofRelay, is(KiteState::Connecting));
    const auto &shown = sign == ofRelay.end() ? *ofRelay.front() : **sign;
    QJsonArray kites;
    for (const auto *flight : ofRelay) {
        QJsonObject kite {{QStringLiteral("kite"), QString::fromUtf8(flight->kite.toByteArray())},
                          {QStringLiteral("state"), QLatin1String(words[int(flight->state)])}};
        if (flight->state == KiteState::Flying)
            kite.insert(QStringLiteral("url"), flight->url);
        else if (flight->reason != DownReason::None)
            kite.insert(QStringLiteral("reason"), QLatin1String(stats::downWord(flight->reason)));
        kites.append(kite);
    }
    QJsonObject relay {
        {QStringLiteral("relay"), shown.relay},
        {QStringLiteral("state"), QLatin1String(words[int(shown.state)])},
        {QStringLiteral("tls"), shown.tls},
        {QStringLiteral("since"),
         QDateTime::fromSecsSinceEpoch(shown.since.count(), Qt::UTC).toString(Qt::ISODate)},
        {QStringLiteral("kites"), kites}};
    if (shown.state != KiteState::Flying && shown.reason != DownReason::None)
        relay.insert(QStringLiteral("reason"), QLatin1String(stats::downWord(shown.reason)));
    return relay;
}

/// A name that is taken when we come back is our own link that the relay still takes for alive:
/// that passes. One that was taken from the start is somebody else's.
bool Flights::isRefused(const Flight &flight) const
{
    if (flight.state == KiteState::Refused)
        return !flight.hasFlown || !stats::mayPass(flight.reason) || !m_redial;
    return flight.reason == DownReason::NameTaken && !m_everFlew;
}

bool Flights::isLost(const Flight &flight) const
{
    return flight.state == KiteState::Connecting && flight.reason != DownReason::None;
}

std::optional<Flights::End> Flights::end() const
{
    if (m_flights.empty())
        return std::nullopt;
    const auto all = [this](auto test) { return std::ranges::all_of(m_flights, test); };
    const auto because = [](ExitCode code, const Flight &flight) {
        const Down down {flight.kite, flight.reason, flight.detail, flight.relay, {}};
        return End {code, {QLatin1String(stats::downWord(flight.reason)), sentenceFor(down)}};
    };
    const auto &first = m_flights.front();
    if (all([this](const Flight &one) { return isRefused(one); }))
        return because(ExitCode::Refused, first);
    const auto refused
        = std::ranges::find_if(m_flights, [this](const Flight &one) { return isRefused(one); });
    if (m_all && refused != m_flights.end())
        return because(ExitCode::Refused, *refused);
    if (!m_everFlew && all([](const Flight &one) { return one.reason == DownReason::Untrusted; }))
        return because(ExitCode::Other, first);
    if (!m_redial && all([this](const Flight &one) { return isRefused(one) || isLost(one); })) {
        const auto lost = std::ranges::find_if(
            m_flights, [this](const Flight &one) { return isLost(one) && !isRefused(one); });
        const bool unreached = !m_everFlew && lost->reason == DownReason::Unreachable;
        return because(unreached ? ExitCode::Unreachable : ExitCode::Other, *lost);
    }
    return std::nullopt;
}

} // namespace kite::cli
