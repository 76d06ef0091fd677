#pragma once

#include <span>

#include <QStringView>

/// Every option that `kite` knows, as data: our own and all of pagekite.py's (PROTOCOL.md,
/// "Options"). QCommandLineParser can not read this syntax: words and options mixed, `AND`,
/// `+flags`, options that repeat and whose order counts, and whole configuration files in the place
/// of one.
namespace kite::cli {

/// What an option does. None: pagekite.py acts on it, we do not.
enum class Act : quint8 {
    None,
    // what to show
    Help,
    Version,
    AppVersion,
    HelpMan,
    Settings,
    // where settings come from
    Clean,
    OptFile,
    OptDir,
    KiteName,
    KiteSecret,
    SecretFile,
    // kites
    ServiceOn,
    ServiceOff,
    ServiceCfg,
    Insecure,
    WebPath,
    // what to do with the kites of configuration files
    List,
    Add,
    Disable,
    Remove,
    Only,
    Save,
    SaveFile,
    // which relay, and how
    Frontend,
    Frontends,
    NoFrontend,
    New,
    Defaults,
    WhiteLabel,
    WhiteLabelTls,
    CertName,
    NoCertCheck,
    CaCerts,
    Tls,
    Pin,
    NoZChunks,
    WsChunks,
    KeepAlive,
    Proxy,
    NoProxy,
    Socksify,
    Torify,
    DynDns,
    NoLoop,
    // the relay
    IsFrontend,
    Host,
    Ports,
    Protos,
    RawPorts,
    Domain,
    AuthDomain,
    AuthThreads,
    AuthFailClosed,
    RateLimitIps,
    ClientAcl,
    TunnelAcl,
    AcceptAclFile,
    TrustedProxy,
    PortAlias,
    ErrorUrl,
    UpgradeInfo,
    NoUpgradeInfo,
    Overload,
    OverloadCpu,
    OverloadMem,
    OverloadFile,
    DnsHints,
    NoProbes,
    TlsEndpoint,
    TlsDefault,
    Motd,
    Workers,
    Accounts,
    Public,
    Hold,
    Drain,
    Metrics,
    AccessLog,
    HeadTimeout,
    IdleTimeout,
    MaxMemory,
    MaxConnections,
    MaxVisitorsPerAddress,
    MaxLinksPerAddress,
    MaxStreamsPerLink,
    MaxKitesPerLink,
    // sharing
    Name,
    Lan,
    Port,
    Hidden,
    NoListing,
    // what it tells
    Json,
    Traffic,
    Watch,
    LogFile,
    LogLevel,
    PidFile,
    // how it runs
    All,
    NoAll,
    Daemonize,
    NoDaemonize,
    RunAs,
    AsItIs, ///< pagekite.py's word for what is so anyway
};
inline constexpr int actCount = int(Act::AsItIs) + 1;

enum class Takes : quint8 {
    Nothing,
    Value,
    MaybeValue, ///< only as `--name=value`
};

/// Under which headline of the help an option stands.
enum class Topic : quint8 { Share, Kites, Files, Relays, RelayRole, Output, General, NotActedOn };

struct Option
{
    const char *name; ///< as the help shows it; `-` and `_` are the same
    char letter;      ///< 0: none
    Takes takes;
    Act act;
    Topic topic;
    /// How many colons stand before a secret in the value; 0: all of it is one; -1: none of it.
    int colonsBeforeSecret;
    const char *value; ///< how the help calls the value
    const char *help;  ///< null: another name of an option that has one
};

std::span<const Option> optionTable();

/// @return null for a name that nobody knows.
const Option *findOption(QStringView name);
const Option *findLetter(QChar letter);
/// Whether several of it add up; else the last one counts.
bool isAdditive(const Option &option);
/// Whether `--save` keeps it: what is not about this one run.
bool isKept(const Option &option);
/// How many characters must be put in, taken out or changed (Levenshtein). Cost: the product of the
/// sizes.
int editDistance(QStringView from, QStringView to);
/// The known name that takes the fewest changes to reach from `name`.
const Option &nearestOption(QStringView name);

} // namespace kite::cli
