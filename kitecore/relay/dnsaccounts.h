#pragma once

#include <chrono>
#include <unordered_map>

#include <QObject>

#include "kitecore/net/loop.h"
#include "kitecore/relay/accountservice.h"

class QDnsLookup;

namespace kite::relay {

/// Asks the DNS: the zone's server knows the secrets, checks the signature, and answers by an
/// address (PROTOCOL.md, accounts). Resolvers on the way see names, salts and signatures.
class DnsAccounts final : public QObject, public AccountService
{
    Q_OBJECT

public:
    static constexpr qsizetype maxAsked = 64;
    static constexpr std::chrono::seconds timeLimit {8};

    /// @param suffix of the names to ask for.
    DnsAccounts(net::Loop &loop, QByteArray suffix);
    ~DnsAccounts() override;

    bool hasRoom() const override { return qsizetype(m_asked.size()) < maxAsked; }
    void ask(const wire::KiteRequest &request, Answered answered) override;

private:
    struct Asked
    {
        Answered answered;
        net::Deadlines::Token limit;
    };

    void answer(QDnsLookup *lookup, AccountAnswer answer);

    net::Loop &m_loop;
    const QByteArray m_suffix;
    std::unordered_map<QDnsLookup *, Asked> m_asked;
};

} // namespace kite::relay
