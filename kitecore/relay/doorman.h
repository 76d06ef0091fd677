#pragma once

#include "kitecore/relay/acceptfile.h"
#include "kitecore/relay/addressrules.h"
#include "kitecore/relay/relayserver.h"

namespace kite::http {
struct RequestHead;
}

namespace kite::relay {

/// Who may come from where, as the operator wants it (PROTOCOL.md, who may come from where).
/// Thread-safe.
class Doorman
{
public:
    /// @param before goes on to be used, if it is of the same path; null: there is none.
    Doorman(const RelayOptions &options, const Clock &clock,
            std::shared_ptr<AcceptFile> before = nullptr);

    const std::shared_ptr<AcceptFile> &acceptFile() const { return m_acceptFile; }

    bool mayConnect(const QString &address) { return m_acceptFile->admits(address); }
    bool mayVisit(const QString &address) const { return isAllowed(m_visitors, address); }
    bool mayBringKites(const QString &address) const { return isAllowed(m_connectors, address); }

    /// Where a request really comes from: what a trusted proxy says, else who brought it.
    net::Peer visitorOf(const net::Peer &peer, const http::RequestHead &request) const;
    /// Whether it is a proxy in front of us: it stands for many visitors.
    bool trusts(const QString &address) const
    {
        return trustsAnybody() && trusts(QHostAddress(address));
    }
    bool trustsAnybody() const { return !m_proxies.isEmpty(); }

private:
    static bool isAllowed(const AddressRules &rules, const QString &address);
    bool trusts(const QHostAddress &address) const;

    const AddressRules m_visitors;
    const AddressRules m_connectors;
    const QList<Subnet> m_proxies;
    const std::shared_ptr<AcceptFile> m_acceptFile;
};

} // namespace kite::relay
