#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <QDateTime>
#include <QJsonObject>
#include <QObject>
#include <QTimer>

#include "app/cli/exitcode.h"
#include "app/cli/metrics.h"
#include "app/cli/roles.h"
#include "app/engine/quitsignals.h"
#include "app/engine/wakewatch.h"

namespace kite::cli {

/// A plan at work, from start to the process's end.
class Session final : public QObject
{
    Q_OBJECT

public:
    /// @param inherited sockets for the relay, if there is one.
    Session(const Plan &plan, Reporter &reporter,
            const QList<std::shared_ptr<net::ListeningSocket>> &inherited = {});
    ~Session() override;

    /// Later, `finished` comes from the event loop, once.
    void start();
    /// The user's wish. Gently: roles may finish what is under way, in a time of their own.
    void stop(kite::app::Quit how);
    void giveFilesTo(const RunAs &user);
    /// See Role::followedFiles().
    QStringList followedFiles() const;
    /// What this process is doing, for `kite status`: no secrets.
    QJsonObject status() const;
    /// The user's words, read again with what the files say now.
    void reload(const Result<Plan, UsageError> &plan);

Q_SIGNALS:
    /// Everything is started: ports are open, relays are being dialled. Not after a failure.
    void ready();
    void finished(int code);

private:
    void openAndAdd();
    void setKites(const std::vector<PlannedKite> &kites);
    Result<void, QString> showMetrics(const Endpoint &where);
    void moveMetrics(const Endpoint &where);
    QByteArray metrics() const;
    void tellWhatStays(const Plan &next);
    void add(std::unique_ptr<Role> role);
    void end(ExitCode code, const Failure &why);
    void tellTraffic();
    void watchWaking();

    const Plan &m_plan;
    Reporter &m_reporter;
    const QList<std::shared_ptr<net::ListeningSocket>> m_inherited;
    net::Loop m_loop;
    std::vector<PlannedKite> m_planned;
    std::vector<OpenKite> m_kites; ///< of `m_planned`, in the same order
    const std::shared_ptr<origin::GateCounts> m_gates = std::make_shared<origin::GateCounts>();
    std::unique_ptr<MetricsServer> m_metrics; ///< null: nobody wants any
    Endpoint m_metricsAt;
    QString m_settings; ///< as they were when they were told last
    std::vector<std::unique_ptr<Role>> m_roles;
    std::unique_ptr<app::WakeWatch> m_wakeWatch; ///< null without links
    QTimer m_everySecond;
    int m_draining = 0; ///< roles that finish
    bool m_over = false;
    const QDateTime m_began = QDateTime::currentDateTimeUtc();
};

} // namespace kite::cli
