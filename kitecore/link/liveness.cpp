#include "kitecore/link/liveness.h"

#include <algorithm>

namespace kite::link {

void Liveness::heard(Steady now)
{
    m_heard = now;
    m_asked.reset();
    m_unanswered.reset();
}

void Liveness::heardData(Steady now)
{
    if (!m_owesSince)
        m_owesSince = now;
}

void Liveness::saidData(Steady now)
{
    if (!m_unanswered)
        m_unanswered = now;
}

void Liveness::asked(Steady now)
{
    if (!m_asked)
        m_asked = now;
}

Liveness::Steady Liveness::askAt() const
{
    const Steady bySilence = m_heard + m_patience.pingAfter;
    return m_unanswered ? std::min(bySilence, *m_unanswered + m_patience.askAfter) : bySilence;
}

Liveness::Verdict Liveness::check(Steady now)
{
    if (m_asked && now >= *m_asked + m_patience.deadAfter) {
        if (now < *m_asked + m_patience.deadAfter + slept)
            return Verdict::Dead;
        m_asked = now;
    }
    if (!m_asked && now >= askAt())
        return Verdict::Ask;
    if (m_owesSince && now >= *m_owesSince + m_patience.assureAfter)
        return Verdict::Assure;
    return Verdict::Fine;
}

Liveness::Steady Liveness::nextCheck() const
{
    const Steady next = m_asked ? *m_asked + m_patience.deadAfter : askAt();
    return m_owesSince ? std::min(next, *m_owesSince + m_patience.assureAfter) : next;
}

} // namespace kite::link
