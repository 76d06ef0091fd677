#include "app/cli/roles.h"

#include <algorithm>

#include "app/cli/flights.h"
#include "app/cli/metrics.h"
#include "app/cli/relaynews.h"
#include "app/engine/kiteurl.h"
#include "kitecore/tunnel/dyndns.h"

namespace kite::cli {

namespace {

using stats::DownReason;
using stats::KiteState;

tunnel::FleetPlan fleetPlan(const ConnectorPlan &plan)
{
    return {plan.relays, plan.pool, plan.poolRelay, plan.options, plan.adaptiveKeepAlive};
}

/// Kites at relays, each with all kites.
class ConnectorRole final : public Role
{
public:
    ConnectorRole(net::Loop &loop, Reporter &reporter, const ConnectorPlan &plan,
                  const std::vector<OpenKite> &kites)
        : Role(reporter)
        , m_flights(plan.redial)
        , m_fleet(loop, fleetPlan(plan))
    {
        if (plan.all)
            m_flights.demandAll();
        m_kites = flown(kites);
        m_fleet.setKites(m_kites);
        if (plan.dynDns)
            useDynDns(loop, plan);
        using tunnel::Fleet;
        connect(&m_fleet, &Fleet::relayJoined, this, &ConnectorRole::joined);
        connect(&m_fleet, &Fleet::relayLeft, this, &ConnectorRole::left);
        connect(&m_fleet, &Fleet::kiteChanged, this, &ConnectorRole::take);
        connect(&m_fleet, &Fleet::relaySaid, this, &ConnectorRole::hear);
        connect(&m_fleet, &Fleet::nobodyAnswers, this, &ConnectorRole::nobody);
        connect(&m_fleet, &Fleet::liveChanged, this, &ConnectorRole::tellDns);
    }

    void start() override { m_fleet.start(); }
    void wake() override { m_fleet.wake(); }
    void setKites(const std::vector<OpenKite> &kites) override
    {
        auto next = flown(kites);
        for (const auto &before : m_kites) {
            if (std::ranges::find(next, before.id, &tunnel::FlownKite::id) != next.end())
                continue;
            for (const QString &relay : m_relays)
                reporter().tell(Down {before.id, DownReason::None, {}, relay, {}});
            m_flights.remove(before.id);
        }
        m_kites = std::move(next);
        for (const QString &relay : m_relays)
            add(relay);
        m_fleet.setKites(m_kites);
        tellDns();
    }
    void reload(const Plan &plan) override
    {
        if (plan.connector)
            m_fleet.setAnswers(plan.connector->options.answers);
    }
    QByteArray metrics() const override { return metricsText(m_flights.describe()); }
    void describe(QJsonObject &status) const override
    {
        auto relays = m_flights.describe();
        for (auto each : relays) {
            auto relay = each.toObject();
            const auto quota = m_news.quota(relay.value(QLatin1String("relay")).toString());
            if (!quota.isSaid()
                || relay.value(QLatin1String("state")) != QLatin1String("connected"))
                continue;
            relay.insert(QStringLiteral("quota"), toJson(quota));
            each = relay;
        }
        status.insert(QStringLiteral("relays"), relays);
    }

private:
    void joined(const tunnel::RelayChoice &relay)
    {
        m_relays.removeAll(m_emptyPool);
        m_flights.remove(std::exchange(m_emptyPool, {}));
        m_relays.append(relay.endpoint.toString());
        add(m_relays.last());
    }

    static std::vector<tunnel::FlownKite> flown(const std::vector<OpenKite> &kites)
    {
        std::vector<tunnel::FlownKite> all;
        for (const OpenKite &kite : kites) {
            if (!kite.secret.isEmpty()) // else it only flies in our own relay
                all.push_back({kite.id, kite.secret, kite.target});
        }
        return all;
    }

    void add(const QString &relay)
    {
        for (const auto &kite : m_kites) {
            if (!m_flights.has(kite.id, relay))
                m_flights.add(kite.id, relay);
        }
    }

    void useDynDns(net::Loop &loop, const ConnectorPlan &plan)
    {
        const auto &route = plan.pool ? plan.poolRelay.route : plan.relays.first().route;
        auto web = tunnel::DynDns::realWeb(route);
        if (web)
            m_dynDns = std::make_unique<tunnel::DynDns>(loop, *plan.dynDns, std::move(web));
        else
            reporter().warn(QStringLiteral("Dynamic DNS does not go through these proxies: names "
                                           "stay where they lead to."));
    }

    /// Names of kites that fly lead to the relays where they do.
    void tellDns()
    {
        if (!m_dynDns)
            return;
        QList<tunnel::DynDnsName> names;
        for (const auto &kite : m_kites) {
            const QByteArray &domain = kite.id.domain;
            const auto same = [&](const auto &name) { return name.domain == domain; };
            if (m_flights.flies(kite.id) && domain.contains('.') && !domain.startsWith('*')
                && std::ranges::none_of(names, same))
                names.append({domain, kite.secret});
        }
        m_dynDns->update(names, m_fleet.liveAddresses());
    }

    void left(const tunnel::RelayChoice &relay)
    {
        m_relays.removeAll(relay.endpoint.toString());
        m_flights.remove(relay.endpoint.toString());
        m_news.remove(relay.endpoint.toString());
    }

    void hear(const tunnel::RelayChoice &relay, const tunnel::RelayWords &words)
    {
        for (const Event &event : m_news.take(relay.endpoint.toString(), words))
            reporter().tell(event);
    }

    void take(const tunnel::RelayChoice &relay, const tunnel::KiteNews &news)
    {
        const bool tls = relay.tls != tunnel::LinkTls::Off;
        const QString url
            = app::publicUrl(news.id, {relay.endpoint, tls, news.relayHasTls, news.relayPorts});
        tell({news.id, relay.endpoint.toString(), news.state, news.reason, news.detail, url, tls});
    }

    /// The pool stands for the relays that it does not have.
    void nobody(const QString &pool)
    {
        if (std::exchange(m_emptyPool, pool) == pool)
            return;
        m_relays.append(pool);
        add(pool);
        for (const auto &kite : m_kites)
            tell({kite.id, pool, KiteState::Connecting, DownReason::Unreachable, {}, {}, false});
    }

    void tell(const Flights::News &news)
    {
        if (const auto event = m_flights.take(news))
            reporter().tell(*event);
        tellDns();
        if (const auto end = m_flights.end())
            Q_EMIT ended(end->code, end->why);
    }

    std::vector<tunnel::FlownKite> m_kites;
    QStringList m_relays; ///< or the empty pool
    QString m_emptyPool;
    Flights m_flights;
    RelayNews m_news;
    tunnel::Fleet m_fleet;
    std::unique_ptr<tunnel::DynDns> m_dynDns; ///< null: not wanted
};

} // namespace

std::unique_ptr<Role> connectorRole(net::Loop &loop, Reporter &reporter, const ConnectorPlan &plan,
                                    const std::vector<OpenKite> &kites)
{
    return std::make_unique<ConnectorRole>(loop, reporter, plan, kites);
}

} // namespace kite::cli
