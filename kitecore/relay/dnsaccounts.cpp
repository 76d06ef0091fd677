#include "kitecore/relay/dnsaccounts.h"

#include <QDnsLookup>

#include "kitecore/base/logging.h"
#include "kitecore/relay/accountquery.h"

namespace kite::relay {

namespace {

constexpr qsizetype maxNameBytes = 254; // RFC 1035, 2.3.4, and the final dot

AccountAnswer answerIn(const QDnsLookup &lookup)
{
    if (lookup.error() != QDnsLookup::NoError) {
        qCInfo(lcRelay) << "account look-up failed:" << lookup.errorString();
        return {};
    }
    QList<QHostAddress> addresses;
    for (const auto &record : lookup.hostAddressRecords())
        addresses.append(record.value());
    const auto aliases = lookup.canonicalNameRecords();
    return answerOfAddresses(addresses,
                             aliases.isEmpty() ? QByteArray() : aliases.first().value().toLatin1());
}

} // namespace

DnsAccounts::DnsAccounts(net::Loop &loop, QByteArray suffix)
    : m_loop(loop)
    , m_suffix(std::move(suffix))
{
}

DnsAccounts::~DnsAccounts() = default;

void DnsAccounts::ask(const wire::KiteRequest &request, Answered answered)
{
    const auto name = accountQuery(request, m_suffix);
    auto *lookup = new QDnsLookup(QDnsLookup::A, QString::fromLatin1(name), this);
    const auto late = [this, lookup] {
        qCInfo(lcRelay) << "account look-up takes too long";
        answer(lookup, {});
    };
    m_asked.emplace(lookup, Asked {std::move(answered), m_loop.deadlines().after(timeLimit, late)});
    connect(
        lookup, &QDnsLookup::finished, this, [this, lookup] { answer(lookup, answerIn(*lookup)); },
        Qt::QueuedConnection);
    if (name.size() <= maxNameBytes)
        lookup->lookup();
    else
        QMetaObject::invokeMethod(
            this, [this, lookup] { answer(lookup, {}); }, Qt::QueuedConnection);
}

void DnsAccounts::answer(QDnsLookup *lookup, AccountAnswer answer)
{
    auto asked = m_asked.extract(lookup);
    if (!asked)
        return; // it was late
    disconnect(lookup, nullptr, this, nullptr);
    lookup->deleteLater();
    asked.mapped().answered(std::move(answer));
}

} // namespace kite::relay
