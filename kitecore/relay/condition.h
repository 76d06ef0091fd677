#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "kitecore/net/hostlookup.h"
#include "kitecore/net/loop.h"
#include "kitecore/relay/awaypages.h"
#include "kitecore/relay/overload.h"

namespace kite::relay {

/// Sees now and then how the relay fares and where its names lead, so that pages can say so. Lives
/// on the relay's own thread.
class Condition
{
    Q_DISABLE_COPY_MOVE(Condition)

public:
    static constexpr std::chrono::seconds lookAfter {10};
    static constexpr std::chrono::minutes lookUpAfter {5};

    /// @param connections counts visitors and links; it and `circumstances` outlive this.
    Condition(net::Loop &loop, const RelayOptions &options, const std::atomic<int> &connections,
              Circumstances &circumstances);

private:
    void look();
    void lookUp();
    void found(qsizetype index, const QHostInfo &info);

    net::Loop &m_loop;
    const OverloadOptions m_overload;
    const QByteArrayList m_domains;
    const std::atomic<int> &m_connections;
    Circumstances &m_circumstances;
    OverloadLimit m_limit;
    QByteArrayList m_hints; ///< one for each domain; empty: not found
    std::vector<std::unique_ptr<net::HostLookup>> m_lookups;
    net::Deadlines::Token m_nextLook;
    net::Deadlines::Token m_nextLookUp;
};

} // namespace kite::relay
