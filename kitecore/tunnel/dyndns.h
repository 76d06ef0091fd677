#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include <QHash>

#include "kitecore/base/result.h"
#include "kitecore/net/loop.h"
#include "kitecore/net/route.h"
#include "kitecore/tunnel/dyndnsservice.h"

namespace kite::tunnel {

/// Tells a provider of dynamic DNS where names lead to: each name once for each list of addresses,
/// one request at a time; again after a failure, less and less often. Lives on its loop's thread.
class DynDns
{
    Q_DISABLE_COPY_MOVE(DynDns)

public:
    /// Fetches an address: the answer's first bytes, or why there is none.
    class Web
    {
    public:
        using Got = std::function<void(Result<QByteArray, QString>)>;
        virtual ~Web() = default;
        /// @param got called later. One at a time.
        virtual void get(const QUrl &url, Got got) = 0;
    };
    /// Proxies: one hop of HTTP or SOCKS 5; @return null: not through these.
    static std::unique_ptr<Web> realWeb(const net::Route &route);

    /// Relays come and go in groups.
    static constexpr std::chrono::seconds settleTime {5};
    /// After n failures in a row 2^n times that, n at most maxDoublings.
    static constexpr std::chrono::seconds failurePause {56};
    static constexpr int maxDoublings = 5;
    static constexpr std::chrono::seconds timeout {20};
    static constexpr qint64 maxAnswerBytes = 1024;

    DynDns(net::Loop &loop, DynDnsService service, std::unique_ptr<Web> web);
    ~DynDns();

    /// Where the names are to lead to from now on. Without addresses nothing is told.
    void update(const QList<DynDnsName> &names, const QList<QHostAddress> &addresses);

private:
    struct Told
    {
        std::optional<QList<QHostAddress>> addresses; ///< what the provider took last
        secrets::Secret secret;
        int failures = 0;
        Clock::Steady notBefore {};
    };

    void next();
    void tell(const DynDnsName &name);
    void answered(const QByteArray &domain, const QList<QHostAddress> &addresses,
                  const Result<QByteArray, QString> &answer);
    Clock::Steady now() const { return m_loop.clock().now(); }

    net::Loop &m_loop;
    const DynDnsService m_service;
    QList<DynDnsName> m_names;
    QList<QHostAddress> m_addresses;
    QHash<QByteArray, Told> m_told; ///< by domain
    bool m_isAsking = false;
    net::Deadlines::Token m_timer;
    std::unique_ptr<Web> m_web; ///< goes first
};

} // namespace kite::tunnel
