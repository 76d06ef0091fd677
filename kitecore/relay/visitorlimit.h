#pragma once

#include <atomic>
#include <mutex>

#include <QHash>

#include "kitecore/base/clock.h"
#include "kitecore/http/requesthead.h"
#include "kitecore/relay/accountanswer.h"

namespace kite::relay {

/// How many different visitors one link takes within a time (PROTOCOL.md, quotas). Who was let in
/// stays in for as long as it keeps coming. Thread-safe.
class VisitorLimit
{
public:
    static constexpr int maxVisitors = 100'000; ///< beyond: as if it were this number

    /// Of the limits of a link's kites the strictest counts.
    void tighten(const VisitorRate &rate);
    VisitorRate rate() const;
    /// Cheap, and mostly false.
    bool isActive() const { return m_isActive.load(std::memory_order_relaxed); }

    /// @param visitor see visitorKey().
    bool admits(const QByteArray &visitor, Clock::Steady now);

private:
    std::atomic<bool> m_isActive = false;
    mutable std::mutex m_lock;
    VisitorRate m_rate;
    QHash<QByteArray, Clock::Steady> m_seen;
};

/// Who counts as one visitor: behind one address several browsers.
/// @param request null for what is no HTTP.
QByteArray visitorKey(const QString &address, const http::RequestHead *request);

} // namespace kite::relay
