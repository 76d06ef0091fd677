#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <QObject>

#include "kitecore/net/backoff.h"
#include "kitecore/tunnel/connector.h"
#include "kitecore/tunnel/relayscout.h"

namespace kite::tunnel {

/// At which relays kites are to fly.
struct FleetPlan
{
    QList<RelayChoice> fixed;      ///< each of them, whatever happens
    std::optional<RelayPool> pool; ///< and the best of these
    RelayChoice poolRelay; ///< how links into the pool are protected; its endpoint does not count
    ConnectorOptions connector;
    bool adaptiveKeepAlive = false; ///< KeepAlive says when links are pinged, not `connector`
};

/// The links of one set of kites: a Connector for each fixed relay and for each that is chosen from
/// the pool. What happens to one link does not touch another.
///
/// The choice is made again when a chosen relay can not be reached, and now and then (PROTOCOL.md,
/// "Choosing relays"). A link that is up and no longer chosen ends after a while, when no visitor
/// is on it. Lives on the thread of its loop.
class Fleet final : public QObject
{
    Q_OBJECT

public:
    /// Visitors who come by the name's old address shall still find the kite for so long.
    static constexpr std::chrono::minutes farewell {10};
    static constexpr std::chrono::minutes rechooseAtLeast {15};
    static constexpr std::chrono::minutes rechooseFrom {45}; ///< for one link; less for more links
    static constexpr std::chrono::minutes rechooseTo {60};
    static constexpr std::chrono::seconds rechooseSoonest {2}; ///< after a failure
    static constexpr std::chrono::seconds rechooseLatest {60};

    /// @param world null: the real one.
    Fleet(net::Loop &loop, FleetPlan plan, std::unique_ptr<RelayScout::World> world = {},
          QObject *parent = nullptr);
    ~Fleet() override;

    void setKites(std::vector<FlownKite> kites);
    /// As Connector::setAnswers() for all, and for those to come.
    void setAnswers(const Answers &answers);
    void start();
    void stop();
    /// As Connector::retry() for all, and a new choice.
    void retry();
    /// As Connector::wake() for all, and a new choice.
    void wake();

    /// Addresses of the relays that are flown at now, best first. Behind proxies only those that
    /// were given as addresses are known.
    QList<QHostAddress> liveAddresses() const;

Q_SIGNALS:
    /// Kites are going to fly there; before any news from there.
    void relayJoined(const kite::tunnel::RelayChoice &relay);
    /// Nothing more comes from there.
    void relayLeft(const kite::tunnel::RelayChoice &relay);
    void kiteChanged(const kite::tunnel::RelayChoice &relay, const kite::tunnel::KiteNews &news);
    void relaySaid(const kite::tunnel::RelayChoice &relay, const kite::tunnel::RelayWords &words);
    /// A choice found nobody in the pool, and no link is up.
    void nobodyAnswers(const QString &pool);
    /// liveAddresses() may be different.
    void liveChanged();

private:
    struct Member
    {
        Connector *connector = nullptr; ///< a child
        std::optional<Clock::Steady> unwantedSince;
    };

    Member *find(const Endpoint &endpoint);
    void add(const RelayChoice &relay);
    void linkChanged(const Endpoint &relay, bool up, stats::DownReason why);
    void chooseAnew();
    void lost(KeepAlive::Loss how);
    void applyKeepAlive();
    void periodicChoice();
    void rechoose();
    void apply(const std::vector<Endpoint> &chosen);
    void scheduleChoice();
    void rechooseSoon();
    void dismissUnwanted();
    void scheduleDismissal();
    bool isComplete() const;
    QList<Endpoint> live() const;
    Clock::Steady now() const { return m_loop.clock().now(); }

    net::Loop &m_loop;
    const FleetPlan m_plan;
    std::unique_ptr<RelayScout> m_scout; ///< null without a pool
    std::vector<FlownKite> m_kites;
    Answers m_answers;
    std::vector<Member> m_members; ///< fixed ones first, then the best
    bool m_started = false;
    KeepAlive m_keepAlive;
    net::Backoff m_backoff;
    net::Deadlines::Token m_nextChoice;
    net::Deadlines::Token m_soonChoice;
    net::Deadlines::Token m_dismissal;
};

} // namespace kite::tunnel
