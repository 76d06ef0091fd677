#include "app/engine/relayflights.h"

#include <algorithm>

namespace kite::app {

namespace {

/// Whether the same connector serves both: names and such do not matter to it.
bool leadToTheSame(const settings::Relay &a, const settings::Relay &b)
{
    return a.id == b.id && a.endpoint == b.endpoint && a.tls == b.tls
        && a.certificateName == b.certificateName && a.authorityFile == b.authorityFile
        && a.fingerprint == b.fingerprint;
}

} // namespace

tunnel::RelayChoice relayChoice(const settings::Relay &relay)
{
    tunnel::RelayChoice choice;
    choice.endpoint = relay.endpoint;
    choice.tls
        = relay.tls == settings::Relay::Tls::Off ? tunnel::LinkTls::Off : tunnel::LinkTls::Direct;
    choice.trust.check = relay.tls == settings::Relay::Tls::Unchecked
        ? tls::RelayTrust::Check::None
        : tls::RelayTrust::Check::Certificate;
    choice.trust.authorityFile = relay.authorityFile;
    if (!relay.certificateName.isEmpty())
        choice.trust.names = {relay.certificateName.toLatin1().toLower()};
    if (!relay.fingerprint.isEmpty())
        choice.trust.fingerprints = {relay.fingerprint.toLatin1().toLower()};
    return choice;
}

RelayFlights::RelayFlights(net::Loop &loop, QObject *parent) : QObject(parent), m_loop(loop) {}

RelayFlights::~RelayFlights() = default;

void RelayFlights::setKites(const QList<Relayed> &kites)
{
    std::erase_if(m_branches, [&kites](const Branch &branch) {
        const bool wanted = std::ranges::any_of(kites, [&branch](const Relayed &kite) {
            return leadToTheSame(kite.relay, branch.relay);
        });
        if (!wanted) {
            branch.connector->stop();
            branch.connector->disconnect();
            branch.connector->deleteLater(); // one of its signals may have led here
        }
        return !wanted;
    });
    for (const auto &kite : kites)
        branchFor(kite.relay);
    for (auto &branch : m_branches) {
        std::vector<tunnel::FlownKite> flown;
        for (const auto &kite : kites) {
            if (leadToTheSame(kite.relay, branch.relay))
                flown.push_back(kite.kite);
        }
        branch.connector->setKites(std::move(flown));
        branch.connector->start();
    }
}

RelayFlights::Branch &RelayFlights::branchFor(const settings::Relay &relay)
{
    const auto known = std::ranges::find_if(
        m_branches, [&relay](const Branch &branch) { return leadToTheSame(branch.relay, relay); });
    if (known != m_branches.end())
        return *known;
    auto *connector = new tunnel::Connector(m_loop, relayChoice(relay), {}, this);
    connect(connector, &tunnel::Connector::kiteChanged, this,
            [this, id = relay.id](const tunnel::KiteNews &news) { Q_EMIT kiteChanged(id, news); });
    return m_branches.emplace_back(Branch {relay, connector});
}

void RelayFlights::retry()
{
    for (const auto &branch : m_branches)
        branch.connector->retry();
}

void RelayFlights::wake()
{
    for (const auto &branch : m_branches)
        branch.connector->wake();
}

} // namespace kite::app
