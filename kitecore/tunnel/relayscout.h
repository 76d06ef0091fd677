#pragma once

#include <functional>
#include <map>
#include <memory>

#include <QHash>
#include <QHostAddress>

#include "kitecore/net/loop.h"
#include "kitecore/tunnel/relayping.h"
#include "kitecore/tunnel/relaypolicy.h"

namespace kite::tunnel {

/// Relays of which the best are used (`--frontends=N:NAME:PORT`, `N:@FILE:PORT`).
struct RelayPool
{
    int wanted = 1; ///< relays at the same time
    QString name;   ///< leads to them by DNS; empty: they stand in `file`
    QString file;   ///< read anew for each choice; an address or a name a line, `#` and `;` comment
    quint16 port = 443;
    QList<Endpoint> never;    ///< `--nofrontend`
    bool ignoreKites = false; ///< `--new`: where the kites' names lead to now does not matter
    bool quiet = false;       ///< no pings and no look-ups (Tor)

    /// How people call it: `NAME:PORT`.
    QString toString() const;
};

/// Finds out which relays a pool has and how they do, and chooses: looks up names, reads the file,
/// pings; RelayPolicy decides (PROTOCOL.md, "Choosing relays"). Remembers measurements and
/// failures between choices. Lives on the thread of its loop.
class RelayScout
{
    Q_DISABLE_COPY_MOVE(RelayScout)

public:
    /// What it asks the world; answers come later, from the event loop.
    class World
    {
    public:
        using Found = std::function<void(const QList<QHostAddress> &)>;
        using Pinged = RelayPing::Done;

        virtual ~World() = default;
        virtual void lookUp(const QString &name, Found found) = 0;
        virtual void ping(const Endpoint &relay, Pinged pinged) = 0;
        /// At most maxFileBytes; empty: none.
        virtual QByteArray read(const QString &file) = 0;
        /// No answer of before comes any more.
        virtual void forget() = 0;
    };
    static std::unique_ptr<World> realWorld(net::Loop &loop, const net::Route &route);

    /// Relays to which a link is up.
    using Live = std::function<QList<Endpoint>()>;
    using Chosen = std::function<void(const std::vector<Endpoint> &)>;

    static constexpr std::chrono::seconds namesTimeout {3}; ///< then the names known have to do
    static constexpr std::chrono::seconds pingsTimeout {5}; ///< then the answers known have to do
    static constexpr std::chrono::seconds pingMemory {60};
    static constexpr std::chrono::seconds nameMemory {900}; ///< for names that can not be looked up
    static constexpr qsizetype samples = 3;                 ///< of which the mean counts
    static constexpr qsizetype fewestSamples = 2;
    static constexpr qsizetype maxKiteNames = 8;
    static constexpr size_t maxCandidates = 64;
    static constexpr qint64 maxFileBytes = qint64 {64} * 1024;

    RelayScout(net::Loop &loop, RelayPool pool, std::unique_ptr<World> world, Live live);
    ~RelayScout();

    /// Begins a choice; one that is under way is dropped.
    /// @param chosen called once, perhaps from inside; the fixed ones are always among them.
    void choose(const QList<Endpoint> &fixed, const QByteArrayList &kiteNames, Chosen chosen);
    void cancel();
    bool isBusy() const { return m_chosen != nullptr; }

    /// No link could be made.
    void failed(const Endpoint &relay);
    /// Measurements are worth nothing any more: the network is another one.
    void forgetMeasurements() { m_known.clear(); }

    const RelayPool &pool() const { return m_pool; }

private:
    struct Known
    {
        QList<std::chrono::milliseconds> pings; ///< the last ones
        Clock::Steady pingedAt {};
        QByteArray uuid;
        bool overloaded = false;
        std::optional<Clock::Steady> failedAt;
    };
    struct Named
    {
        QList<QHostAddress> addresses;
        Clock::Steady at {};
    };
    /// A step of the survey that ends when all that it asked is answered.
    using Step = void (RelayScout::*)();

    void askKites(const QByteArrayList &names);
    void pingKites();
    void askPool();
    void pingPool();
    void conclude();

    void lookUp(const QString &name);
    QList<QHostAddress> known(const QString &name) const;
    void readFile();
    void add(const Endpoint &endpoint, Candidate::Origin origin);
    void pingAll(Step then);
    void ping(const Endpoint &endpoint);
    void pinged(const Endpoint &endpoint, const std::optional<RelayPing::Measured> &measured);
    void answered();
    void begin(Step then, std::chrono::seconds limit);
    std::vector<Candidate> candidates() const;
    RelayPolicy policy() const;
    Clock::Steady now() const { return m_loop.clock().now(); }

    net::Loop &m_loop;
    const RelayPool m_pool;
    std::unique_ptr<World> m_world;
    const Live m_live;

    std::map<QString, Known> m_known; ///< by endpoint
    QHash<QString, Named> m_names;

    // the choice under way
    QStringList m_asked;            ///< kites' names
    std::vector<Candidate> m_found; ///< endpoint and origin only
    Chosen m_chosen;
    Step m_then = nullptr;
    int m_open = 0; ///< questions without an answer
    net::Deadlines::Token m_limit;
};

} // namespace kite::tunnel
