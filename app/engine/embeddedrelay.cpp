#include "app/engine/embeddedrelay.h"

#include <algorithm>

#include "app/engine/kiteurl.h"
#include "kitecore/base/logging.h"
#include "kitecore/tunnel/refusals.h"

namespace kite::app {

namespace {

/// Stands for a target towards the whole network, but not towards names that only a hostile page
/// would give us.
class NeighboursOnly final : public net::Target
{
public:
    explicit NeighboursOnly(std::shared_ptr<net::Target> target) : m_target(std::move(target)) {}

    void visit(net::Loop &loop, std::unique_ptr<net::ByteStream> stream,
               const net::Visitor &visitor) override
    {
        if (isNeighbourly(visitor.host))
            m_target->visit(loop, std::move(stream), visitor);
        else
            loop.part<tunnel::Refusals>().refuse(std::move(stream), visitor, {});
    }

private:
    const std::shared_ptr<net::Target> m_target;
};

QList<QHostAddress> addressesFor(bool lan)
{
    if (lan)
        return {QHostAddress(QHostAddress::Any)};
    return {QHostAddress(QHostAddress::LocalHost), QHostAddress(QHostAddress::LocalHostIPv6)};
}

} // namespace

EmbeddedRelay::EmbeddedRelay(net::Loop &loop, std::function<QString()> findHost)
    : m_loop(loop)
    , m_findHost(std::move(findHost))
{
}
EmbeddedRelay::~EmbeddedRelay() = default;

void EmbeddedRelay::setKites(const QList<LocalKite> &kites)
{
    m_kites = kites;
    if (kites.isEmpty())
        return close();
    if (!isListening())
        listen();
    enter();
}

void EmbeddedRelay::setPreferences(const settings::Preferences &preferences)
{
    const bool same
        = m_preferences.lan == preferences.lan && m_preferences.port == preferences.port;
    m_preferences = preferences;
    if (same)
        return;
    if (preferences.port != 0)
        m_lastPort = 0;
    close();
    setKites(QList(m_kites));
}

void EmbeddedRelay::retry()
{
    if (!isListening())
        setKites(QList(m_kites));
}

void EmbeddedRelay::moved()
{
    m_networkHost = m_preferences.lan && isListening() ? m_findHost() : QString();
}

void EmbeddedRelay::listen()
{
    m_detail.clear();
    if (m_preferences.port != 0) {
        listenAt(m_preferences.port);
        return;
    }
    if ((m_lastPort != 0 && listenAt(m_lastPort)) || listenAt(usualPort))
        return;
    listenAt(0);
}

bool EmbeddedRelay::listenAt(quint16 port)
{
    relay::RelayOptions options;
    options.addresses = addressesFor(m_preferences.lan);
    options.ports = {port};
    options.workers = 1; // this thread's loop
    auto server = std::make_unique<relay::RelayServer>(m_loop, options);
    if (const auto started = server->start(); !started) {
        m_detail = started.error().detail;
        qCInfo(lcApp) << "can not listen:" << m_detail;
        return false;
    }
    m_port = m_lastPort = server->ports().first();
    m_server = std::move(server);
    moved();
    m_detail.clear(); // of ports tried before
    return true;
}

void EmbeddedRelay::close()
{
    m_server.reset();
    m_entered.clear();
    m_port = 0;
}

/// Brings the server's kites to what they should be; those that stay are not touched.
void EmbeddedRelay::enter()
{
    if (!m_server)
        return;
    const KiteId forAll {"http", 0, "unknown"};
    decltype(m_entered) wanted;
    for (const auto &kite : m_kites) {
        wanted[kite.id] = kite.target;
        if (kite.id.protocol != "http")
            continue;
        for (const QByteArray host : {"localhost", "127.0.0.1", "::1"})
            wanted[{"http", 0, host}] = kite.target;
        if (m_preferences.lan)
            wanted[forAll] = kite.target;
    }
    for (auto entered = m_entered.cbegin(); entered != m_entered.cend(); ++entered) {
        if (!wanted.contains(entered.key()))
            m_server->removeLocalKite(entered.key());
    }
    for (auto kite = wanted.cbegin(); kite != wanted.cend(); ++kite) {
        const auto &target = kite.value();
        if (m_entered.value(kite.key()) == target)
            continue;
        m_server->setLocalKite(
            kite.key(), kite.key() == forAll ? std::make_shared<NeighboursOnly>(target) : target);
    }
    m_entered = std::move(wanted);
}

QString EmbeddedRelay::host() const
{
    return m_networkHost.isEmpty() ? QStringLiteral("127.0.0.1") : m_networkHost;
}

QString EmbeddedRelay::urlOf(const KiteId &kite) const
{
    const auto newest = std::find_if(m_kites.crbegin(), m_kites.crend(), [](const auto &candidate) {
        return candidate.id.protocol == "http";
    });
    const bool forNetwork
        = newest != m_kites.crend() && newest->id == kite && !m_networkHost.isEmpty();
    return embeddedUrl(kite, forNetwork ? m_networkHost : QString::fromLatin1(kite.domain), m_port);
}

} // namespace kite::app
