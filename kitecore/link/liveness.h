#pragma once

#include <chrono>
#include <optional>

#include "kitecore/base/clock.h"

namespace kite::link {

/// Whether the other end of a link is still there. Pure: time is passed in.
///
/// Any byte heard is a sign of life. Silence leads to a question, and an unanswered question to the
/// end. Silence after we sent something is asked about sooner: a visitor is waiting.
class Liveness
{
public:
    using Steady = Clock::Steady;

    struct Patience
    {
        std::chrono::milliseconds pingAfter;   ///< of silence
        std::chrono::milliseconds askAfter;    ///< of silence after sending stream data
        std::chrono::milliseconds deadAfter;   ///< without answer
        std::chrono::milliseconds assureAfter; ///< of own silence while hearing stream data
    };
    enum class Verdict {
        Fine,
        Ask,    ///< Send a ping, and say so by asked().
        Assure, ///< The peer has sent us data for a while and heard nothing: send anything.
        Dead,
    };

    Liveness(Patience patience, Steady now) : m_patience(patience), m_heard(now) {}

    /// From the next check on.
    void setPatience(Patience patience) { m_patience = patience; }

    void heard(Steady now);
    void heardData(Steady now);
    void said() { m_owesSince.reset(); } ///< We sent something.
    void saidData(Steady now);
    void asked(Steady now);
    bool awaitsAnswer() const { return m_unanswered.has_value(); }

    Verdict check(Steady now);
    /// When check() can say something new, if nothing is heard or said until then.
    Steady nextCheck() const;

private:
    /// A check that comes so late means that this computer or process slept: what arrived meanwhile
    /// is still unread, so that nobody can be called dead.
    static constexpr std::chrono::seconds slept {4};

    Steady askAt() const;

    Patience m_patience;
    Steady m_heard;
    std::optional<Steady> m_asked;      ///< first unanswered question
    std::optional<Steady> m_unanswered; ///< first data sent since anything was heard
    std::optional<Steady> m_owesSince;  ///< first data heard since anything was said
};

} // namespace kite::link
