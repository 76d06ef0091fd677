#pragma once

#include <optional>
#include <variant>

#include <QJsonObject>

#include "kitecore/base/kiteid.h"
#include "kitecore/share/sharetarget.h"
#include "kitecore/stats/snapshot.h"
#include "kitecore/tunnel/relaywords.h"

/// What `kite` tells while it runs, as values, and the three ways to say it.
namespace kite::cli {

struct Listening
{
    enum class Role { Relay, Share };
    Role role = Role::Relay;
    QString host; ///< `*`: every address
    quint16 port = 0;
};

struct Flying
{
    KiteId kite;
    QString url;
    QString relay;           ///< host:port; where we are the relay: our own
    std::optional<bool> tls; ///< whether the link is TLS; std::nullopt: not known
    QString connector;       ///< where we are the relay: who flies it
};

struct Down
{
    KiteId kite;
    stats::DownReason reason = stats::DownReason::None;
    QString detail;
    QString relay;
    QString connector;
};

struct RelayMessage ///< its operator's words, as tunnel::RelayWords has them
{
    QString relay;
    QString text;
};

struct QuotaLeft
{
    QString relay;
    tunnel::Quota quota;
};

struct UpgradeOffer
{
    QString relay;
    tunnel::Upgrade upgrade;
};

struct Traffic ///< since the start
{
    KiteId kite;
    qint64 in = 0;
    qint64 out = 0;
    qint64 streams = 0;
    qint64 visitors = 0;
    bool operator==(const Traffic &) const = default;
};

struct Visited
{
    KiteId kite;
    share::Visit visit;
};

/// Something that no kite is to blame for, or why the program ends.
struct Failure
{
    QString reason; ///< a stable word
    QString detail; ///< a sentence
};

using Event = std::variant<Listening, Flying, Down, RelayMessage, QuotaLeft, UpgradeOffer, Traffic,
                           Visited, Failure>;

/// The object of `--json` (design: one a line).
QJsonObject toJson(const Event &event);
/// The line itself: one that a terminal shows as it is. What commands one, or turns text around, is
/// escaped (RFC 8259, 7).
QByteArray jsonLine(const QJsonObject &object);
/// What of it is said: kb, days, connections, visitors, seconds.
QJsonObject toJson(const tunnel::Quota &quota);
/// Sentences for people; several lines where an address is among them. Empty: nothing to say.
QString toText(const Event &event);
/// `key=value; ` pairs with pagekite.py's keys. Empty: nothing to log.
QByteArray toLog(const Event &event);

/// Whether somebody may have to do something about it.
bool isProblem(const Event &event);

} // namespace kite::cli
