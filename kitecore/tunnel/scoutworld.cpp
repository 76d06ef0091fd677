#include <QFile>

#include "kitecore/net/hostlookup.h"
#include "kitecore/tunnel/relayscout.h"

namespace kite::tunnel {

namespace {

class RealWorld final : public RelayScout::World
{
public:
    RealWorld(net::Loop &loop, net::Route route) : m_loop(loop), m_route(std::move(route)) {}

    void lookUp(const QString &name, Found found) override
    {
        const quint64 id = ++m_last;
        m_lookups[id] = std::make_unique<net::HostLookup>(
            name, [this, id, found = std::move(found)](const QHostInfo &info) {
                const auto lookup = m_lookups.extract(id); // outlives the call
                found(info.addresses());
            });
    }

    void ping(const Endpoint &relay, Pinged pinged) override
    {
        const quint64 id = ++m_last;
        m_pings[id] = std::make_unique<RelayPing>(
            m_loop, relay, m_route,
            [this, id, pinged = std::move(pinged)](const std::optional<RelayPing::Measured> &got) {
                const auto ping = m_pings.extract(id);
                pinged(got);
            });
    }

    QByteArray read(const QString &path) override
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.read(RelayScout::maxFileBytes) : QByteArray();
    }

    void forget() override
    {
        m_lookups.clear();
        m_pings.clear();
    }

private:
    net::Loop &m_loop;
    const net::Route m_route;
    quint64 m_last = 0;
    std::map<quint64, std::unique_ptr<net::HostLookup>> m_lookups;
    std::map<quint64, std::unique_ptr<RelayPing>> m_pings;
};

} // namespace

std::unique_ptr<RelayScout::World> RelayScout::realWorld(net::Loop &loop, const net::Route &route)
{
    return std::make_unique<RealWorld>(loop, route);
}

} // namespace kite::tunnel
