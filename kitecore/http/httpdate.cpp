#include "kitecore/http/httpdate.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "kitecore/http/fieldsyntax.h"

namespace kite::http {

namespace {

using namespace std::chrono;

constexpr std::array weekdays {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array longWeekdays {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                   "Thursday", "Friday", "Saturday"};
constexpr std::array months {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

template <std::size_t count>
std::optional<unsigned> indexOf(const std::array<const char *, count> &names, QByteArrayView name)
{
    const auto found = std::ranges::find_if(
        names, [name](const char *candidate) { return name == QByteArrayView(candidate); });
    if (found == names.end())
        return std::nullopt;
    return unsigned(found - names.begin());
}

/// Takes what a date is made of from its front; after the first thing that does not fit, nothing
/// does.
class DateReader
{
public:
    explicit DateReader(QByteArrayView text) : m_rest(text) {}

    bool isDone() const { return m_fits && m_rest.isEmpty(); }

    void literal(QByteArrayView expected)
    {
        m_fits = m_fits && m_rest.startsWith(expected);
        if (m_fits)
            m_rest = m_rest.sliced(expected.size());
    }

    int number(qsizetype digits)
    {
        const auto taken = take(digits);
        m_fits = m_fits && isDigits(taken);
        return m_fits ? int(*readNumber(taken)) : 0;
    }

    /// asctime() pads the day with a blank.
    int dayPaddedByBlank()
    {
        if (!m_rest.startsWith(' '))
            return number(2);
        m_rest = m_rest.sliced(1);
        return number(1);
    }

    unsigned month()
    {
        const auto found = indexOf(months, take(3));
        m_fits = m_fits && found.has_value();
        return found.value_or(0) + 1;
    }

    seconds timeOfDay()
    {
        const int hour = number(2);
        literal(":");
        const int minute = number(2);
        literal(":");
        const int second = number(2);
        m_fits = m_fits && hour < 24 && minute < 60 && second <= 60; // 60: a leap second
        return hours {hour} + minutes {minute} + seconds {std::min(second, 59)};
    }

private:
    QByteArrayView take(qsizetype bytes)
    {
        m_fits = m_fits && m_rest.size() >= bytes;
        if (!m_fits)
            return {};
        const auto taken = m_rest.first(bytes);
        m_rest = m_rest.sliced(bytes);
        return taken;
    }

    QByteArrayView m_rest;
    bool m_fits = true;
};

std::optional<seconds> assemble(int yearNumber, unsigned monthNumber, int dayNumber, seconds time)
{
    const year_month_day date {year {yearNumber}, month {monthNumber}, day {unsigned(dayNumber)}};
    if (!date.ok())
        return std::nullopt;
    return sys_days {date}.time_since_epoch() + time;
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`, from behind the comma on.
std::optional<seconds> readFixdate(QByteArrayView text)
{
    DateReader reader(text);
    reader.literal(" ");
    const int dayNumber = reader.number(2);
    reader.literal(" ");
    const auto monthNumber = reader.month();
    reader.literal(" ");
    const int yearNumber = reader.number(4);
    reader.literal(" ");
    const auto time = reader.timeOfDay();
    reader.literal(" GMT");
    return reader.isDone() ? assemble(yearNumber, monthNumber, dayNumber, time) : std::nullopt;
}

/// `Sunday, 06-Nov-94 08:49:37 GMT`, from behind the comma on.
std::optional<seconds> readRfc850(QByteArrayView text, seconds now)
{
    DateReader reader(text);
    reader.literal(" ");
    const int dayNumber = reader.number(2);
    reader.literal("-");
    const auto monthNumber = reader.month();
    reader.literal("-");
    const int shortYear = reader.number(2);
    reader.literal(" ");
    const auto time = reader.timeOfDay();
    reader.literal(" GMT");
    if (!reader.isDone())
        return std::nullopt;
    const year_month_day today {floor<days>(sys_seconds {now})};
    int yearNumber = int(today.year()) / 100 * 100 + shortYear;
    if (yearNumber > int(today.year()) + 50)
        yearNumber -= 100;
    return assemble(yearNumber, monthNumber, dayNumber, time);
}

/// `Sun Nov  6 08:49:37 1994`, from behind the weekday on.
std::optional<seconds> readAsctime(QByteArrayView text)
{
    DateReader reader(text);
    reader.literal(" ");
    const auto monthNumber = reader.month();
    reader.literal(" ");
    const int dayNumber = reader.dayPaddedByBlank();
    reader.literal(" ");
    const auto time = reader.timeOfDay();
    reader.literal(" ");
    const int yearNumber = reader.number(4);
    return reader.isDone() ? assemble(yearNumber, monthNumber, dayNumber, time) : std::nullopt;
}

} // namespace

QByteArray formatDate(seconds sinceEpoch)
{
    constexpr seconds first {-62'167'219'200}; // 0000-01-01T00:00:00Z
    constexpr seconds last {253'402'300'799};  // 9999-12-31T23:59:59Z
    const sys_seconds moment {std::clamp(sinceEpoch, first, last)};
    const auto midnight = floor<days>(moment);
    const year_month_day date {midnight};
    const hh_mm_ss time {moment - midnight};
    std::array<char, 30> text {};
    const int length = std::snprintf(
        text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
        weekdays.at(weekday {midnight}.c_encoding()), unsigned(date.day()),
        months.at(unsigned(date.month()) - 1), int(date.year()), int(time.hours().count()),
        int(time.minutes().count()), int(time.seconds().count()));
    return {text.data(), std::min<qsizetype>(length, text.size() - 1)};
}

std::optional<seconds> parseDate(QByteArrayView text, seconds now)
{
    const auto comma = text.indexOf(',');
    if (comma < 0) {
        if (text.size() < 3 || !indexOf(weekdays, text.first(3)))
            return std::nullopt;
        return readAsctime(text.sliced(3));
    }
    if (indexOf(weekdays, text.first(comma)))
        return readFixdate(text.sliced(comma + 1));
    if (indexOf(longWeekdays, text.first(comma)))
        return readRfc850(text.sliced(comma + 1), now);
    return std::nullopt;
}

} // namespace kite::http
