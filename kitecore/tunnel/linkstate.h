#pragma once

#include <QtGlobal>

namespace kite::tunnel {

/// Where the one link to a relay stands. The only writer of the state is enter().
class LinkState
{
public:
    enum class State {
        Idle,        ///< Nothing is wanted: stopped, or no kites. Leaves when there is.
        Approaching, ///< Dialling and greeting; one deadline for each connection.
        Proving,     ///< The link stands, signatures are under way in it (style B).
        Up,          ///< Visitors can arrive.
        Waiting,     ///< Failed, or all kites are another link's; a timer leads to Approaching.
        Refused,     ///< The relay said no to every kite. Leaves when the user changes something.
    };

    State state() const { return m_state; }
    bool is(State state) const { return m_state == state; }
    bool hasLink() const { return is(State::Proving) || is(State::Up); }

    /// The whole map of allowed moves, kept in one place so that it can be read and tested.
    static bool canMove(State from, State to);

    /// @return false, with no change, for a move canMove() denies.
    bool enter(State to);

private:
    State m_state = State::Idle;
};

} // namespace kite::tunnel
