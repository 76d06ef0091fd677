#include "kitecore/link/turns.h"

#include "kitecore/link/flow.h"

namespace kite::link {

void Place::leave()
{
    m_previous->m_next = m_next;
    m_next->m_previous = m_previous;
    m_next = this;
    m_previous = this;
}

void Line::join(Place &place)
{
    place.leave();
    place.m_previous = m_ends.m_previous;
    place.m_next = &m_ends;
    m_ends.m_previous->m_next = &place;
    m_ends.m_previous = &place;
}

void Turns::add(Flow &flow)
{
    if (!flow.turn.isTaken())
        m_fresh.join(flow.turn);
}

void Turns::served(Flow &flow)
{
    // One that ran empty on its first turn stays for a round, or small writes in quick succession
    // would always go first.
    const bool wasFresh = m_fresh.first() == &flow;
    if (wasFresh || flow.hasSomething())
        m_busy.join(flow.turn);
    else
        flow.turn.leave();
}

} // namespace kite::link
