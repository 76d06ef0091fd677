#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <QJsonObject>
#include <QObject>

#include "app/cli/daemon.h"
#include "app/cli/exitcode.h"
#include "app/cli/plan.h"
#include "app/cli/reporter.h"
#include "kitecore/net/loop.h"
#include "kitecore/origin/gatecounts.h"
#include "kitecore/stats/meter.h"

/// A plan's parts as running objects. Each tells the reporter what happens, and `ended` when it has
/// nothing left to do.
namespace kite::cli {

/// A kite whose target stands ready.
struct OpenKite
{
    KiteId id;
    secrets::Secret secret;
    std::shared_ptr<net::Target> target;
    std::shared_ptr<stats::Meter> meter;
    QString leadsTo; ///< where, for people
};

/// Makes targets. Visits of shares are told to `visited` on the thread of `context`; what kites
/// rules turn away is counted in `gates`.
Result<std::vector<OpenKite>, share::ShareFailure>
openKites(const std::vector<PlannedKite> &kites, QObject *context,
          const std::function<void(const Visited &)> &visited,
          const std::shared_ptr<origin::GateCounts> &gates);

enum class Drain {
    Nothing,  ///< there is nothing to finish
    UnderWay, ///< Role::drained() follows
};

class Role : public QObject
{
    Q_OBJECT

public:
    explicit Role(Reporter &reporter) : m_reporter(reporter) {}

    virtual void start() = 0;
    /// Kites came, went or lead elsewhere. Visitors of the others notice nothing.
    virtual void setKites(const std::vector<OpenKite> &) {}
    /// The same words and files say this now. What can not be changed any more stays; problems are
    /// told and change nothing.
    virtual void reload(const Plan &) {}
    /// Log files were moved away: goes on in new ones.
    virtual void reopenLogs() {}
    /// Files that were made become somebody else's, before we do.
    virtual void giveFilesTo(const RunAs &) {}
    /// Files that it reads again when they change.
    virtual QStringList followedFiles() const { return {}; }
    /// The gentle end, before the role is destroyed.
    virtual Drain drain() { return Drain::Nothing; }
    /// Its part of the page for Prometheus.
    virtual QByteArray metrics() const { return {}; }
    /// What `kite status` tells of it.
    virtual void describe(QJsonObject &) const {}
    /// The computer woke up, or its network changed.
    virtual void wake() {}

Q_SIGNALS:
    /// @param why what the last line on standard error says.
    void ended(kite::cli::ExitCode code, const kite::cli::Failure &why);
    void drained(); ///< From the event loop, never from inside drain().

protected:
    Reporter &reporter() { return m_reporter; }

private:
    Reporter &m_reporter;
};

std::unique_ptr<Role> connectorRole(net::Loop &loop, Reporter &reporter, const ConnectorPlan &plan,
                                    const std::vector<OpenKite> &kites);
/// @param inherited sockets that listen already; without `--ports` their ports are the relay's.
std::unique_ptr<Role> relayRole(net::Loop &loop, Reporter &reporter, const RelayPlan &plan,
                                const std::vector<OpenKite> &kites,
                                const QList<std::shared_ptr<net::ListeningSocket>> &inherited);
std::unique_ptr<Role> embeddedRole(net::Loop &loop, Reporter &reporter, const EmbeddedPlan &plan);

} // namespace kite::cli
