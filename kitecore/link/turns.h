#pragma once

#include <utility>

namespace kite::link {

struct Flow;

/// A flow's place in a line. Leaves the line when it goes.
class Place
{
public:
    explicit Place(Flow *flow) : m_flow(flow) {}
    Place(const Place &) = delete;
    Place &operator=(const Place &) = delete;
    ~Place() { leave(); }

    bool isTaken() const { return m_next != this; }
    void leave();

private:
    friend class Line;
    Flow *m_flow;
    Place *m_next = this;
    Place *m_previous = this;
};

/// Flows one behind the other, each at most once; joining and leaving cost nothing.
class Line
{
public:
    bool isEmpty() const { return !m_ends.isTaken(); }
    Flow *first() const { return m_ends.m_next->m_flow; } ///< null if empty
    void join(Place &place);                              ///< Leaves the line it stood in.

private:
    Place m_ends {nullptr};
};

/// Whose chunk goes next. A flow that has just begun to have something goes before those that keep
/// the link busy, once; then it stands in line with them (RFC 8290, 4.2 does the same with
/// packets). Bulk flows cut chunks of one size, so that a plain round is a fair one.
class Turns
{
public:
    bool isEmpty() const { return m_fresh.isEmpty() && m_busy.isEmpty(); }
    void add(Flow &flow); ///< has something to send
    Flow *next() const { return m_fresh.isEmpty() ? m_busy.first() : m_fresh.first(); }
    /// The flow returned by next() had its turn.
    void served(Flow &flow);

private:
    Line m_fresh;
    Line m_busy;
};

} // namespace kite::link
