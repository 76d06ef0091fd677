#pragma once

#include <chrono>
#include <optional>

#include <QByteArrayList>

#include "app/cli/commandline.h"
#include "kitecore/base/endpoint.h"
#include "kitecore/relay/relayserver.h"
#include "kitecore/secrets/secret.h"
#include "kitecore/settings/rckites.h"
#include "kitecore/tunnel/dyndnsservice.h"
#include "kitecore/tunnel/relayscout.h"

namespace kite::cli {

/// What to print instead of running.
enum class Show { Nothing, Help, HelpMan, Version, AppVersion, Settings, Text };

/// How much goes into the log.
enum class LogLevel { None, Error, Warning, Info, Debug };

/// How the program tells what happens.
struct Output
{
    bool json = false;
    bool traffic = false;
    bool watch = false;
    QString logFile; ///< empty: no log lines; `stdio`: standard output
    LogLevel level = LogLevel::Info;
    QString pidFile;
};

/// What the user said about the protection of links, before it is put together.
struct LinkWords
{
    bool tls = false;
    bool noCertCheck = false;
    bool webSocket = false; ///< `--wschunks`
    QString authorityFile;
    bool authorityGiven = false; ///< `--ca_certs=auto` names no file
    QByteArrayList certNames;
    QByteArrayList certFingerprints; ///< from `--fe_certname=name/FINGERPRINT`
    QByteArrayList pins;
};

/// A kite of an option or a file.
struct DeclaredKite
{
    settings::KiteSpec spec;
    bool on = true;
    bool fromFile = false; ///< kites named as words replace it
};

struct KiteSetting ///< `--service_cfg`
{
    QByteArray domain;
    quint16 port = 80;
    settings::KiteFlag flag;
    bool fromFile = false; ///< flags behind a name replace it
};

struct WebPath ///< `--webpath`
{
    QByteArray domain;
    quint16 port = 80;
    QString url;
    QString file;
};

/// What to do with the kites of configuration files, before or instead of flying.
struct FileWork
{
    std::optional<settings::KiteEdit> edit;
    bool list = false;
    bool save = false;
    QString saveFile; ///< empty: the file that is read
};

/// How the process runs.
struct Running
{
    bool daemonize = false;
    QString runAs; ///< `user[:group]`; empty: as it is
};

/// All settings, each value read and checked by itself.
struct Options
{
    Show show = Show::Nothing;
    Output output;
    Running running;

    QList<DeclaredKite> kites;
    QList<KiteSetting> kiteSettings;
    bool insecure = false; ///< no firewall
    QList<WebPath> webPaths;
    FileWork fileWork;
    QByteArray secretOfLine; ///< `--kitesecret`, `--secret-file`
    QByteArray secretOfFile; ///< `kitesecret` of an rc file
    QString kiteName;

    QList<Endpoint> frontends;
    std::optional<tunnel::RelayPool> pool; ///< `never` and `ignoreKites` stand below
    QList<Endpoint> neverRelays;
    bool ignoreOldRelays = false; ///< `--new`
    LinkWords link;
    std::optional<tunnel::DynDnsService> dynDns;
    net::Route proxies;                 ///< nearest first
    QStringList directHosts;            ///< not through a single one of these that is the system's
    bool quiet = false;                 ///< no pings and no look-ups (Tor)
    std::chrono::seconds keepAlive {0}; ///< 0: the usual
    bool adaptiveKeepAlive = false;     ///< `--keepalive=auto`
    bool noZChunks = false;
    bool noLoop = false;
    bool all = false; ///< end if one kite is not accepted

    bool relayRole = false;
    relay::RelayOptions relay;
    QString relayPem;        ///< `kite relay --tls`
    bool portsGiven = false; ///< `--ports`
    QString accountsFile;    ///< `--accounts`; empty: the usual one
    Endpoint metrics;        ///< `--metrics`; port 0: none
    QString accessLog;       ///< `--accesslog`; empty: none
    Endpoint publicRelay;    ///< `--public`; port 0: the relay's own

    QString shareName;
    bool lan = false;
    quint16 port = 0;
    bool hiddenFiles = false;
    bool noListing = false;

    QStringList warnings; ///< sentences
};

/// Reads the settings in their order; later ones win, some add up.
/// @param environmentSecret KITE_SECRET; goes before `kitesecret` of files.
Result<Options, UsageError> readOptions(Verb verb, const QList<Setting> &settings,
                                        settings::RcFiles &files,
                                        const secrets::Secret &environmentSecret);

} // namespace kite::cli
