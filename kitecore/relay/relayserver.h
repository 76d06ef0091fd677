#pragma once

#include <chrono>
#include <memory>

#include <QByteArrayList>
#include <QHostAddress>
#include <QList>
#include <QMap>
#include <QObject>
#include <QSet>
#include <QStringList>

#include "kitecore/base/kiteid.h"
#include "kitecore/base/result.h"
#include "kitecore/http/ownpages.h"
#include "kitecore/net/listener.h"
#include "kitecore/net/target.h"
#include "kitecore/relay/accountanswer.h"
#include "kitecore/relay/addressrules.h"
#include "kitecore/relay/overload.h"
#include "kitecore/secrets/secret.h"
#include "kitecore/tls/context.h"

/// The public side: accepts visitors and links, and brings them together.
namespace kite::relay {

class AccessLog;

/// Who may fly what: `--domain=protos:domain:secret` (PROTOCOL.md, 14).
struct Account
{
    QByteArrayList protocols; ///< `http`, `http-8080`, ...
    QByteArray domain;        ///< exact or `*.rest`
    secrets::Secret secret;
};
/// In lower case.
QSet<QByteArray> domainsOf(const QList<Account> &accounts);

using Subnet = QPair<QHostAddress, int>; ///< as QHostAddress::parseSubnet() gives it

/// How many connections one address may have (an IPv6 network of 64 bits counts as one).
struct AddressLimit
{
    int most = 0;        ///< 0: any number
    bool isUsual = true; ///< nobody chose it: this computer's own addresses have no limit
    bool operator==(const AddressLimit &) const = default;
};

struct RelayOptions
{
    QList<QHostAddress> addresses {QHostAddress::Any};
    /// Opened by somebody else; used for those of the ports below that they are bound to, whatever
    /// the addresses.
    QList<std::shared_ptr<net::ListeningSocket>> inherited;
    QList<quint16> ports {80}; ///< 0: any free port
    /// Accepted kites; also what first bytes are taken for.
    QByteArrayList protocols {"http", "http2", "http3",     "https", "websocket",
                              "irc",  "raw",   "minecraft", "xmpp"};
    /// Ports that CONNECT may name, which are listened on for raw visitors, too; `virtual` is any
    /// port and no listening.
    QByteArrayList rawPorts;
    QList<Account> accounts;
    QList<AccountSource> accountSources;        ///< asked where no account decides
    int accountQuestions = 4;                   ///< that a program is asked at a time
    QMap<QByteArray, VisitorRate> visitorRates; ///< by domain; without one: of all others
    QList<AddressRule> visitorRules;            ///< none: everybody; else who matches none may not
    QList<AddressRule> connectorRules;          ///< the same for who brings kites
    QString acceptFile;                         ///< path; see AcceptFile
    QList<Subnet> trustedProxies;               ///< whose X-Forwarded-For counts
    QMap<quint16, quint16> portAliases;         ///< what to call a port that we listen on
    QList<tls::ServerName> tlsNames;            ///< TLS the relay ends itself
    QByteArray tlsDefault; ///< name whose certificate answers hellos without SNI; empty: the first
    bool announceCompression = true; ///< `--nozchunks` turns it off
    quint16 publicPort(quint16 port) const { return portAliases.value(port, port); }
    int workers = 0; ///< 0: number of cores; 1: no thread of its own
    QByteArray motd;
    QByteArrayList upgrades; ///< told to connectors: `version;tag;md5;human-url;file-url`
    http::OwnPages errorPages;
    OverloadOptions overload;
    bool answerProbes = true;
    std::shared_ptr<AccessLog> accessLog; ///< a line for each visitor; null: nowhere
    QByteArrayList dnsHints;              ///< names of relays, whose addresses are told with pings

    int maxKitesPerLink = 1000;
    int maxStreamsPerLink = 10'000; ///< at most link::Link::maxStreams
    AddressLimit linksPerAddress {64};
    AddressLimit visitorsPerAddress {1024}; ///< behind a trusted proxy: whom it names
    /// Visitors and links together; a local kite's visitors until it has them.
    /// Bytes of traffic that may wait in memory for slow visitors and connectors; 0: see
    /// usualMemoryLimit(). Beyond, no visitor is taken, and the slowest are cut off.
    qint64 maxMemory = 0;
    /// Fewer where the system gives the process too few descriptors.
    int maxConnections = 100'000;
    std::chrono::seconds headTimeout {20}; ///< to say what one wants; the first byte: half of it
    std::chrono::seconds idleTimeout {0};  ///< of visitors on links; 0: none
    std::chrono::seconds pingAfter {8};    ///< of silence on a link; see link::LinkOptions
    /// How long visitors of a kite that left a moment ago are kept waiting for it; 0: not at all.
    std::chrono::seconds holdVisitors {10};
    int maxHeldVisitors = 1000;         ///< more get the away page at once
    std::chrono::seconds drainFor {10}; ///< how long drain() waits for visitors at most
};

enum class RelayError {
    Listen,
    Certificate,
    AcceptFile,
    Descriptors, ///< The system allows too few; `detail` is how many.
};
struct RelayFailure
{
    RelayError error;
    QString detail;
};

/// A kite of a link that came or went, for logs and events. Local kites are no news to their owner.
struct KiteEvent
{
    KiteId id;
    QString connector; ///< address:port
};

/// How a relay fares, for its operator. Totals are since its start.
struct RelayCounts
{
    /// What one thread moved between visitors and links.
    struct Worker
    {
        qint64 visits = 0;   ///< total
        qint64 visitors = 0; ///< now
        qint64 in = 0;       ///< total bytes from visitors
        qint64 out = 0;      ///< total bytes to them
    };
    qsizetype kites = 0; ///< also local ones
    int links = 0;
    qsizetype flyingLinks = 0; ///< of them, with a kite; others are still at their greeting
    int visitors = 0;          ///< connections that are no links
    int waiting = 0;           ///< of them, for a kite that left a moment ago
    qint64 turnedAway = 0;     ///< total: away pages, alerts and other refusals
    /// Total by reason, each once: see refusedWord().
    QList<QPair<QByteArray, qint64>> refused;
    qint64 heldBytes = 0; ///< of traffic that waits in memory now
    qint64 maxHeldBytes = 0;
    QList<QPair<QByteArray, qint64>> kitesRefused; ///< the same for kites of connectors
    qint64 accessLinesLost = 0;                    ///< total, of the access log there is now
    int places = 0;                                ///< for visitors and links together
    qsizetype addresses = 0;                       ///< that visitors come from now
    QList<Worker> workers;
};

/// Façade of the relay. start() spawns the workers; signals come on the thread it lives on.
///
/// Ways of a visitor (PROTOCOL.md, 11 and 12): first bytes -> TLS by SNI: pass through to an https
/// kite, or end here where there is a certificate, else an alert; CONNECT; HTTP by Host; a greeting
/// makes a link. A duplicate waits until the older link, asked for a sign of life, gave one or lost
/// its kite (PROTOCOL.md, duplicates). With Replace a new link takes over those kites of the older
/// one whose secrets it proves; an older link that lost its last kite is closed. A challenge is
/// good for one use. Kites may not shadow tlsNames. Unknown names get the away page. Wrong secrets
/// are answered slower each time.
class RelayServer final : public QObject
{
    Q_OBJECT

public:
    /// @param loop of the calling thread; the only one used when `workers` is 1.
    RelayServer(net::Loop &loop, RelayOptions options, QObject *parent = nullptr);
    ~RelayServer() override; ///< stops: closes every link and visitor, joins the workers

    Result<void, RelayFailure> start();
    QList<quint16> ports() const; ///< really bound, in the order of options.ports

    /// A kite served in this process, without a link. Replaces one of the same id.
    void setLocalKite(const KiteId &id, std::shared_ptr<net::Target> target);
    void removeLocalKite(const KiteId &id);

    /// New options for a running relay; no visitor and no link notices but those they are about.
    /// Ports are opened and closed, certificates read again, links with kites that are no longer
    /// accepted closed. `workers` stays. An error changes nothing. A file whose certificate is in
    /// use and that cannot be used any more is no error: that certificate stays.
    /// @return file and reason of each such.
    Result<QStringList, RelayFailure> reconfigure(RelayOptions options);

    /// The gentle end (PROTOCOL.md, a relay that leaves): stops listening, tells connectors to go
    /// elsewhere, and waits for the visitors that are here, at most RelayOptions::drainFor.
    /// drained() follows, once; then destroy it.
    void drain();

    RelayCounts counts() const;
    QByteArray uuid() const; ///< 40 hex digits, random per process

Q_SIGNALS:
    void kiteArrived(const kite::relay::KiteEvent &event);
    void kiteLeft(const kite::relay::KiteEvent &event);
    void drained();

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace kite::relay
