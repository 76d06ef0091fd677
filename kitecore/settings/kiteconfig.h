#pragma once

#include <QList>
#include <QString>
#include <QStringList>

#include "kitecore/base/endpoint.h"

/// What the user chose, as values. Secrets are only named here, never held.
namespace kite::settings {

/// What a kite points at.
struct Target
{
    enum class Kind {
        Port,  ///< `endpoint`, on this computer or beyond
        Share, ///< `paths`: one folder, one file, or several of either
    };
    Kind kind = Kind::Share;
    Endpoint endpoint;
    QStringList paths;        ///< absolute
    bool hiddenFiles = false; ///< of a share: names that begin with a dot are served, too
    bool listing = true;      ///< of a share: folder pages where there is no index.html
    bool operator==(const Target &) const = default;
};

/// A relay the user added.
struct Relay
{
    enum class Tls {
        Checked,   ///< TLS, certificate checked (system authorities, `authorityFile`, or
                   ///< `fingerprint`)
        Unchecked, ///< TLS without check: said so in so many words
        Off,       ///< plain
    };
    QString id;   ///< Random, stable. `relay/<id>` is the key of its secret.
    QString name; ///< What the user calls it
    Endpoint endpoint;
    Tls tls = Tls::Checked;
    QString certificateName; ///< Empty: the host
    QString authorityFile;
    QString fingerprint; ///< 64 hex digits; empty: none
    QString domain; ///< The name that the account is for: `demo.example.net`, or `*.example.net`
                    ///< for all below it; empty: not known, kites' names are not checked against it
    bool secretStored
        = false; ///< A secret was stored once: a miss then means "locked", not "none".
    bool operator==(const Relay &) const = default;
};

struct Kite
{
    QString id;      ///< Random, stable
    QString name;    ///< Public name: full domain on a relay, first label on this computer
    QString relayId; ///< Empty: the embedded relay
    QString protocol = QStringLiteral("http"); ///< http, https, websocket, raw
    quint16 publicPort = 0;                    ///< for raw: the port asked for by CONNECT
    Target target;
    bool paused = false;
    bool operator==(const Kite &) const = default;
};

struct Preferences
{
    bool lan = false; ///< The embedded relay also listens on the network.
    quint16 port = 0; ///< Its port; 0: the usual one, or any free one
    bool notices = true;
    bool startAtLogin = false;
    bool operator==(const Preferences &) const = default;
};

struct Settings
{
    QList<Relay> relays;
    QList<Kite> kites;
    Preferences preferences;
    bool operator==(const Settings &) const = default;
};

} // namespace kite::settings
