#include "kitecore/relay/challenges.h"

#include <QCryptographicHash>

#include "kitecore/base/logging.h"
#include "kitecore/net/neighbourhood.h"
#include "kitecore/wire/signature.h"

namespace kite::relay {

Challenges::Challenges(const Clock &clock, QByteArray processSecret)
    : m_clock(clock)
    , m_secret(std::move(processSecret))
{
}

QByteArray Challenges::issue(const wire::KiteRequest &request) const
{
    return wire::sign(wire::randomHex(8), m_secret, request.name(), m_clock.wallTime());
}

bool Challenges::isGenuine(const wire::KiteRequest &request) const
{
    const auto &challenge = request.relaySalt;
    return challenge.size() == wire::signatureLength && challenge.startsWith('t')
        && wire::checkSignature(challenge, m_secret, request.name(), m_clock.wallTime());
}

bool Challenges::use(const wire::KiteRequest &request, const QString &address)
{
    const auto digest = QCryptographicHash::hash(request.name() + ':' + request.relaySalt,
                                                 QCryptographicHash::Sha1);
    const std::lock_guard guard(m_lock);
    const auto now = m_clock.wallTime();
    const auto begin = now - now % window;
    if (begin != m_windowBegan) {
        const bool next = begin == m_windowBegan + window;
        m_used[1] = next ? std::exchange(m_used[0], {}) : QSet<QByteArray>();
        m_used[0].clear();
        m_usesOf.clear();
        m_windowBegan = begin;
    }
    if (m_used[0].contains(digest) || m_used[1].contains(digest))
        return false;
    const auto place = net::neighbourhood(address);
    if (m_usesOf.value(place) >= maxUsesPerWindow - m_used[0].size()) {
        qCWarning(lcRelay) << "too many proofs within ten minutes from" << address;
        return false;
    }
    ++m_usesOf[place];
    m_used[0].insert(digest);
    return true;
}

} // namespace kite::relay
