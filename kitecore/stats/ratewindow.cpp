#include "kitecore/stats/ratewindow.h"

#include <algorithm>

namespace kite::stats {

namespace {

/// Counted from a point that is `seconds` before the clock's own start: never negative.
qint64 secondOf(Clock::Steady time)
{
    return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count()
        + RateWindow::seconds;
}

Clock::Steady startOf(qint64 second)
{
    return Clock::Steady {std::chrono::seconds {second - RateWindow::seconds}};
}

qint64 grown(qint64 before, qint64 now)
{
    return now >= before ? now - before : now;
}

} // namespace

void RateWindow::record(Clock::Steady now, Sample totals)
{
    if (!m_last) {
        m_totals = totals;
        idle(now);
        return;
    }
    const Sample bytes {grown(m_totals.in, totals.in), grown(m_totals.out, totals.out)};
    const auto from = *m_last;
    m_totals = totals;
    idle(now);
    spread(from, now, bytes);
}

void RateWindow::idle(Clock::Steady now)
{
    moveTo(secondOf(now));
    m_last = now;
}

void RateWindow::moveTo(qint64 second)
{
    const qint64 oldest = second - ringSize + 1;
    for (qint64 next = std::max(m_second + 1, oldest); next <= second; ++next)
        slot(next) = {};
    m_second = std::max(m_second, second);
}

void RateWindow::spread(Clock::Steady from, Clock::Steady to, Sample bytes)
{
    const auto span = to - from;
    Sample left = bytes;
    for (qint64 second = std::max(secondOf(from), m_second - ringSize + 1); second < m_second;
         ++second) {
        const auto part = std::min(to, startOf(second + 1)) - std::max(from, startOf(second));
        const double share = std::chrono::duration<double>(part) / span;
        const Sample here {std::min(left.in, qint64(double(bytes.in) * share)),
                           std::min(left.out, qint64(double(bytes.out) * share))};
        slot(second).in += here.in;
        slot(second).out += here.out;
        left.in -= here.in;
        left.out -= here.out;
    }
    slot(m_second).in += left.in;
    slot(m_second).out += left.out;
}

Sample RateWindow::latest() const
{
    return m_second > 0 ? slot(m_second - 1) : Sample {};
}

Series RateWindow::series() const
{
    Series series;
    series.samples.reserve(seconds);
    for (qint64 second = m_second - seconds; second < m_second; ++second)
        series.samples.push_back(second < 0 ? Sample {} : slot(second));
    return series;
}

} // namespace kite::stats
