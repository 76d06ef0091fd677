#include "app/cli/optionreader.h"

namespace kite::cli {

// How a relay is run: what it bears, what it tells its operator.

Result<int, UsageError> OptionReader::number(const QString &value, int least, int most) const
{
    bool isNumber = false;
    const int number = value.toInt(&isNumber);
    if (!isNumber || number < least || number > most)
        return bad(QStringLiteral("'%1' is not a number from %2 to %3.")
                       .arg(value, QString::number(least), QString::number(most)));
    return number;
}

OptionReader::Outcome OptionReader::hold(const QString &value)
{
    static constexpr int most = 60;
    const auto seconds = number(value, 0, most);
    if (!seconds)
        return Err {seconds.error()};
    m_options.relay.holdVisitors = std::chrono::seconds(*seconds);
    return {};
}

OptionReader::Outcome OptionReader::drain(const QString &value)
{
    static constexpr int most = 3600;
    const auto seconds = number(value, 0, most);
    if (!seconds)
        return Err {seconds.error()};
    m_options.relay.drainFor = std::chrono::seconds(*seconds);
    return {};
}

} // namespace kite::cli
