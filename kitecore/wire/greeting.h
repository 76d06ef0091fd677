#pragma once

#include <vector>

#include <QByteArray>
#include <QByteArrayList>

#include "kitecore/base/kiteid.h"
#include "kitecore/base/result.h"
#include "kitecore/wire/chunkhead.h"

/// The handshake as bytes (PROTOCOL.md 4): a connector announces kites, the relay answers each with
/// a challenge or a verdict. The same lines travel in the first request, in its reply, and inside
/// NOOP chunks of a live link.
namespace kite::wire {

/// Why a greeting can not be used.
enum class GreetingError {
    TooLong,      ///< Over limits::maxHeadBytes or maxKitesPerGreeting.
    NotAGreeting, ///< Not `CONNECT PageKite:...`, or a reply that is no HTTP.
    BadKite,      ///< An `X-PageKite` line without exactly five fields, or with a bad name.
    Unavailable,  ///< The relay answered 503: bad request, or the name it was asked for is unknown.
    Forbidden,    ///< The relay answered 403: this address may not bring kites.
};

inline constexpr qsizetype maxKitesPerGreeting = 1000;

/// Features we know. Written one a line (PROTOCOL.md 4.1).
struct Features
{
    bool compression = false; ///< `ZChunks`: the sender takes compressed chunks
    bool addKites = false;    ///< `AddKites`: kites may be asked for inside the link
    bool webSockets = false;  ///< `WebSockets`
    bool mobile = false;      ///< `Mobile`
    bool wideWindow = false;  ///< `KiteWindow`: ours; 1 MiB windows and 64 KiB chunks (PROTOCOL.md)
    bool leaving = false;     ///< `KiteLeaving`: ours; knows what GreetingReply::leaving means
    bool operator==(const Features &) const = default;
};

/// One `X-PageKite: protoport:domain:bsalt:fsalt:signature` line.
struct KiteRequest
{
    KiteId kite;
    QByteArray connectorSalt; ///< bsalt
    QByteArray relaySalt;     ///< fsalt; empty: "send me a challenge"
    QByteArray signature;     ///< empty: the same

    /// What is signed: `protoport:domain:bsalt:fsalt`.
    QByteArray payload() const;
    /// What the relay's challenge signs: `protoport:domain:bsalt`.
    QByteArray name() const;
    bool operator==(const KiteRequest &) const = default;
};

/// What a connector sends (PROTOCOL.md 4.1, 4.4).
struct Greeting
{
    QByteArray version; ///< `X-PageKite-Version`
    Features features;
    QByteArray replaces; ///< session id of an older link; empty: none
    std::vector<KiteRequest> kites;
    bool beanstalk = false;  ///< asked with the old `X-Beanstalk` spelling; answer alike
    QByteArray webSocketKey; ///< not empty: wants a link inside WebSocket frames
    bool operator==(const Greeting &) const = default;
};

/// The relay's word on one kite (PROTOCOL.md 4.2).
struct Verdict
{
    enum class Kind {
        SignThis,  ///< challenge: `detail` is the fsalt
        Accepted,  ///< OK
        SslOk,     ///< SSL-OK: the relay can serve https for this kite
        Duplicate, ///< another link serves it
        Invalid, ///< refused: `detail` is the reason (`signature`, `unauthorized`, `proto`, `port`,
                 ///< `quota`, ...)
    };
    Kind kind = Kind::Invalid;
    KiteId kite;
    QByteArray connectorSalt;
    QByteArray detail;
    bool operator==(const Verdict &) const = default;
};

/// What a relay answers (PROTOCOL.md 4.2).
struct GreetingReply
{
    Features features;
    QByteArrayList protocols;
    QList<quint16> ports;
    QByteArrayList rawPorts; ///< `virtual` or numbers
    std::vector<Verdict> verdicts;
    QByteArray sessionId;
    QByteArray motd;
    qint64 quotaKb = 0; ///< 0: not said
    qint64 quotaDays = 0;
    qint64 quotaConns = 0;
    qint64 visitors = 0;       ///< `IPsPerSec`: so many different ones ...
    qint64 visitorSeconds = 0; ///< ... within so long
    QByteArrayList upgrades;   ///< `version;tag;md5;human-url;file-url`
    bool leaving = false; ///< `X-PageKite-Leaving`: the relay takes no more visitors; dial anew
    bool operator==(const GreetingReply &) const = default;
};

/// Whether a request head begins as a connector's: `CONNECT PageKite:`, the path in any case. While
/// there are fewer bytes than these: false.
bool beginsGreeting(QByteArrayView head);

/// Reads a complete request head up to its blank line; CRLF or LF line ends. No kites is no error.
Result<Greeting, GreetingError> parseGreeting(QByteArrayView head);
/// Reads a complete reply head, blank line included.
Result<GreetingReply, GreetingError> parseReply(QByteArrayView head);

/// Reads the same lines from a control chunk.
Result<Greeting, GreetingError> greetingFromChunk(const ChunkHead &head);
Result<GreetingReply, GreetingError> replyFromChunk(const ChunkHead &head);

/// The whole first request, blank line included.
QByteArray writeGreeting(const Greeting &greeting);
/// The whole reply head, blank line included.
QByteArray writeReply(const GreetingReply &reply, bool beanstalk);
/// What stands between a head's first line and its blank line, for heads of another kind.
QByteArray writeFirstGreetingLines(const Greeting &greeting);
QByteArray writeFirstReplyLines(const GreetingReply &reply, bool beanstalk);
/// Lines for wire::controlChunk().
QByteArray writeGreetingLines(const Greeting &greeting);
QByteArray writeReplyLines(const GreetingReply &reply, bool beanstalk);

} // namespace kite::wire
