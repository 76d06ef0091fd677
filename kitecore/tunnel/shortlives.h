#pragma once

#include <algorithm>
#include <chrono>

namespace kite::tunnel {

/// Links in a row that ended soon after they came up: the relay, or something on the way, does not
/// want us for long, and is asked less and less often. But not where visitors came on them: those
/// links were cut, however often, and the next visitor is waiting. Pure.
class ShortLives
{
public:
    /// A link that lived so long was a success: the next loss is a new story.
    static constexpr std::chrono::seconds steadyAfter {10};
    /// Waits count as if there were at most so many while visitors come: about a second.
    static constexpr int mostWithVisitors = 2;

    void linkCameUp() { m_hadVisitors = false; }
    void visitorCame() { m_hadVisitors = true; }
    void linkEnded(std::chrono::steady_clock::duration lived)
    {
        m_count = lived >= steadyAfter ? 0
            : m_hadVisitors            ? std::min(m_count + 1, mostWithVisitors)
                                       : m_count + 1;
        m_hadVisitors = false;
    }
    void forget() { m_count = 0; }

    int count() const { return m_count; }

private:
    int m_count = 0;
    bool m_hadVisitors = false;
};

} // namespace kite::tunnel
