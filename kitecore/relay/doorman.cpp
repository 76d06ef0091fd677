#include "kitecore/relay/doorman.h"

#include <algorithm>

#include "kitecore/base/logging.h"
#include "kitecore/base/words.h"
#include "kitecore/http/requesthead.h"

namespace kite::relay {

namespace {

/// Whoever made the options has compiled the rules before. If not: nobody comes in.
AddressRules compiled(const QList<AddressRule> &rules)
{
    auto result = AddressRules::compile(rules);
    if (result)
        return std::move(result).value();
    qCWarning(lcRelay) << "no pattern for addresses:" << result.error();
    return AddressRules::compile({{AddressRule::Word::Deny, QStringLiteral("any")}}).value();
}

} // namespace

Doorman::Doorman(const RelayOptions &options, const Clock &clock,
                 std::shared_ptr<AcceptFile> before)
    : m_visitors(compiled(options.visitorRules))
    , m_connectors(compiled(options.connectorRules))
    , m_proxies(options.trustedProxies)
    , m_acceptFile(before && before->path() == options.acceptFile
                       ? std::move(before)
                       : std::make_shared<AcceptFile>(options.acceptFile, clock))
{
}

bool Doorman::isAllowed(const AddressRules &rules, const QString &address)
{
    return rules.isEmpty()
        || rules.wordFor(address, AddressRule::Word::Deny) == AddressRule::Word::Allow;
}

bool Doorman::trusts(const QHostAddress &address) const
{
    return std::ranges::any_of(
        m_proxies, [&](const Subnet &net) { return address.isInSubnet(net.first, net.second); });
}

/// From the right: each proxy we trust may have added the address of the one before it.
net::Peer Doorman::visitorOf(const net::Peer &peer, const http::RequestHead &request) const
{
    auto visitor = peer;
    QByteArrayList addresses;
    for (const auto &header : request.headers) {
        if (sameWord(header.name, "X-Forwarded-For"))
            addresses += header.value.toByteArray().split(',');
    }
    while (!addresses.isEmpty() && trusts(QHostAddress(visitor.address))) {
        QHostAddress said(QString::fromLatin1(addresses.takeLast().trimmed()));
        bool isMapped = false;
        if (const quint32 v4 = said.toIPv4Address(&isMapped); isMapped)
            said = QHostAddress(v4);
        if (said.isNull() || !said.scopeId().isEmpty())
            break;
        visitor = {said.toString(), 0};
    }
    return visitor;
}

} // namespace kite::relay
