#include "app/cli/roles.h"

#include "app/cli/flights.h"
#include "app/engine/kiteurl.h"

namespace kite::cli {

namespace {

/// Kites at relays: a connector for each relay, each with all kites.
class ConnectorRole final : public Role
{
public:
    ConnectorRole(net::Loop &loop, Reporter &reporter, const ConnectorPlan &plan,
                  const std::vector<OpenKite> &kites)
        : Role(reporter)
        , m_flights(plan.redial)
    {
        if (plan.all)
            m_flights.demandAll();
        std::vector<tunnel::FlownKite> flown;
        for (const OpenKite &kite : kites) {
            if (!kite.secret.isEmpty()) // else it only flies in our own relay
                flown.push_back({kite.id, kite.secret, kite.target});
        }
        for (const auto &relay : plan.relays) {
            m_connectors.push_back(std::make_unique<tunnel::Connector>(loop, relay, plan.options));
            for (const auto &kite : flown)
                m_flights.add(kite.id, relay.endpoint.toString());
            m_connectors.back()->setKites(flown);
            listenTo(*m_connectors.back());
        }
    }

    void start() override
    {
        for (const auto &connector : m_connectors)
            connector->start();
    }

private:
    void listenTo(tunnel::Connector &connector)
    {
        connect(&connector, &tunnel::Connector::kiteChanged, this,
                [this, &connector](const tunnel::KiteNews &news) { take(connector, news); });
    }

    void take(const tunnel::Connector &connector, const tunnel::KiteNews &news)
    {
        const auto &relay = connector.relay();
        const bool tls = relay.tls != tunnel::LinkTls::Off;
        const QString url
            = app::publicUrl(news.id, {relay.endpoint, tls, news.relayHasTls, news.relayPorts});
        const auto event = m_flights.take(
            {news.id, relay.endpoint.toString(), news.state, news.reason, news.detail, url, tls});
        if (event)
            reporter().tell(*event);
        if (const auto end = m_flights.end())
            Q_EMIT ended(end->code, end->why);
    }

    Flights m_flights;
    std::vector<std::unique_ptr<tunnel::Connector>> m_connectors;
};

} // namespace

std::unique_ptr<Role> connectorRole(net::Loop &loop, Reporter &reporter, const ConnectorPlan &plan,
                                    const std::vector<OpenKite> &kites)
{
    return std::make_unique<ConnectorRole>(loop, reporter, plan, kites);
}

} // namespace kite::cli
