#pragma once

#include <optional>
#include <vector>

#include <QHash>

#include "app/cli/options.h"
#include "app/engine/engine.h"
#include "kitecore/origin/rules.h"
#include "kitecore/tunnel/connector.h"
#include "kitecore/tunnel/fleet.h"

namespace kite::cli {

/// A kite to fly at relays, or to serve in our own relay.
struct PlannedKite
{
    KiteId id;
    settings::Target target; ///< paths are absolute
    secrets::Secret secret;
    origin::Rules rules = {}; ///< what its flags ask for
    QList<settings::KiteFlag> flags = {};

    /// The rules follow from the flags, and from a few options for all kites.
    bool operator==(const PlannedKite &other) const
    {
        return id == other.id && target == other.target && secret == other.secret
            && flags == other.flags && rules.firewall == other.rules.firewall
            && (!saysAway() || rules.awayPages == other.rules.awayPages);
    }

    /// Whether visitors may get an away page. Shares are always there.
    bool saysAway() const
    {
        return target.kind == settings::Target::Kind::Port || !rules.addresses.empty();
    }
};

/// Kites on this computer (and its network), by the embedded relay.
struct EmbeddedPlan
{
    QList<app::WantedKite> kites;
    settings::Preferences preferences;
    QHash<QString, QList<settings::KiteFlag>> flags; ///< by the kite's id
};

struct RelayPlan
{
    relay::RelayOptions options;
    QString pemFile;         ///< `kite relay --tls`: its names join options.tlsNames; empty: none
    bool portsGiven = false; ///< `--ports`
    QString accessLog;       ///< absolute path, or `-`; empty: none
    QString accountsFile;    ///< its accounts join those of the options; watched; empty: none
    QString ownCertificate;  ///< made if it is not there, and used; empty: none
    QByteArray publicName;   ///< whose it is
    Endpoint publicRelay;    ///< `--public`; host empty, port 0: unsaid
};

struct ConnectorPlan
{
    QList<tunnel::RelayChoice> relays; ///< in any case
    std::optional<tunnel::RelayPool> pool;
    tunnel::RelayChoice poolRelay; ///< how links into the pool are protected
    std::optional<tunnel::DynDnsService> dynDns;
    tunnel::ConnectorOptions options;
    bool adaptiveKeepAlive = false;
    bool redial = true; ///< `--noloop` turns it off
    bool all = false;   ///< one kite that is refused ends the program
};

/// Everything `kite` is going to do, decided before it does anything.
struct Plan
{
    Show show = Show::Nothing;
    QString text; ///< of Show::Text
    Verb verb = Verb::Fly;
    Output output;
    Endpoint metrics;      ///< where counts are shown; port 0: nowhere
    bool insecure = false; ///< no firewall in front of kites
    Running running;
    std::vector<PlannedKite> kites; ///< at the connector's relays, and in our own
    std::optional<RelayPlan> relay;
    std::optional<ConnectorPlan> connector;
    std::optional<EmbeddedPlan> embedded;
    QStringList warnings; ///< sentences for standard error
};

/// Where words are understood.
struct Surroundings
{
    QString workingFolder; ///< relative paths begin here
    QString homeFolder;    ///< `~`
};

/// Makes the paths of a share absolute.
/// @return an error for an empty path, and for a relative one where there is no working folder.
Result<void, UsageError> finishPaths(QStringList &paths, const Surroundings &surroundings);

/// How the link to a relay is protected: what the words about it add up to (`kite --help`,
/// "Relays").
tunnel::RelayChoice chooseRelay(const Endpoint &endpoint, const LinkWords &words);

Result<Plan, UsageError> makePlan(Verb verb, const QStringList &words, const Options &options,
                                  const secrets::Secret &environmentSecret,
                                  const Surroundings &surroundings);

} // namespace kite::cli
