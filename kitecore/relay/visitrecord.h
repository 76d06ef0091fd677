#pragma once

#include <memory>

#include "kitecore/base/clock.h"
#include "kitecore/net/splice.h"
#include "kitecore/relay/accessline.h"
#include "kitecore/relay/refusals.h"

namespace kite::relay {

class AccessLog;

/// One visitor's line for the access log, while it grows.
class VisitRecord final : public net::Witness
{
public:
    /// @param clock outlives it. @param access what is known when the visitor is brought to its
    /// kite. @param began when it came.
    VisitRecord(std::shared_ptr<AccessLog> log, const Clock &clock, Clock::Steady began,
                Access access);

    void over(const net::Moved &moved) override;
    /// In place of over(): it was turned away with these words.
    void refused(Refused why, QByteArrayView words);

private:
    void write();

    const std::shared_ptr<AccessLog> m_log;
    const Clock &m_clock;
    const Clock::Steady m_began;
    Access m_access;
};

/// The status of an answer that begins so; 0: it is no HTTP.
int statusIn(QByteArrayView answer);

} // namespace kite::relay
