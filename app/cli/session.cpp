#include "app/cli/session.h"

#include <algorithm>
#include <array>

#include <QJsonArray>

#include "app/cli/help.h"
#include "app/cli/sentences.h"

namespace kite::cli {

Session::Session(const Plan &plan, Reporter &reporter,
                 const QList<std::shared_ptr<net::ListeningSocket>> &inherited)
    : m_plan(plan)
    , m_reporter(reporter)
    , m_inherited(inherited)
{
}

Session::~Session() = default;

void Session::start()
{
    m_reporter.logStart();
    for (const QString &warning : m_plan.warnings)
        m_reporter.warn(warning);
    openAndAdd();
    for (const auto &role : m_roles)
        role->start();
    if (const auto shown = showMetrics(m_plan.metrics); !shown && !m_over)
        end(ExitCode::Unreachable, {QStringLiteral("port-taken"), shown.error()});
    if (!m_over)
        Q_EMIT ready();
}

void Session::openAndAdd()
{
    const auto visited = [this](const Visited &visit) { m_reporter.tell(visit); };
    auto kites = openKites(m_plan.kites, this,
                           m_plan.output.watch ? visited : std::function<void(const Visited &)> {},
                           m_gates);
    if (!kites) {
        const QString why = sentenceFor(kites.error());
        return end(ExitCode::Usage, {QStringLiteral("nothing-there"), why});
    }
    m_kites = std::move(kites).value();
    m_planned = m_plan.kites;
    m_settings = settingsText(m_plan);

    if (m_plan.relay)
        add(relayRole(m_loop, m_reporter, *m_plan.relay, m_kites, m_inherited));
    if (m_plan.connector && !m_kites.empty()) {
        add(connectorRole(m_loop, m_reporter, *m_plan.connector, m_kites));
        watchWaking();
    }
    if (m_plan.embedded) {
        add(embeddedRole(m_loop, m_reporter, *m_plan.embedded));
        if (m_plan.embedded->preferences.lan)
            watchWaking();
    }
    if (m_plan.output.traffic && !m_kites.empty()) {
        connect(&m_everySecond, &QTimer::timeout, this, &Session::tellTraffic);
        m_everySecond.start(std::chrono::seconds(1));
    }
}

void Session::watchWaking()
{
    m_wakeWatch = std::make_unique<app::WakeWatch>();
    connect(m_wakeWatch.get(), &app::WakeWatch::woke, this, [this] {
        for (const auto &role : m_roles)
            role->wake();
    });
}

void Session::add(std::unique_ptr<Role> role)
{
    connect(role.get(), &Role::ended, this, &Session::end);
    connect(role.get(), &Role::drained, this, [this] {
        if (--m_draining == 0)
            Q_EMIT finished(int(ExitCode::Ended));
    });
    m_roles.push_back(std::move(role));
}

void Session::stop(app::Quit how)
{
    if (std::exchange(m_over, true))
        return;
    if (how == app::Quit::Gently)
        m_draining = int(std::ranges::count_if(
            m_roles, [](const auto &role) { return role->drain() == Drain::UnderWay; }));
    if (m_draining == 0)
        QMetaObject::invokeMethod(
            this, [this] { Q_EMIT finished(int(ExitCode::Ended)); }, Qt::QueuedConnection);
}

void Session::reload(const Result<Plan, UsageError> &plan)
{
    if (m_over)
        return;
    for (const auto &role : m_roles)
        role->reopenLogs();
    if (!plan)
        return m_reporter.warn(
            QStringLiteral("The settings stay as they were: %1").arg(plan.error().sentence));
    for (const QString &warning : plan->warnings)
        m_reporter.warn(warning);
    setKites(plan->kites);
    for (const auto &role : m_roles)
        role->reload(*plan);
    moveMetrics(plan->metrics);
    tellWhatStays(*plan);
}

Result<void, QString> Session::showMetrics(const Endpoint &where)
{
    m_metrics.reset();
    m_metricsAt = where;
    if (where.port == 0)
        return {};
    m_metrics = std::make_unique<MetricsServer>([this] { return metrics(); });
    const auto listening = m_metrics->listen(where);
    if (!listening)
        return Err {QStringLiteral("--metrics=%1: %2.").arg(where.toString(), listening.error())};
    return {};
}

void Session::moveMetrics(const Endpoint &where)
{
    if (where == m_metricsAt)
        return;
    const auto before = m_metricsAt;
    const auto shown = showMetrics(where);
    if (shown)
        return;
    m_reporter.warn(QStringLiteral("Counts stay where they were: %1").arg(shown.error()));
    if (const auto back = showMetrics(before); !back)
        m_reporter.warn(back.error());
}

QByteArray Session::metrics() const
{
    QByteArray text;
    for (const auto &role : m_roles)
        text += role->metrics();
    return text + metricsText(m_kites, *m_gates);
}

/// Those that are the same keep their targets, and so their visitors.
void Session::setKites(const std::vector<PlannedKite> &kites)
{
    if (kites == m_planned)
        return;
    const auto visited = [this](const Visited &visit) { m_reporter.tell(visit); };
    std::vector<OpenKite> next;
    for (const auto &kite : kites) {
        if (const auto same = std::ranges::find(m_planned, kite); same != m_planned.end()) {
            next.push_back(m_kites[size_t(same - m_planned.begin())]);
            continue;
        }
        auto opened = openKites(
            {kite}, this, m_plan.output.watch ? visited : std::function<void(const Visited &)> {},
            m_gates);
        if (!opened)
            return m_reporter.warn(
                QStringLiteral("The kites stay as they were: %1").arg(sentenceFor(opened.error())));
        next.push_back(opened->front());
    }
    m_planned = kites;
    m_kites = std::move(next);
    for (const auto &role : m_roles)
        role->setKites(m_kites);
}

/// What no role can change while it runs.
void Session::tellWhatStays(const Plan &next)
{
    const QString settings = settingsText(next);
    const auto before = std::exchange(m_settings, settings).split(QLatin1Char('\n'));
    const auto now = settings.split(QLatin1Char('\n'));
    static constexpr std::array fixed {
        "frontend", "frontends",   "nofrontend",     "new",      "tls",     "pin",
        "ca_certs", "fe_certname", "fe_nocertcheck", "wschunks", "proxy",   "dyndns",
        "all",      "keepalive",   "logfile",        "loglevel", "pidfile", "daemonize",
        "runas",    "isfrontend"};
    QStringList stays;
    for (const auto &line : before + now) {
        const auto name = line.section(QLatin1Char(' '), 0, 0);
        const bool isSame = before.contains(line) && now.contains(line);
        const bool isFixed = std::ranges::any_of(
            fixed, [&](const char *option) { return name == QLatin1String(option); });
        if (!isSame && isFixed && !stays.contains(name))
            stays.append(name);
    }
    if (!stays.isEmpty())
        m_reporter.warn(QStringLiteral("Only a new start changes: --%1.")
                            .arg(stays.join(QLatin1String(", --"))));
}

QJsonObject Session::status() const
{
    QJsonArray kites;
    for (const OpenKite &kite : m_kites) {
        const auto &meter = *kite.meter;
        kites.append(
            QJsonObject {{QStringLiteral("kite"), QString::fromUtf8(kite.id.toByteArray())},
                         {QStringLiteral("target"), kite.leadsTo},
                         {QStringLiteral("in"), meter.in()},
                         {QStringLiteral("out"), meter.out()},
                         {QStringLiteral("visitors"), meter.streams()},
                         {QStringLiteral("visits"), meter.visits()}});
    }
    QJsonObject status {{QStringLiteral("version"), QStringLiteral(KITE_VERSION)},
                        {QStringLiteral("since"), m_began.toString(Qt::ISODate)},
                        {QStringLiteral("kites"), kites}};
    for (const auto &role : m_roles)
        role->describe(status);
    return status;
}

void Session::giveFilesTo(const RunAs &user)
{
    for (const auto &role : m_roles)
        role->giveFilesTo(user);
}

QStringList Session::followedFiles() const
{
    QStringList files;
    for (const auto &role : m_roles)
        files += role->followedFiles();
    return files;
}

/// The first role that has nothing left to do ends them all.
void Session::end(ExitCode code, const Failure &why)
{
    if (std::exchange(m_over, true))
        return;
    m_reporter.tell(why);
    QMetaObject::invokeMethod(
        this, [this, code] { Q_EMIT finished(int(code)); }, Qt::QueuedConnection);
}

void Session::tellTraffic()
{
    for (const OpenKite &kite : m_kites) {
        const auto &meter = *kite.meter;
        m_reporter.tell(
            Traffic {kite.id, meter.in(), meter.out(), meter.streams(), meter.visits()});
    }
}

} // namespace kite::cli
