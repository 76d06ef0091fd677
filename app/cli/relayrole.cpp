#include "app/cli/roles.h"

#include <QDateTime>
#include <QJsonArray>
#include <QMap>

#include "app/cli/metrics.h"
#include "app/cli/relayaddress.h"
#include "app/cli/relayfiles.h"
#include "app/cli/screen.h"
#include "app/cli/sentences.h"
#include "app/engine/kiteurl.h"
#include "kitecore/relay/accesslog.h"
#include "kitecore/settings/filewatch.h"

namespace kite::cli {

namespace {

QString shown(const QHostAddress &address)
{
    return address == QHostAddress::Any ? QStringLiteral("*") : address.toString();
}

class RelayRole final : public Role
{
public:
    RelayRole(net::Loop &loop, Reporter &reporter, const RelayPlan &plan,
              const std::vector<OpenKite> &kites,
              const QList<std::shared_ptr<net::ListeningSocket>> &inherited)
        : Role(reporter)
        , m_loop(loop)
        , m_asked(plan)
        , m_plan(plan)
        , m_kites(kites)
        , m_inherited(inherited)
    {
    }

    void start() override
    {
        const auto read = m_files.read(m_asked);
        if (!read)
            return fail(ExitCode::Other, {QStringLiteral("certificate"), read.error()});
        warn(read->warnings);
        m_plan = read->plan;
        if (const QString odd = useAccessLog(m_plan.accessLog); !odd.isEmpty())
            return fail(ExitCode::Other, {QStringLiteral("access-log"), odd});
        connect(&m_watch, &settings::FileWatch::changed, this, &RelayRole::readFilesAgain);
        connect(&m_watch, &settings::FileWatch::stirred, this, &RelayRole::addAccounts);
        m_server = std::make_unique<relay::RelayServer>(m_loop, optionsOf(m_plan));
        connect(m_server.get(), &relay::RelayServer::kiteArrived, this,
                [this](const relay::KiteEvent &event) { arrived(event); });
        connect(m_server.get(), &relay::RelayServer::kiteLeft, this,
                [this](const relay::KiteEvent &event) { left(event); });
        connect(m_server.get(), &relay::RelayServer::drained, this, &Role::drained);
        for (const OpenKite &kite : m_kites)
            m_server->setLocalKite(kite.id, kite.target);
        if (const auto started = m_server->start(); !started)
            return refuse(started.error());
        keepAddress();
        tellListening({});
        m_watch.watch(RelayFiles::watched(m_plan));
        for (const OpenKite &kite : m_kites)
            reporter().tell(Flying {kite.id, urlOf(kite.id), self().toString(), std::nullopt, {}});
    }

    void setKites(const std::vector<OpenKite> &kites) override
    {
        if (!m_server)
            return;
        for (const OpenKite &before : m_kites) {
            const auto stays = std::ranges::find(kites, before.id, &OpenKite::id);
            if (stays == kites.end()) {
                m_server->removeLocalKite(before.id);
                reporter().tell(
                    Down {before.id, stats::DownReason::None, {}, self().toString(), {}});
            }
        }
        for (const OpenKite &kite : kites) {
            const auto before = std::ranges::find(m_kites, kite.id, &OpenKite::id);
            if (before != m_kites.end() && before->target == kite.target)
                continue;
            m_server->setLocalKite(kite.id, kite.target);
            reporter().tell(Flying {kite.id, urlOf(kite.id), self().toString(), std::nullopt, {}});
        }
        m_kites = kites;
    }

    void reload(const Plan &plan) override
    {
        if (!isRunning())
            return;
        if (!plan.relay)
            return reporter().warn(
                QStringLiteral("The settings stay as they were: now they are no relay's."));
        const auto &asked = *plan.relay;
        const auto logBefore = m_accessLog;
        QString odd
            = asked.accessLog == m_plan.accessLog ? QString() : useAccessLog(asked.accessLog);
        const auto before = m_server->ports();
        m_warned.clear(); // who asks anew is told anew
        if (odd.isEmpty())
            odd = use(asked);
        if (!odd.isEmpty()) {
            m_accessLog = logBefore;
            return reporter().warn(QStringLiteral("The settings stay as they were: %1").arg(odd));
        }
        tellListening(before);
    }

    void reopenLogs() override
    {
        if (m_accessLog)
            m_accessLog->reopen();
    }

    QByteArray metrics() const override
    {
        return m_server ? metricsText(m_server->counts()) : QByteArray();
    }

    void describe(QJsonObject &status) const override
    {
        if (!m_server)
            return;
        const auto counts = m_server->counts();
        qint64 in = 0;
        qint64 out = 0;
        for (const auto &worker : counts.workers) {
            in += worker.in;
            out += worker.out;
        }
        QJsonArray ports;
        for (const auto port : m_server->ports())
            ports.append(port);
        QJsonArray flying;
        for (const auto &[kite, flight] : m_flying.asKeyValueRange()) {
            if (flying.size() >= maxDescribed)
                break;
            flying.append(
                QJsonObject {{QStringLiteral("kite"), QString::fromUtf8(kite)},
                             {QStringLiteral("connector"), flight.connector},
                             {QStringLiteral("since"), flight.since.toString(Qt::ISODate)}});
        }
        status.insert(QStringLiteral("relay"),
                      QJsonObject {{QStringLiteral("ports"), ports},
                                   {QStringLiteral("kites"), counts.kites},
                                   {QStringLiteral("links"), counts.links},
                                   {QStringLiteral("visitors"), counts.visitors},
                                   {QStringLiteral("in"), in},
                                   {QStringLiteral("out"), out},
                                   {QStringLiteral("turned_away"), counts.turnedAway},
                                   {QStringLiteral("flying"), flying}});
    }

    void giveFilesTo(const RunAs &user) override
    {
        if (m_accessLog)
            m_accessLog->giveTo(user.user, user.group);
        m_files.giveTo(user);
    }

    QStringList followedFiles() const override
    {
        auto files = RelayFiles::watched(m_plan);
        if (!m_plan.options.acceptFile.isEmpty())
            files.append(m_plan.options.acceptFile);
        return files;
    }

    Drain drain() override
    {
        if (!isRunning())
            return Drain::Nothing;
        m_isDraining = true;
        m_server->drain();
        return Drain::UnderWay;
    }

private:
    /// @return what is wrong; empty: nothing.
    QString useAccessLog(const QString &where)
    {
        if (where.isEmpty()) {
            m_accessLog.reset();
            return {};
        }
        if (where == u"-") {
            m_accessLog = relay::AccessLog::onto(
                [to = reporter().output().json ? stderr : stdout](const QByteArray &lines) {
                    for (const auto &line : lines.trimmed().split('\n'))
                        writeLine(to, line);
                });
            return {};
        }
        auto opened = relay::AccessLog::open(where);
        if (!opened)
            return QStringLiteral("--accesslog=%1: %2.").arg(where, opened.error());
        m_accessLog = *opened;
        return {};
    }

    relay::RelayOptions optionsOf(const RelayPlan &plan) const
    {
        auto options = plan.options;
        options.accessLog = m_accessLog;
        options.inherited = m_inherited;
        if (!m_inherited.isEmpty() && !plan.portsGiven) {
            options.ports.clear();
            for (const auto &socket : m_inherited) {
                if (!options.ports.contains(socket->port()))
                    options.ports.append(socket->port());
            }
        }
        return options;
    }

    bool isRunning() const { return m_server && !m_isDraining && !m_server->ports().isEmpty(); }

    /// Makes a plan ours, with what its files say now. @return what is wrong, and changed nothing;
    /// empty: nothing.
    QString use(const RelayPlan &asked)
    {
        const auto read = m_files.read(asked);
        if (!read)
            return read.error();
        const auto applied = m_server->reconfigure(optionsOf(read->plan));
        auto warnings = read->warnings;
        if (applied) {
            for (const QString &fault : *applied)
                warnings.append(saidBeforeStays(fault));
        }
        warn(warnings);
        if (!applied)
            return failureFor(applied.error()).detail;
        m_asked = asked;
        m_plan = read->plan;
        m_files.forgetAllBut(m_plan);
        keepAddress();
        m_watch.watch(RelayFiles::watched(m_plan));
        return {};
    }

    /// What was told the last time is no news.
    void warn(const QStringList &sentences)
    {
        const auto before = std::exchange(m_warned, sentences);
        for (const QString &sentence : sentences) {
            if (!before.contains(sentence))
                reporter().warn(sentence);
        }
    }

    /// How connectors reach us, for invitations.
    void keepAddress()
    {
        if (m_plan.accountsFile.isEmpty())
            return;
        auto address = relayAddress(m_plan.publicRelay, m_plan.options, m_server->ports());
        if (!m_plan.ownCertificate.isEmpty()) {
            address.relay.host = m_plan.publicRelay.host; // publicName may be a guess
            address.pemFile = m_plan.ownCertificate;
        }
        if (std::exchange(m_keptAddress, address) == address)
            return;
        if (const auto kept = keepRelayAddress(m_plan.accountsFile, address); !kept)
            reporter().warn(QStringLiteral("%1 cannot be written: %2. kite relay invite needs "
                                           "--public=HOST:PORT, and the certificate's option.")
                                .arg(relayAddressFile(m_plan.accountsFile), kept.error()));
    }

    void readFilesAgain(const QStringList &files)
    {
        if (!isRunning())
            return;
        const QString odd = use(m_asked);
        if (!odd.isEmpty())
            reporter().warn(QStringLiteral("%1 changed, and what it said before stays: %2")
                                .arg(files.join(QLatin1String(", ")), odd));
    }

    /// Invitations may be used at once. Everything else waits until whoever writes must be done:
    /// half a file would end kites that fly.
    void addAccounts(const QStringList &files)
    {
        if (!isRunning() || !files.contains(m_plan.accountsFile))
            return;
        const auto added = m_files.takeAddedAccounts(m_plan.accountsFile);
        if (added.isEmpty())
            return;
        auto plan = m_plan;
        plan.options.accounts += added;
        if (m_server->reconfigure(optionsOf(plan)))
            m_plan = plan;
    }

    void refuse(const relay::RelayFailure &failure)
    {
        fail(failure.error == relay::RelayError::Listen ? ExitCode::Unreachable : ExitCode::Other,
             failureFor(failure));
    }

    static Failure failureFor(const relay::RelayFailure &failure)
    {
        if (failure.error == relay::RelayError::Listen)
            return {QStringLiteral("port-taken"),
                    QStringLiteral("The relay cannot listen: %1. --ports=N can name another port.")
                        .arg(failure.detail)};
        if (failure.error == relay::RelayError::AcceptFile)
            return {QStringLiteral("accept-file"),
                    QStringLiteral("Who may connect cannot be read: %1.").arg(failure.detail)};
        if (failure.error == relay::RelayError::Descriptors)
            return {QStringLiteral("descriptors"),
                    QStringLiteral("The system allows %1 open files and connections, too few for "
                                   "a relay (ulimit -n).")
                        .arg(failure.detail)};
        return {QStringLiteral("certificate"),
                QStringLiteral("A certificate cannot be used: %1.").arg(failure.detail)};
    }

    void fail(ExitCode code, const Failure &why) { Q_EMIT ended(code, why); }

    /// @param known ports that were told before.
    void tellListening(const QList<quint16> &known)
    {
        const auto ports = m_server->ports();
        for (const auto &address : m_plan.options.addresses) {
            for (const quint16 port : ports)
                if (!known.contains(port))
                    reporter().tell(Listening {Listening::Role::Relay, shown(address), port});
        }
    }

    Endpoint self() const
    {
        return {shown(m_plan.options.addresses.first()), m_server->ports().value(0)};
    }

    QString urlOf(const KiteId &kite) const
    {
        return app::publicUrl(kite, {self(), false, hasTls(kite.domain), m_server->ports()});
    }

    bool hasTls(const QByteArray &domain) const
    {
        return std::ranges::any_of(m_plan.options.tlsNames, [&](const tls::ServerName &one) {
            return one.name == domain
                || (one.name.startsWith("*.")
                    && domain.sliced(std::max<qsizetype>(domain.indexOf('.'), 0))
                        == one.name.sliced(1));
        });
    }

    void arrived(const relay::KiteEvent &event)
    {
        m_flying.insert(event.id.toByteArray(), {event.connector, QDateTime::currentDateTimeUtc()});
        reporter().tell(
            Flying {event.id, urlOf(event.id), self().toString(), std::nullopt, event.connector});
    }

    void left(const relay::KiteEvent &event)
    {
        if (const auto flight = m_flying.constFind(event.id.toByteArray());
            flight != m_flying.constEnd() && flight->connector == event.connector)
            m_flying.erase(flight);
        reporter().tell(
            Down {event.id, stats::DownReason::LinkLost, {}, self().toString(), event.connector});
    }

    struct Flight
    {
        QString connector;
        QDateTime since;
    };
    static constexpr qsizetype maxDescribed = 1000; ///< kites in a status

    net::Loop &m_loop;
    RelayPlan m_asked;
    RelayPlan m_plan; ///< with what files say
    RelayFiles m_files;
    QStringList m_warned;              ///< of the last reading
    QMap<QByteArray, Flight> m_flying; ///< of links, by kite
    std::vector<OpenKite> m_kites;
    const QList<std::shared_ptr<net::ListeningSocket>> m_inherited;
    std::shared_ptr<relay::AccessLog> m_accessLog; ///< null: nobody wants one
    std::unique_ptr<relay::RelayServer> m_server;
    std::optional<RelayAddress> m_keptAddress; ///< or tried to
    settings::FileWatch m_watch;
    bool m_isDraining = false;
};

} // namespace

std::unique_ptr<Role> relayRole(net::Loop &loop, Reporter &reporter, const RelayPlan &plan,
                                const std::vector<OpenKite> &kites,
                                const QList<std::shared_ptr<net::ListeningSocket>> &inherited)
{
    return std::make_unique<RelayRole>(loop, reporter, plan, kites, inherited);
}

} // namespace kite::cli
