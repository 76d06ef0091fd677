#include "kitecore/tunnel/linkstate.h"

namespace kite::tunnel {

bool LinkState::canMove(State from, State to)
{
    if (to == State::Idle)
        return from != State::Idle; // stop() is always honoured
    switch (from) {
    case State::Idle:
    case State::Waiting:
    case State::Refused:
        return to == State::Approaching || (from != to && to != State::Proving && to != State::Up);
    case State::Approaching: // to itself: the wanted kites changed meanwhile
        return to != State::Up;
    case State::Proving:
        return to != State::Proving;
    case State::Up: // to Approaching: a new link on purpose, for removed kites
        return to != State::Up && to != State::Proving;
    }
    Q_UNREACHABLE();
}

bool LinkState::enter(State to)
{
    if (!canMove(m_state, to))
        return false;
    m_state = to;
    return true;
}

} // namespace kite::tunnel
