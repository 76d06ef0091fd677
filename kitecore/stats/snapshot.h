#pragma once

#include <QList>
#include <QMetaType>
#include <QString>

/// What windows and the command line see of the core: values, once a second, never bytes.
namespace kite::stats {

enum class KiteState {
    Paused,     ///< The user wants it down.
    Connecting, ///< Wanted, not (or no longer) reachable; being worked on.
    Flying,     ///< Visitors can arrive.
    Refused,    ///< The relay said no; waits for the user, unless that mayPass().
};

/// Why a kite is down. The names are the stable words of `kite --json` (see downWord()).
enum class DownReason {
    None,
    Unreachable,  ///< The relay cannot be reached: name, network, no answer.
    LinkLost,     ///< There was a link; it broke or fell silent.
    BadSecret,    ///< The relay refused the signature.
    UnknownKite,  ///< The relay does not know this kite.
    NameTaken,    ///< Another link serves it (Duplicate).
    NotServed,    ///< The relay does not serve this protocol or port.
    Quota,        ///< The relay says the quota is used up.
    Untrusted,    ///< The relay's certificate was refused.
    NotARelay,    ///< Whoever answered does not speak the protocol.
    PortTaken,    ///< The embedded relay cannot listen.
    NothingThere, ///< The folder or file to share is gone or unreadable.
    NoSecret,     ///< No secret is at hand for this relay.
};

/// `unreachable`, `link-lost`, `bad-secret`, `unknown-kite`, `name-taken`, `not-served`, `quota`,
/// `untrusted`, `not-a-relay`, `port-taken`, `nothing-there`, `no-secret`; `none`.
const char *downWord(DownReason reason);

/// Whether a relay that refuses a kite for it, which flew there before, may take it back: it may
/// have lost its accounts for a moment. A secret that was changed is wrong until the user knows it.
bool mayPass(DownReason reason);

struct KiteSnapshot
{
    QString id; ///< settings::Kite::id
    KiteState state = KiteState::Connecting;
    DownReason reason = DownReason::None;
    QString detail;     ///< For the log; not translated.
    QString url;        ///< Public address; empty until it flies.
    QString relay;      ///< host:port, or empty for this computer
    bool tls = false;   ///< link is TLS
    qint64 bytesIn = 0; ///< since start
    qint64 bytesOut = 0;
    qint64 streams = 0; ///< open now
    qint64 visits = 0;  ///< since start

    bool operator==(const KiteSnapshot &) const = default;
};

using Snapshot = QList<KiteSnapshot>;

} // namespace kite::stats

Q_DECLARE_METATYPE(kite::stats::KiteSnapshot)
