#include "app/cli/optiontable.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include <QString>

namespace kite::cli {

namespace {

constexpr int noSecret = -1;

constexpr Option flag(const char *name, char letter, Act act, Topic topic, const char *help)
{
    return {name, letter, Takes::Nothing, act, topic, noSecret, nullptr, help};
}
constexpr Option value(const char *name, char letter, Act act, Topic topic, const char *value,
                       const char *help, int colonsBeforeSecret = noSecret)
{
    return {name, letter, Takes::Value, act, topic, colonsBeforeSecret, value, help};
}
/// Known, and not acted on.
constexpr Option idle(const char *name, Takes takes = Takes::Nothing, char letter = 0,
                      int colonsBeforeSecret = noSecret)
{
    return {name,    letter, takes, Act::None, Topic::NotActedOn, colonsBeforeSecret,
            nullptr, nullptr};
}

using enum Topic;
constexpr auto takesValue = Takes::Value;

constexpr Option table[] = {
    // sharing
    value("name", 0, Act::Name, Share, "NAME", "the first part of the address"),
    flag("lan", 0, Act::Lan, Share, "also for everybody in the local network"),
    value("port", 0, Act::Port, Share, "N", "listen there"),
    flag("hidden", 0, Act::Hidden, Share, "also serve names that begin with a dot"),
    flag("no-listing", 0, Act::NoListing, Share, "no folder pages where there is no index.html"),

    // kites
    value("service_on", 0, Act::ServiceOn, Kites, "PROTOCOLS:NAME:HOST:PORT:SECRET",
          "a kite in full; may be repeated", 4),
    value("backend", 0, Act::ServiceOn, Kites, nullptr, nullptr, 4),
    value("service_off", 0, Act::ServiceOff, Kites, "SPEC", "a kite that stays down", 4),
    value("define_backend", 0, Act::ServiceOff, Kites, nullptr, nullptr, 4),
    value("service_cfg", 0, Act::ServiceCfg, Kites, "NAME/PORT:KEY:VALUE", "what +KEY=VALUE says",
          2),
    flag("insecure", 0, Act::Insecure, Kites, "no firewall in front of any kite"),
    value("be_config", 0, Act::ServiceCfg, Kites, nullptr, nullptr, 2),
    value("kitename", 0, Act::KiteName, Kites, "NAME", "what @kitename stands for"),
    value("kitesecret", 0, Act::KiteSecret, Kites, "SECRET",
          "for kites that have none; KITE_SECRET and --secret-file are better", 0),
    value("secret-file", 0, Act::SecretFile, Kites, "FILE", "its first line is the secret"),

    value("webpath", 0, Act::WebPath, Kites, "NAME/PORT:PATH:default:FILE",
          "what a kite to localhost:builtin shares"),

    // configuration files
    flag("list", 0, Act::List, Files, "show the kites of the configuration"),
    flag("add", 0, Act::Add, Files, "put kites in, or switch them on; then end"),
    flag("disable", 0, Act::Disable, Files, "switch kites off; then end"),
    flag("remove", 0, Act::Remove, Files, "take kites out; then end"),
    flag("only", 0, Act::Only, Files, "switch all kites off but these; then end"),
    flag("save", 0, Act::Save, Files,
         "keep what this command line says (as --only does), and go on"),
    value("savefile", 'S', Act::SaveFile, Files, "FILE", "where all that is kept"),

    // which relay, and how
    value("frontend", 0, Act::Frontend, Relays, "HOST:PORT",
          "the relay to fly at; may be repeated"),
    value("frontends", 0, Act::Frontends, Relays, "N:NAME:PORT|N:@FILE:PORT",
          "fly at the best N relays of a pool: of a name's addresses, or of those in a file"),
    value("nofrontend", 0, Act::NoFrontend, Relays, "ADDRESS:PORT",
          "a relay that is never chosen; may be repeated"),
    flag("new", 'N', Act::New, Relays, "choose without regard to where the kites' names lead now"),
    flag("tls", 0, Act::Tls, Relays, "TLS to the relay, certificate checked for the relay's name"),
    value("pin", 0, Act::Pin, Relays, "SHA256", "TLS; this fingerprint of the certificate decides"),
    value("ca_certs", 0, Act::CaCerts, Relays, "FILE", "TLS; trust these authorities"),
    value("fe_certname", 0, Act::CertName, Relays, "NAME[/FINGERPRINT]",
          "TLS as pagekite.py does it, for this name; may be repeated"),
    flag("fe_nocertcheck", 0, Act::NoCertCheck, Relays, "TLS without any check"),
    flag("defaults", 0, Act::Defaults, Relays,
         "the relays of pagekite.net, with their --dyndns and --errorurl"),
    value("whitelabel", 0, Act::WhiteLabel, Relays, "DOMAIN", "the same of a reseller"),
    value("whitelabels", 0, Act::WhiteLabelTls, Relays, nullptr, nullptr),
    value("keepalive", 0, Act::KeepAlive, Relays, "SECONDS|auto",
          "ask a silent link for a sign of life after so long; default: 8, so that a dead link is "
          "found within 15 s (at relays of pagekite.py 15, within 30 s); auto, pagekite.py's "
          "default: after 116 s, longer while all goes well, sooner where links get lost"),
    flag("nozchunks", 0, Act::NoZChunks, Relays, "no compression on the link"),
    flag("wschunks", 0, Act::WsChunks, Relays,
         "the link inside a WebSocket, for proxies that let nothing else through"),
    value("proxy", 0, Act::Proxy, Relays, "KIND:HOST:PORT",
          "go to relays through it: http, https, socks4, socks4a, socks5, tor; "
          "KIND://USER:PASSWORD@HOST:PORT; may be repeated, nearest first; default: what "
          "all_proxy, https_proxy or http_proxy in the environment says, and no_proxy",
          0),
    flag("noproxy", 0, Act::NoProxy, Relays, "none of the proxies named before"),
    value("socksify", 0, Act::Socksify, Relays, "HOST:PORT", "the same as --proxy=socks5:HOST:PORT",
          0),
    value("torify", 0, Act::Torify, Relays, "HOST:PORT",
          "through Tor: names are not looked up here, relays are not pinged"),
    value("dyndns", 'D', Act::DynDns, Relays, "PROVIDER|USER:PASSWORD@PROVIDER|URL",
          "point the kites' names at the relays: pagekite.net, beanstalks.net, dyndns.org, "
          "no-ip.com, or a URL with %(domain)s, %(ips)s, %(ip)s and %(sign)s",
          0),
    flag("noloop", 0, Act::NoLoop, Relays, "end when the link fails instead of dialling again"),

    // the relay
    flag("isfrontend", 'f', Act::IsFrontend, RelayRole, "be a relay (also: kite relay)"),
    value("host", 'h', Act::Host, RelayRole, "ADDRESS", "listen there; default: everywhere"),
    value("ports", 'p', Act::Ports, RelayRole, "N,N...", "listen on these; default: 80; 0: any"),
    value("protos", 0, Act::Protos, RelayRole, "NAME,NAME...", "protocols that kites may have"),
    value("rawports", 'R', Act::RawPorts, RelayRole, "N,N...|virtual",
          "listen on these for raw kites, which CONNECT may name, too; virtual: CONNECT only"),
    value("domain", 0, Act::Domain, RelayRole, "PROTOCOLS:NAME[:SECRET]",
          "who may fly: protocols (* for all), a name or *.name; may be repeated", 2),
    value("authdomain", 'A', Act::AuthDomain, RelayRole, "[DOMAIN:]SUFFIX|PROGRAM",
          "who knows other accounts: the DNS below a suffix, or a program; may be repeated"),
    value("auththreads", 0, Act::AuthThreads, RelayRole, "N",
          "how many questions the program is asked at a time; default: 4"),
    flag("authfail_closed", 0, Act::AuthFailClosed, RelayRole,
         "refuse where nobody can tell; always on"),
    value("ratelimit_ips", 0, Act::RateLimitIps, RelayRole, "[NAME:]N/SECONDS",
          "so many different visitors of a link (with that kite) in so long; may be repeated"),
    value("client_acl", 0, Act::ClientAcl, RelayRole, "allow|deny:PATTERN",
          "who may visit: a regular expression for addresses, localhost, any; may be repeated"),
    value("tunnel_acl", 0, Act::TunnelAcl, RelayRole, "allow|deny:PATTERN",
          "who may bring kites; may be repeated"),
    value("accept_acl_file", 0, Act::AcceptAclFile, RelayRole, "FILE",
          "who may connect at all: lines PATTERN allow|deny"),
    value("trusted_proxy", 0, Act::TrustedProxy, RelayRole, "ADDRESS[/BITS]",
          "a proxy in front whose X-Forwarded-For is true; may be repeated"),
    value("portalias", 0, Act::PortAlias, RelayRole, "REAL:REPORTED",
          "what visitors call a port; may be repeated"),
    value("errorurl", 'E', Act::ErrorUrl, RelayRole, "[DOMAIN:]URL",
          "a page to show where no kite flies, or, at a connector, where nothing answers; with ? "
          "in it told why; may be repeated; nothing: none"),
    value("overload", 0, Act::Overload, RelayRole, "N",
          "call itself overloaded from about so many connections on"),
    value("overload_cpu", 0, Act::OverloadCpu, RelayRole, "SHARE",
          "how busy the processors should be; default: 0.75"),
    value("overload_mem", 0, Act::OverloadMem, RelayRole, "SHARE",
          "how full the memory should be; default: 0.85"),
    value("overload_file", 0, Act::OverloadFile, RelayRole, "FILE",
          "whose number counts for --overload"),
    value("dns_hints", 0, Act::DnsHints, RelayRole, "NAME,NAME...",
          "relays whose addresses are told to connectors"),
    flag("noprobes", 0, Act::NoProbes, RelayRole,
         "tell nobody whether a kite can be reached; at a connector, too"),
    value("upgradeinfo", 0, Act::UpgradeInfo, RelayRole, "VERSION;TAG;MD5;URL;URL",
          "told to connectors; may be repeated"),
    flag("noupgradeinfo", 0, Act::NoUpgradeInfo, RelayRole, "tell nothing of the kind"),
    value("tls_endpoint", 0, Act::TlsEndpoint, RelayRole, "NAME:PEM",
          "end TLS for this name with that certificate and key; may be repeated"),
    value("tls_default", 0, Act::TlsDefault, RelayRole, "NAME",
          "whose certificate answers those who name nobody"),
    value("motd", 0, Act::Motd, RelayRole, "FILE", "a message for connectors"),
    value("workers", 0, Act::Workers, RelayRole, "N", "threads; default: one for each core"),
    value("accounts", 0, Act::Accounts, RelayRole, "FILE",
          "more accounts, a PROTOCOLS:NAME:SECRET a line; watched"),
    value("public", 0, Act::Public, RelayRole, "HOST[:PORT]",
          "how connectors reach this relay; for kite relay invite"),
    value("hold", 0, Act::Hold, RelayRole, "SECONDS",
          "how long visitors wait for a kite that left a moment ago; default: 10; 0: not at all"),
    value("drain", 0, Act::Drain, RelayRole, "SECONDS",
          "how long SIGTERM waits for visitors at most; default: 10"),
    value("accesslog", 0, Act::AccessLog, RelayRole, "FILE|-",
          "a line for each visitor, as web servers write them; -: standard output; SIGHUP begins "
          "a new FILE"),
    value("head_timeout", 0, Act::HeadTimeout, RelayRole, "SECONDS",
          "how long who comes may take to say what he wants (half of it for the first byte); "
          "default: 20"),
    value("idle_timeout", 0, Act::IdleTimeout, RelayRole, "SECONDS",
          "end visitors' connections on which nothing moved for so long; default: 0, never: "
          "visitors of raw kites may rest for hours, each costs less than 2 KiB, and limits say "
          "how many there may be"),
    value("max_memory", 0, Act::MaxMemory, RelayRole, "MB",
          "traffic that may wait in memory for slow visitors and connectors; beyond, the slowest "
          "are cut off; default: a quarter of the memory"),
    value("max_connections", 0, Act::MaxConnections, RelayRole, "N",
          "visitors and links together; default: 100000, or what the system allows"),
    value("max_visitors_per_address", 0, Act::MaxVisitorsPerAddress, RelayRole, "N",
          "connections of visitors from one address; default: 1024, and any number from this "
          "computer; 0: any number"),
    value("max_links_per_address", 0, Act::MaxLinksPerAddress, RelayRole, "N",
          "connectors from one address; default: 64, and any number from this computer; 0: any "
          "number"),
    value("max_streams_per_link", 0, Act::MaxStreamsPerLink, RelayRole, "N",
          "visitors that one connector has at a time; default: 10000"),
    value("max_kites_per_link", 0, Act::MaxKitesPerLink, RelayRole, "N",
          "kites of one connector; default: 1000"),

    // what it tells
    flag("json", 0, Act::Json, Output, "standard output is one JSON object a line"),
    flag("traffic", 0, Act::Traffic, Output, "tell traffic each second"),
    {"watch", 0, Takes::MaybeValue, Act::Watch, Output, noSecret, nullptr,
     "tell each request that a share answers"},
    value("logfile", 'L', Act::LogFile, Output, "FILE|stdio|syslog",
          "log lines as pagekite.py writes them; SIGHUP begins a new FILE"),
    value("loglevel", 0, Act::LogLevel, Output, "none|err|warn|info|debug|all", "default: info"),
    value("metrics", 0, Act::Metrics, Output, "[ADDRESS:]PORT",
          "counts for Prometheus at /metrics; a port alone: on loopback"),
    value("pidfile", 'I', Act::PidFile, Output, "FILE", "the process id, while it runs"),

    // general
    flag("clean", 0, Act::Clean, General, "do not read ~/.pagekite.rc"),
    value("optfile", 'o', Act::OptFile, General, "FILE", "more options from a file"),
    value("optdir", 'O', Act::OptDir, General, "FOLDER", "more options from its *.rc files"),
    flag("settings", 0, Act::Settings, General, "show what all of this adds up to, and end"),
    flag("help", 0, Act::Help, General, "this text"),
    flag("help-man", 0, Act::HelpMan, General, "the options as they stand in man kite"),
    flag("version", 0, Act::Version, General, "name and version"),
    flag("appver", 0, Act::AppVersion, General, "the version alone"),

    flag("all", 'a', Act::All, General, "end if one of the kites is not accepted"),
    flag("noall", 0, Act::NoAll, General, "the opposite, in force unless --all is said"),
    flag("daemonize", 'Z', Act::Daemonize, General,
         "leave the terminal, once ports are open; what goes wrong before is told"),
    flag("nodaemonize", 0, Act::NoDaemonize, General, "stay, in force unless --daemonize is said"),
    value("runas", 'U', Act::RunAs, General, "USER[:GROUP]",
          "become that user, once ports are open"),
    flag("nullui", 0, Act::AsItIs, General, "ask nothing, as always"),
    flag("nocrashreport", 0, Act::AsItIs, General, "send no reports, as always"),

    // pagekite.py's others
    idle("remoteui"),
    idle("uiport", takesValue),
    idle("shell"),
    idle("friendly"),
    idle("signup"),
    idle("service_xmlrpc", takesValue),
    idle("controlpanel"),
    idle("controlpass"),
    idle("local", takesValue),
    idle("tls_ciphers", takesValue),
    idle("tls_legacy"),
    idle("httpd", takesValue, 'H'),
    idle("httppass", takesValue, 'X', 0),
    idle("pemfile", takesValue, 'P'),
    idle("selfsign"),
    idle("nowebpath", takesValue),
    idle("debugio"),
    idle("buffers", takesValue),
    idle("max_read_bytes", takesValue),
    idle("select_loop_min_ms", takesValue),
    idle("watchdog", takesValue),
    idle("nopyopenssl"),
    idle("nossl"),
    idle("sslzlib"),
    idle("autosave"),
    idle("noautosave"),
    idle("reloadfile", takesValue),
    idle("webroot", takesValue),
    idle("webaccess", takesValue),
    idle("webindexes", takesValue),
    idle("delete_backend", takesValue),
    idle("noisfrontend"),
    idle("register", takesValue),
};

/// `-` and `_` are the same in names of options.
QString canonical(QStringView name)
{
    return name.toString().replace(QLatin1Char('-'), QLatin1Char('_'));
}

bool isNamed(const Option &option, const QString &wanted)
{
    return wanted == canonical(QString::fromLatin1(option.name));
}

} // namespace

std::span<const Option> optionTable()
{
    return table;
}

const Option *findOption(QStringView name)
{
    const QString wanted = canonical(name);
    const auto *const found = std::ranges::find_if(
        table, [&](const Option &option) { return isNamed(option, wanted); });
    return found == std::end(table) ? nullptr : found;
}

const Option *findLetter(QChar letter)
{
    const auto *const found = std::ranges::find_if(table, [letter](const Option &option) {
        return option.letter != 0 && letter == QLatin1Char(option.letter);
    });
    return found == std::end(table) ? nullptr : found;
}

bool isAdditive(const Option &option)
{
    static constexpr QStringView names[]
        = {u"service_on",   u"service_off",   u"service_cfg", u"webpath",       u"frontend",
           u"frontends",    u"nofrontend",    u"fe_certname", u"pin",           u"proxy",
           u"socksify",     u"torify",        u"domain",      u"authdomain",    u"portalias",
           u"tls_endpoint", u"client_acl",    u"tunnel_acl",  u"ratelimit_ips", u"errorurl",
           u"upgradeinfo",  u"trusted_proxy", u"whitelabel",  u"whitelabels",   u"nowebpath"};
    return std::ranges::any_of(names, [&](QStringView name) {
        return name == QLatin1String(option.name)
            || (option.act != Act::None && findOption(name)->act == option.act);
    });
}

bool isKept(const Option &option)
{
    using enum Act;
    static constexpr Act ofThisRun[]
        = {Help,    HelpMan, Version, AppVersion, Settings, Clean,      OptFile, OptDir,  List, Add,
           Disable, Remove,  Only,    Save,       SaveFile, SecretFile, Json,    Traffic, Watch};
    static constexpr const char *others[]
        = {"nullui", "remoteui", "shell", "friendly", "signup", "controlpanel", "controlpass"};
    return option.topic != Topic::Share && !std::ranges::count(ofThisRun, option.act)
        && std::ranges::none_of(others, [&](const char *name) {
               return QLatin1String(option.name) == QLatin1String(name);
           });
}

int editDistance(QStringView from, QStringView to)
{
    std::vector<int> row(size_t(to.size()) + 1);
    for (size_t n = 0; n < row.size(); ++n)
        row[n] = int(n);
    for (qsizetype i = 0; i < from.size(); ++i) {
        int diagonal = row[0];
        row[0] = int(i) + 1;
        for (size_t j = 1; j < row.size(); ++j) {
            const int change = diagonal + (from[i] == to[qsizetype(j) - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({change, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

const Option &nearestOption(QStringView name)
{
    // Longer than any name: what is beyond makes no difference, and nobody may make this slow.
    static constexpr qsizetype enough = 64;
    const QString wanted = canonical(name.first(std::min(enough, name.size()))).toLower();
    return *std::ranges::min_element(table, {}, [&](const Option &option) {
        return editDistance(wanted, canonical(QString::fromLatin1(option.name)));
    });
}

} // namespace kite::cli
