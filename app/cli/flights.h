#pragma once

#include <optional>
#include <vector>

#include <QJsonArray>
#include <QString>

#include "app/cli/events.h"
#include "app/cli/exitcode.h"
#include "kitecore/base/clock.h"
#include "kitecore/base/kiteid.h"

namespace kite::cli {

/// Where each kite stands at each relay, and what that means for the program: which news is worth a
/// line, and when there is nothing left to wait for. Pure.
class Flights
{
public:
    /// @param redial false: `--noloop`.
    explicit Flights(bool redial, const Clock &clock = Clock::system())
        : m_redial(redial)
        , m_clock(clock)
    {
    }

    /// `--all`: one refusal is the end, but for one that may pass.
    void demandAll() { m_all = true; }

    void add(const KiteId &kite, const QString &relay);
    /// A relay that was left.
    void remove(const QString &relay);
    /// A kite that is no longer wanted.
    void remove(const KiteId &kite);
    bool has(const KiteId &kite, const QString &relay) const;

    /// For `kite status`: each relay, since when it is connected, connecting or has refused, and
    /// its kites.
    QJsonArray describe() const;

    /// At one relay at least.
    bool flies(const KiteId &kite) const;

    struct News
    {
        KiteId kite;
        QString relay;
        stats::KiteState state = stats::KiteState::Connecting;
        stats::DownReason reason = stats::DownReason::None;
        QString detail;
        QString url;
        bool tls = false;
    };
    /// @return what to tell; nothing for a repetition.
    std::optional<Event> take(const News &news);

    struct End
    {
        ExitCode code;
        Failure why;
    };
    /// Whether the program should end: every kite is refused everywhere (with demandAll(): one is
    /// anywhere), unless it flew there before and may again; or, before anything ever flew, no
    /// relay's certificate is trusted; or without redialling nothing is left that flies.
    std::optional<End> end() const;

private:
    struct Flight
    {
        KiteId kite;
        QString relay;
        stats::KiteState state = stats::KiteState::Connecting;
        stats::DownReason reason = stats::DownReason::None;
        QString detail;
        QString url;
        bool tls = false;
        std::chrono::seconds since {0}; ///< it is in this state
        bool hasFlown = false;          ///< then a refusal is asked again (tunnel::Connector)
    };

    static QJsonObject describe(const std::vector<const Flight *> &ofRelay);
    bool isRefused(const Flight &flight) const;
    bool isLost(const Flight &flight) const;

    bool m_redial;
    const Clock &m_clock;
    bool m_all = false;
    bool m_everFlew = false;
    std::vector<Flight> m_flights;
};

} // namespace kite::cli
