#include "app/cli/optionreader.h"

#include <algorithm>

#include <QUrl>

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

/// `policy:pattern`; what is not allowed is denied.
OptionReader::Outcome OptionReader::addressRule(const QString &value,
                                                QList<relay::AddressRule> &rules)
{
    using relay::AddressRule;
    const auto colon = value.indexOf(QLatin1Char(':'));
    AddressRule rule {AddressRule::Word::Deny, value.mid(colon + 1)};
    if (colon <= 0 || rule.pattern.isEmpty())
        return bad(QStringLiteral("'%1' is neither allow:PATTERN nor deny:PATTERN.").arg(value));
    if (value.left(colon).toLower() == u"allow")
        rule.word = AddressRule::Word::Allow;
    if (!relay::AddressRules::compile({rule}))
        return bad(QStringLiteral("'%1' is no regular expression.").arg(rule.pattern));
    rules.append(rule);
    return {};
}

OptionReader::Outcome OptionReader::acceptAclFile(const QString &path)
{
    if (const auto text = m_files.read(path); !text)
        return bad(QStringLiteral("%1 cannot be read: %2.").arg(path, text.error()));
    m_options.relay.acceptFile = path;
    return {};
}

OptionReader::Outcome OptionReader::trustedProxy(const QString &value)
{
    const auto subnet = value.contains(QLatin1Char('/'))
        ? QHostAddress::parseSubnet(value)
        : relay::Subnet {QHostAddress(value),
                         QHostAddress(value).protocol() == QAbstractSocket::IPv6Protocol ? 128
                                                                                         : 32};
    if (subnet.first.isNull() || subnet.second < 0)
        return bad(QStringLiteral("'%1' is no address.").arg(value));
    m_options.relay.trustedProxies.append(subnet);
    return {};
}

OptionReader::Outcome OptionReader::portAlias(const QString &value)
{
    const auto fields = value.split(QLatin1Char(':'));
    const auto real = readPort(fields.first());
    const auto reported = readPort(fields.last());
    if (fields.size() != 2 || !real || !reported || *real == 0 || *reported == 0)
        return bad(QStringLiteral("'%1' is not REAL:REPORTED.").arg(value));
    m_options.relay.portAliases.insert(*real, *reported);
    return {};
}

/// `[domain:]url`; a URL has a colon, too. Empty: forget all of them. At both ends.
OptionReader::Outcome OptionReader::errorUrl(const QString &value)
{
    if (value.isEmpty()) {
        m_options.relay.errorPages.clear();
        m_errorPageSaid = true;
        return {};
    }
    const auto colon = value.indexOf(QLatin1Char(':'));
    const auto domain = value.left(std::max<qsizetype>(colon, 0)).toLower().toUtf8();
    const auto isUrl = [](const QString &text) {
        const QUrl url(text, QUrl::StrictMode);
        return url.isValid() && !url.host().isEmpty()
            && (url.scheme() == u"http" || url.scheme() == u"https");
    };
    if (isUrl(value)) {
        m_options.relay.errorPages.insert({}, value.toUtf8());
        m_errorPageSaid = true;
        return {};
    }
    if (!isDomain(domain) || domain.startsWith('*') || !isUrl(value.mid(colon + 1)))
        return bad(QStringLiteral("'%1' is not [DOMAIN:]URL.").arg(value));
    m_options.relay.errorPages.insert(domain, value.mid(colon + 1).toUtf8());
    return {};
}

OptionReader::Outcome OptionReader::upgradeInfo(const QString &value)
{
    static constexpr qsizetype mostBytes = 2048;
    const auto text = value.toUtf8();
    const bool plain = std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
    if (!plain || text.count(';') != 4 || text.size() > mostBytes)
        return bad(QStringLiteral("'%1' is not VERSION;TAG;MD5;URL;URL.").arg(value));
    m_options.relay.upgrades.append(text);
    return {};
}

OptionReader::Outcome OptionReader::noUpgradeInfo(const QString &)
{
    m_options.relay.upgrades.clear();
    return {};
}

OptionReader::Outcome OptionReader::overload(const QString &value)
{
    static constexpr int most = 10'000'000;
    return number(value, 0, most, m_options.relay.overload.connections);
}

OptionReader::Outcome OptionReader::share(const QString &value, double &into) const
{
    static constexpr double most = 100; // load may be planned above what processors bear
    bool isNumber = false;
    const double share = value.toDouble(&isNumber);
    if (!isNumber || !(share > 0 && share <= most))
        return bad(QStringLiteral("'%1' is no share, like 0.75.").arg(value));
    into = share;
    return {};
}

/// It may come later.
OptionReader::Outcome OptionReader::overloadFile(const QString &path)
{
    m_options.relay.overload.file = path;
    return {};
}

OptionReader::Outcome OptionReader::dnsHints(const QString &value)
{
    static constexpr qsizetype most = 20; // all of them stand in each answer to a ping
    const auto names = commaList(value);
    const auto odd = std::ranges::find_if_not(
        names, [](const QByteArray &name) { return isDomain(name) && !name.startsWith('*'); });
    if (odd != names.end())
        return bad(QStringLiteral("'%1' is no name.").arg(QString::fromUtf8(*odd)));
    if (names.size() > most)
        return bad(QStringLiteral("these are more than %1 names.").arg(most));
    m_options.relay.dnsHints = names;
    return {};
}

OptionReader::Outcome OptionReader::noProbes(const QString &)
{
    m_options.relay.answerProbes = false;
    return {};
}

} // namespace kite::cli
