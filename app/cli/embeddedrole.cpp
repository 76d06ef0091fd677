#include "app/cli/roles.h"

#include <QHash>
#include <QJsonArray>

#include "app/cli/sentences.h"

namespace kite::cli {

namespace {

/// Kites on this computer: the engine that the desktop uses, with its embedded relay.
class EmbeddedRole final : public Role
{
public:
    EmbeddedRole(net::Loop &loop, Reporter &reporter, const EmbeddedPlan &plan)
        : Role(reporter)
        , m_plan(plan)
        , m_engine(loop)
    {
        connect(&m_engine, &app::Engine::listening, this,
                [this](const QString &host, quint16 port) {
                    this->reporter().tell(Listening {Listening::Role::Share, host, port});
                });
        connect(&m_engine, &app::Engine::kiteChanged, this, &EmbeddedRole::take);
        if (reporter.output().watch)
            connect(&m_engine, &app::Engine::visited, this,
                    [this](const QString &id, const share::Visit &visit) {
                        this->reporter().tell(Visited {kiteId(id), visit});
                    });
        connect(&m_engine, &app::Engine::sampled, this, &EmbeddedRole::takeSamples);
    }

    void start() override
    {
        m_engine.setPreferences(m_plan.preferences);
        m_engine.setKites(m_plan.kites);
    }

    void wake() override { m_engine.wake(); }

    void reload(const Plan &plan) override
    {
        if (!plan.embedded)
            return;
        m_plan = *plan.embedded;
        m_engine.setPreferences(m_plan.preferences);
        m_engine.setKites(m_plan.kites);
    }
    void describe(QJsonObject &status) const override
    {
        static constexpr const char *words[] = {"paused", "connecting", "flying", "refused"};
        auto kites = status.value(QLatin1String("kites")).toArray();
        for (const auto &wanted : m_plan.kites) {
            const auto &target = wanted.kite.target;
            const auto now = m_samples.value(wanted.kite.id);
            const auto told = m_told.value(wanted.kite.id);
            QJsonObject kite {{QStringLiteral("kite"), wanted.kite.id},
                              {QStringLiteral("target"),
                               target.kind == settings::Target::Kind::Port
                                   ? target.endpoint.toString()
                                   : target.paths.join(QLatin1String(", "))},
                              {QStringLiteral("state"), QLatin1String(words[int(told.state)])},
                              {QStringLiteral("in"), now.bytesIn},
                              {QStringLiteral("out"), now.bytesOut},
                              {QStringLiteral("visitors"), now.streams},
                              {QStringLiteral("visits"), now.visits}};
            if (!told.url.isEmpty())
                kite.insert(QStringLiteral("url"), told.url);
            if (told.reason != stats::DownReason::None)
                kite.insert(QStringLiteral("reason"), QLatin1String(stats::downWord(told.reason)));
            kites.append(kite);
        }
        status.insert(QStringLiteral("kites"), kites);
    }

private:
    /// The plan's ids are the names that the embedded relay knows.
    static KiteId kiteId(const QString &id)
    {
        return KiteId::parse(id.toUtf8()).value_or(KiteId {});
    }

    void take(const stats::KiteSnapshot &snapshot)
    {
        const Told now {snapshot.state, snapshot.reason, snapshot.url};
        if (const auto before = m_told.constFind(snapshot.id);
            before != m_told.constEnd() && *before == now)
            return;
        m_told.insert(snapshot.id, now);
        const KiteId id = kiteId(snapshot.id);
        if (snapshot.state == stats::KiteState::Flying) {
            m_everFlew = true;
            reporter().tell(Flying {id, snapshot.url, snapshot.relay, snapshot.tls, {}});
        } else if (snapshot.reason != stats::DownReason::None) {
            reporter().tell(Down {id, snapshot.reason, snapshot.detail, snapshot.relay, {}});
            endIfHopeless(snapshot);
        }
    }

    void endIfHopeless(const stats::KiteSnapshot &snapshot)
    {
        const bool gone = snapshot.reason == stats::DownReason::NothingThere;
        if (m_everFlew || (!gone && snapshot.reason != stats::DownReason::PortTaken))
            return;
        const Down down {kiteId(snapshot.id), snapshot.reason, snapshot.detail, {}, {}};
        Q_EMIT ended(gone ? ExitCode::Usage : ExitCode::Unreachable,
                     {QLatin1String(stats::downWord(snapshot.reason)), sentenceFor(down)});
    }

    void takeSamples(const stats::Snapshot &samples)
    {
        for (const auto &kite : samples)
            m_samples.insert(kite.id, kite);
        if (!reporter().output().traffic)
            return;
        for (const auto &kite : samples)
            reporter().tell(
                Traffic {kiteId(kite.id), kite.bytesIn, kite.bytesOut, kite.streams, kite.visits});
    }

    struct Told
    {
        stats::KiteState state = stats::KiteState::Connecting;
        stats::DownReason reason = stats::DownReason::None;
        QString url;
        bool operator==(const Told &) const = default;
    };

    EmbeddedPlan m_plan;
    app::Engine m_engine;
    QHash<QString, Told> m_told;
    QHash<QString, stats::KiteSnapshot> m_samples;
    bool m_everFlew = false;
};

} // namespace

std::unique_ptr<Role> embeddedRole(net::Loop &loop, Reporter &reporter, const EmbeddedPlan &plan)
{
    return std::make_unique<EmbeddedRole>(loop, reporter, plan);
}

} // namespace kite::cli
