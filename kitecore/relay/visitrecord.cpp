#include "kitecore/relay/visitrecord.h"

#include "kitecore/relay/accesslog.h"

namespace kite::relay {

VisitRecord::VisitRecord(std::shared_ptr<AccessLog> log, const Clock &clock, Clock::Steady began,
                         Access access)
    : m_log(std::move(log))
    , m_clock(clock)
    , m_began(began)
    , m_access(std::move(access))
{
}

void VisitRecord::over(const net::Moved &moved)
{
    m_access.in = moved.in;
    m_access.out = moved.out;
    m_access.status = statusIn(moved.begin);
    write();
}

void VisitRecord::refused(Refused why, QByteArrayView words)
{
    m_access.refused = refusedWord(why);
    m_access.out = words.size();
    m_access.status = statusIn(words);
    write();
}

void VisitRecord::write()
{
    using namespace std::chrono;
    m_access.lasted = duration_cast<milliseconds>(m_clock.now() - m_began);
    m_access.time = m_clock.wallTime() - duration_cast<seconds>(m_access.lasted);
    m_log->add(accessLine(m_access));
}

int statusIn(QByteArrayView answer)
{
    constexpr qsizetype digitsAt = 9; // behind `HTTP/1.1 `
    constexpr qsizetype digits = 3;
    if (answer.size() < digitsAt + digits || !answer.startsWith("HTTP/1."))
        return 0;
    bool isNumber = false;
    const int status = answer.sliced(digitsAt, digits).toInt(&isNumber);
    return isNumber && status >= 100 ? status : 0;
}

} // namespace kite::relay
