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

OptionReader::Outcome OptionReader::accounts(const QString &path)
{
    m_options.accountsFile = path;
    return {};
}

OptionReader::Outcome OptionReader::publicRelay(const QString &value)
{
    static constexpr quint16 unsaid = 65535; // no relay listens there
    const auto endpoint = Endpoint::parse(value, unsaid);
    if (!endpoint)
        return bad(QStringLiteral("'%1' is not HOST:PORT.").arg(value));
    m_options.publicRelay = *endpoint;
    if (endpoint->port == unsaid)
        m_options.publicRelay.port = 0;
    return {};
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

/// A port alone is one of loopback.
OptionReader::Outcome OptionReader::metrics(const QString &value)
{
    const bool isPort = readPort(value).has_value();
    const auto endpoint = Endpoint::parse(isPort ? QLatin1String("127.0.0.1:") + value : value, 1);
    if (!endpoint || QHostAddress(endpoint->host).isNull())
        return bad(QStringLiteral("'%1' is not [ADDRESS:]PORT.").arg(value));
    m_options.metrics = *endpoint;
    return {};
}

OptionReader::Outcome OptionReader::accessLog(const QString &path)
{
    m_options.accessLog = path;
    return {};
}

OptionReader::Outcome OptionReader::maxMemory(const QString &value)
{
    static constexpr int mostMegabytes = 10'000'000;
    const auto megabytes = number(value, 1, mostMegabytes);
    if (!megabytes)
        return Err {megabytes.error()};
    m_options.relay.maxMemory = qint64 {*megabytes} * 1'000'000;
    return {};
}

OptionReader::Outcome OptionReader::limit(const QString &value, relay::AddressLimit &into) const
{
    static constexpr int most = 10'000'000;
    const auto chosen = number(value, 0, most);
    if (!chosen)
        return Err {chosen.error()};
    into = {*chosen, false};
    return {};
}

} // namespace kite::cli
