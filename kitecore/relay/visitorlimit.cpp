#include "kitecore/relay/visitorlimit.h"

#include <algorithm>

#include <QCryptographicHash>

namespace kite::relay {

void VisitorLimit::tighten(const VisitorRate &rate)
{
    const std::lock_guard guard(m_lock);
    if (rate.isStricterThan(m_rate))
        m_rate = rate;
    m_isActive.store(m_rate.isLimit(), std::memory_order_relaxed);
}

VisitorRate VisitorLimit::rate() const
{
    const std::lock_guard guard(m_lock);
    return m_rate;
}

bool VisitorLimit::admits(const QByteArray &visitor, Clock::Steady now)
{
    const std::lock_guard guard(m_lock);
    if (!m_rate.isLimit())
        return true;
    const auto known = m_seen.find(visitor);
    if (known != m_seen.end() && now - *known <= m_rate.within) {
        *known = now;
        return true;
    }
    const auto most = std::min(m_rate.visitors, maxVisitors);
    if (m_seen.size() >= most)
        m_seen.removeIf([&](const auto &seen) { return now - seen.value() > m_rate.within; });
    if (m_seen.size() >= most)
        return false;
    m_seen.insert(visitor, now);
    return true;
}

QByteArray visitorKey(const QString &address, const http::RequestHead *request)
{
    if (!request)
        return address.toLatin1();
    QCryptographicHash hash(QCryptographicHash::Sha1);
    hash.addData(address.toLatin1());
    for (const QByteArrayView name : {"User-Agent", "Accept-Language"}) {
        hash.addData(QByteArrayView("\n"));
        hash.addData(request->header(name).value_or(QByteArrayView()));
    }
    return hash.result();
}

} // namespace kite::relay
