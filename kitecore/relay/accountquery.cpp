#include "kitecore/relay/accountquery.h"

#include <algorithm>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace kite::relay {

namespace {

constexpr quint32 refusals = 0xffffff00;    // 255.255.255.x
constexpr quint32 unknownUser = 0xffffff00; // 255.255.255.0

/// Reasons stand in a header line: nothing but a word.
QByteArray plainReason(QByteArrayView text, const QByteArray &otherwise)
{
    static constexpr qsizetype most = 32;
    const bool plain = std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
            || c == '_' || c == '-';
    });
    return plain && !text.isEmpty() && text.size() <= most ? text.toByteArray() : otherwise;
}

qint64 hexNumber(const QByteArray &text)
{
    return qint64(text.toUInt(nullptr, 16)); // 0 for what is none
}

VisitorRate visitorRate(qint64 visitors, qint64 seconds)
{
    static constexpr qint64 most = 1'000'000'000;
    if (visitors <= 0 || seconds <= 0 || visitors > most || seconds > most)
        return {};
    return {int(visitors), std::chrono::seconds(seconds)};
}

/// `word-IPS-SECONDS.junk.DAYS.CONNECTIONS.rest`, numbers in hex.
void readLabels(const QByteArrayList &labels, Allowance &allowance)
{
    if (labels.size() < 4)
        return;
    allowance.days = hexNumber(labels[2]);
    allowance.connections = hexNumber(labels[3]);
    const auto words = labels[0].split('-');
    if (words.size() >= 3)
        allowance.visitorRate = visitorRate(hexNumber(words[1]), hexNumber(words[2]));
}

qint64 whole(double number)
{
    constexpr double most = 1e15; // a double holds it exactly
    return qint64(std::clamp(number, -most, most));
}

qint64 number(const QJsonObject &object, QLatin1String key)
{
    return whole(object[key].toDouble(0));
}

/// What is no number must not pass for no limit.
bool hasLimitsWeRead(const QJsonObject &account)
{
    static constexpr const char *keys[]
        = {"quota_kb", "quota_days", "quota_conns", "ips_per_sec-ips", "ips_per_sec-secs"};
    return std::ranges::all_of(keys, [&account](const char *key) {
        const auto value = account[QLatin1String(key)];
        return value.isUndefined() || value.isNull() || value.isDouble();
    });
}

QByteArray text(const QJsonValue &value)
{
    return value.toString().toUtf8();
}

QByteArray reasonIn(const QJsonObject &account)
{
    const auto reason = text(account[QLatin1String("reason")]);
    return plainReason(reason.isEmpty() ? text(account[QLatin1String("error")]) : reason, "quota");
}

} // namespace

QByteArray accountQuery(const wire::KiteRequest &request, QByteArrayView dnsSuffix)
{
    auto domain = request.kite.domain;
    if (domain.startsWith('*'))
        domain.replace(0, 1, "_any_");
    QByteArrayList labels {request.connectorSalt, request.relaySalt, request.signature,
                           request.kite.protoport(), domain};
    if (!dnsSuffix.isEmpty())
        labels.append(dnsSuffix.toByteArray());
    return labels.join('.') + '.';
}

AccountAnswer answerOfAddresses(const QList<QHostAddress> &addresses, QByteArrayView canonicalName)
{
    using Kind = AccountAnswer::Kind;
    AccountAnswer answer;
    const auto first = std::ranges::find(addresses, QAbstractSocket::IPv4Protocol,
                                         [](const QHostAddress &a) { return a.protocol(); });
    if (first == addresses.end())
        return answer;
    const quint32 address = first->toIPv4Address();
    const auto labels = canonicalName.toByteArray().split('.');
    if (address == unknownUser) {
        answer.kind = Kind::Unknown;
    } else if ((address & refusals) == refusals) {
        answer.kind = Kind::Refused;
        answer.reason = plainReason(labels.first().split('-').first(), "unauthorized");
    } else if (address == 0) {
        answer.kind = Kind::Refused;
        answer.reason = "quota";
    } else {
        answer.kind = Kind::Granted;
        answer.allowance.quotaKb = address;
        readLabels(labels, answer.allowance);
    }
    return answer;
}

AccountAnswer answerOfZkAuth(const QByteArray &json)
{
    const auto object = QJsonDocument::fromJson(json).object();
    QList<QHostAddress> addresses;
    for (const auto &address : object[QLatin1String("ips")].toArray())
        addresses.append(QHostAddress(address.toString()));
    return answerOfAddresses(addresses, text(object[QLatin1String("alias")]));
}

AccountAnswer answerOfAuth(const QByteArray &json)
{
    const auto account = QJsonDocument::fromJson(json).object();
    AccountAnswer answer;
    answer.secret = secrets::Secret(text(account[QLatin1String("secret")]));
    if (answer.secret.isEmpty() || !hasLimitsWeRead(account))
        return {};
    answer.kind = AccountAnswer::Kind::Secret;
    static constexpr double unlimited = -2;
    const auto quota = account[QLatin1String("quota_kb")];
    answer.outOfQuota = quota.isNull() || quota.toDouble(unlimited) == 0;
    if (answer.outOfQuota)
        answer.reason = reasonIn(account);
    auto &allowance = answer.allowance;
    allowance.quotaKb = std::max(whole(quota.toDouble(unlimited)), qint64(0));
    allowance.days = std::max(number(account, QLatin1String("quota_days")), qint64(0));
    allowance.connections = std::max(number(account, QLatin1String("quota_conns")), qint64(0));
    allowance.visitorRate = visitorRate(number(account, QLatin1String("ips_per_sec-ips")),
                                        number(account, QLatin1String("ips_per_sec-secs")));
    return answer;
}

const AccountSource *sourceFor(const QByteArray &domain, const QList<AccountSource> &sources)
{
    const AccountSource *best = nullptr;
    for (const auto &source : sources) {
        const bool fits = source.kiteDomain.isEmpty() || domain.endsWith('.' + source.kiteDomain);
        if (fits && (!best || source.kiteDomain.size() > best->kiteDomain.size()))
            best = &source;
    }
    return best;
}

} // namespace kite::relay
