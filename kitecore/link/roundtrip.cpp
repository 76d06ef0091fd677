#include "kitecore/link/roundtrip.h"

#include <cmath>

namespace kite::link {

using Milliseconds = std::chrono::duration<double, std::milli>;

QByteArray RoundTrip::ask(Steady now)
{
    const double seconds = std::chrono::duration<double>(now.time_since_epoch()).count();
    m_open = Question {QByteArray::number(seconds, 'f', 4), now};
    return m_open->token;
}

void RoundTrip::answered(QByteArrayView token, Steady now)
{
    if (m_open && token == m_open->token)
        answeredBare(now);
}

void RoundTrip::answeredBare(Steady now)
{
    if (!m_open)
        return;
    const double fresh = Milliseconds(now - m_open->at).count();
    m_milliseconds = m_milliseconds ? 0.9 * *m_milliseconds + 0.1 * fresh : fresh;
    m_open.reset();
}

std::chrono::milliseconds RoundTrip::value() const
{
    return std::chrono::milliseconds(std::llround(std::ceil(m_milliseconds.value_or(0))));
}

} // namespace kite::link
