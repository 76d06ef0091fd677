#include "kitecore/tunnel/dyndns.h"

#include <algorithm>

#include "kitecore/base/logging.h"
#include "kitecore/wire/signature.h"

namespace kite::tunnel {

namespace {

/// The provider's word on a name, for the log: whatever else it says might repeat what we said.
QString wordOf(const QByteArray &answer)
{
    static constexpr qsizetype longest = 16;
    const auto isOfWord = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto end = std::find_if_not(answer.begin(), answer.end(), isOfWord);
    return QString::fromLatin1(answer.first(std::min<qsizetype>(end - answer.begin(), longest)));
}

} // namespace

DynDns::DynDns(net::Loop &loop, DynDnsService service, std::unique_ptr<Web> web)
    : m_loop(loop)
    , m_service(std::move(service))
    , m_web(std::move(web))
{
}

DynDns::~DynDns() = default;

void DynDns::update(const QList<DynDnsName> &names, const QList<QHostAddress> &addresses)
{
    if (m_names == names && m_addresses == addresses)
        return;
    m_names = names;
    m_addresses = addresses;
    m_timer = m_loop.deadlines().after(settleTime, [this] { next(); });
}

/// Tells the first name that has to be told now, or waits for the next one.
void DynDns::next()
{
    m_timer.cancel();
    if (m_isAsking || m_addresses.isEmpty())
        return;
    std::optional<Clock::Steady> soonest;
    for (const auto &name : m_names) {
        Told &told = m_told[name.domain];
        if (!(told.secret == name.secret)) {
            told = {};
            told.secret = name.secret;
        }
        if (told.addresses == m_addresses)
            continue;
        if (told.notBefore <= now())
            return tell(name);
        soonest = std::min(soonest.value_or(told.notBefore), told.notBefore);
    }
    if (!soonest)
        return;
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(*soonest - now());
    m_timer = m_loop.deadlines().after(wait, [this] { next(); });
}

void DynDns::tell(const DynDnsName &name)
{
    static constexpr qsizetype tokenBytes = 4;
    m_isAsking = true;
    const QUrl url = m_service.request(name, m_addresses, wire::randomHex(tokenBytes));
    m_web->get(url,
               [this, domain = name.domain,
                addresses = m_addresses](const Result<QByteArray, QString> &answer) {
                   answered(domain, addresses, answer);
               });
}

void DynDns::answered(const QByteArray &domain, const QList<QHostAddress> &addresses,
                      const Result<QByteArray, QString> &answer)
{
    m_isAsking = false;
    Told &told = m_told[domain];
    if (answer && DynDnsService::isSuccess(*answer)) {
        told.addresses = addresses;
        told.failures = 0;
        told.notBefore = {};
        qCInfo(lcTunnel) << "dynamic DNS:" << domain << "leads to" << addresses;
    } else {
        const int doublings = std::min(++told.failures, maxDoublings);
        told.notBefore = now() + failurePause * (1 << doublings);
        qCWarning(lcTunnel) << "dynamic DNS:" << domain
                            << "was not updated:" << (answer ? wordOf(*answer) : answer.error());
    }
    next();
}

} // namespace kite::tunnel
