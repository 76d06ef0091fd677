#pragma once

#include <atomic>
#include <memory>
#include <mutex>

#include <QByteArrayList>

#include "kitecore/relay/relayserver.h"

namespace kite::relay {

/// How a relay fares, as its own thread sees it and every worker tells. Thread-safe.
class Circumstances
{
public:
    bool isOverloaded() const { return m_isOverloaded.load(); }
    void setOverloaded(bool overloaded) { m_isOverloaded.store(overloaded); }
    /// `domain address,address` each
    QByteArrayList dnsHints() const;
    void setDnsHints(QByteArrayList hints);

private:
    std::atomic<bool> m_isOverloaded = false;
    mutable std::mutex m_lock;
    QByteArrayList m_dnsHints;
};

/// What visitors are told whom nobody serves, in the operator's words where there are some
/// (PROTOCOL.md, pages). Constant.
class AwayPages
{
public:
    enum class Why {
        NotFlying,
        TooManyVisitors, ///< `rejected=ips_per_sec`
    };

    /// @param options and `circumstances` outlive it. @param uuid names this relay in its answers.
    AwayPages(const RelayOptions &options, QByteArray uuid, const Circumstances &circumstances);

    const QByteArray &uuid() const { return m_uuid; }

    /// In the visitor's protocol; empty: nothing, the connection is closed.
    /// @param relay address that the visitor came to; empty: not known.
    QByteArray words(const QByteArray &protocol, const QByteArray &host, Why why = Why::NotFlying,
                     const QByteArray &relay = {}) const;
    /// For connectors that look for a relay: this one is alive, and how it fares.
    QByteArray pingAnswer() const;

    /// The address of the operator's page for this visit; empty: there is none.
    QByteArray pageFor(const QByteArray &protocol, const QByteArray &host, Why why,
                       const QByteArray &relay) const;

private:
    const RelayOptions &m_options;
    const QByteArray m_uuid;
    const Circumstances &m_circumstances;
};

} // namespace kite::relay
