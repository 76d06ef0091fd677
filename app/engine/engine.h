#pragma once

#include <memory>

#include <QObject>
#include <QTimer>

#include "kitecore/net/loop.h"
#include "kitecore/origin/rules.h"
#include "kitecore/secrets/secret.h"
#include "kitecore/settings/kiteconfig.h"
#include "kitecore/share/sharetarget.h"
#include "kitecore/stats/snapshot.h"

/// The whole core behind one face, used by `kite` and `kiteline`: keeps the wanted kites flying at
/// their relays or on the embedded relay.
namespace kite::app {

/// A kite the engine should keep, with what settings do not hold.
struct WantedKite
{
    settings::Kite kite;
    settings::Relay relay;  ///< id empty: the embedded relay
    secrets::Secret secret; ///< of the relay's account; empty for the embedded relay
    origin::Rules rules = origin::Rules::usual(); ///< of its visitors; taken when the target is
};

/// Lives on the thread of its loop; the desktop gives it a thread of its own and talks to it by
/// queued signals only. All arguments are values.
class Engine final : public QObject
{
    Q_OBJECT

public:
    explicit Engine(net::Loop &loop, QObject *parent = nullptr);
    ~Engine() override;

    /// All kites that there should be, paused ones too. Those that are the same as before are left
    /// alone.
    Q_INVOKABLE void setKites(const QList<kite::app::WantedKite> &kites);
    /// Listening of the embedded relay; takes effect at once.
    Q_INVOKABLE void setPreferences(const kite::settings::Preferences &preferences);
    /// Dial again now, also where a relay refused: the user says so.
    Q_INVOKABLE void retryNow();
    /// The network or the computer came back: links have to show that they live, refusals stay.
    Q_INVOKABLE void wake();
    Q_INVOKABLE void stopAll();

Q_SIGNALS:
    /// Where the embedded relay listens, once it does.
    void listening(const QString &host, quint16 port);
    /// A kite's state changed (also sent once for each new kite).
    void kiteChanged(const kite::stats::KiteSnapshot &snapshot);
    /// Once a second while anything is wanted.
    void sampled(const kite::stats::Snapshot &snapshot);
    /// A request a share answered.
    void visited(const QString &kiteId, const kite::share::Visit &visit);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace kite::app

Q_DECLARE_METATYPE(kite::app::WantedKite)
Q_DECLARE_METATYPE(kite::share::Visit)
