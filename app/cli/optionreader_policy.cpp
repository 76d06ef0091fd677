#include "app/cli/optionreader.h"

#include <algorithm>

/// Options about whom a relay lets in, and what it tells those that it does not.
namespace kite::cli {

OptionReader::Outcome OptionReader::number(const QString &value, int least, int most,
                                           int &into) const
{
    bool isNumber = false;
    const int number = value.toInt(&isNumber);
    if (!isNumber || number < least || number > most)
        return bad(QStringLiteral("'%1' is not a number from %2 to %3.")
                       .arg(value, QString::number(least), QString::number(most)));
    into = number;
    return {};
}

/// `[kite domain:]suffix` or, with a slash in it, `[kite domain:]/path/of/program`.
OptionReader::Outcome OptionReader::authDomain(const QString &value)
{
    relay::AccountSource source;
    const auto colon = value.indexOf(QLatin1Char(':'));
    const auto kiteDomain = value.left(std::max<qsizetype>(colon, 0)).toLower().toUtf8();
    const bool isLimited = colon >= 0 && isDomain(kiteDomain);
    const auto who = isLimited ? value.mid(colon + 1) : value;
    source.kiteDomain = isLimited ? kiteDomain : QByteArray();
    if (who.contains(QLatin1Char('/'))) {
        source.program = who;
    } else {
        source.dnsSuffix = who.toLower().toUtf8();
        if (source.dnsSuffix.endsWith('.'))
            source.dnsSuffix.chop(1);
        if (!isDomain(source.dnsSuffix) || source.dnsSuffix.startsWith('*'))
            return bad(
                QStringLiteral("'%1' is neither a domain nor the path of a program.").arg(value));
    }
    m_options.relay.accountSources.append(source);
    return {};
}

OptionReader::Outcome OptionReader::authThreads(const QString &value)
{
    static constexpr int most = 64;
    return number(value, 1, most, m_options.relay.accountQuestions);
}

/// `[kite domain:]visitors/seconds`
OptionReader::Outcome OptionReader::rateLimitIps(const QString &value)
{
    static constexpr int most = 1'000'000'000;
    const auto domain = value.section(QLatin1Char(':'), 0, -2).toLower().toUtf8();
    const auto rate = value.section(QLatin1Char(':'), -1).split(QLatin1Char('/'));
    relay::VisitorRate limit;
    int seconds = 0;
    if (rate.size() != 2 || (!domain.isEmpty() && !isDomain(domain)))
        return bad(QStringLiteral("'%1' is not [NAME:]N/SECONDS.").arg(value));
    if (auto read = number(rate[0], 1, most, limit.visitors); !read)
        return read;
    if (auto read = number(rate[1], 1, most, seconds); !read)
        return read;
    limit.within = std::chrono::seconds(seconds);
    m_options.relay.visitorRates.insert(domain, limit);
    return {};
}

} // namespace kite::cli
