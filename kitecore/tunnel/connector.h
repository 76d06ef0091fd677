#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include <QObject>

#include "kitecore/base/endpoint.h"
#include "kitecore/base/kiteid.h"
#include "kitecore/net/loop.h"
#include "kitecore/net/target.h"
#include "kitecore/secrets/secret.h"
#include "kitecore/stats/snapshot.h"
#include "kitecore/tls/context.h"

/// The kite side: dials a relay, proves its kites, serves their visitors.
namespace kite::tunnel {

/// How the link to a relay is protected (protocol.md 12.2).
enum class LinkTls {
    Off,         ///< plain
    Direct,      ///< TLS at once, SNI = first accepted name
    ConnectName, ///< clear-text `CONNECT name:443`, then TLS (`--fe_certname`)
};

struct RelayChoice
{
    Endpoint endpoint;
    LinkTls tls = LinkTls::Off;
    tls::RelayTrust trust; ///< names: the first one is sent as SNI or in CONNECT
};

/// A kite to fly at this relay.
struct FlownKite
{
    KiteId id;
    secrets::Secret secret;
    std::shared_ptr<net::Target> target;
};

struct ConnectorOptions
{
    bool announceCompression = true;     ///< `--nozchunks` turns it off; handshake style A follows
    std::chrono::seconds pingAfter {15}; ///< `--keepalive`
    std::chrono::seconds longestWait {30}; ///< between two tries
    std::chrono::seconds greetingTimeout {20};
};

/// What happened to one kite.
struct KiteNews
{
    KiteId id;
    stats::KiteState state = stats::KiteState::Connecting;
    stats::DownReason reason = stats::DownReason::None;
    QString detail;
    bool relayHasTls = false; ///< SSL-OK: visitors can use https at the relay
};

/// One relay, one link, many kites. Redials by itself with backoff; the first retry is immediate.
///
/// A link that comes back asks to replace its older self (`X-PageKite-Replace`). Kites the relay
/// refuses stay Refused until retry() or setKites(); a Duplicate is tried again after a minute.
/// Visitors for kites that are not among the given are refused (protocol.md 20, trap 32).
/// Lives on the thread of its loop.
class Connector final : public QObject
{
    Q_OBJECT

public:
    Connector(net::Loop &loop, RelayChoice relay, ConnectorOptions options,
              QObject *parent = nullptr);
    ~Connector() override;

    /// The kites to fly from now on. Additions go over the live link where both ends can; removals
    /// stop being answered, and are told to the relay by a new link.
    void setKites(std::vector<FlownKite> kites);
    void start();
    void stop();
    /// Forget refusals and waits; dial now (also after the network changed).
    void retry();

    bool isUp() const;
    const RelayChoice &relay() const;

Q_SIGNALS:
    void kiteChanged(const kite::tunnel::KiteNews &news);
    /// `why` None: the link is up.
    void linkChanged(bool up, kite::stats::DownReason why, const QString &detail);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace kite::tunnel
