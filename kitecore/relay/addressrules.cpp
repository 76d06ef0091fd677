#include "kitecore/relay/addressrules.h"

#include <QHostAddress>

namespace kite::relay {

namespace {

/// Far more than patterns for addresses need, and over in a moment.
constexpr auto matchLimits = "(*LIMIT_MATCH=20000)(*LIMIT_DEPTH=2000)";

QString expression(const QString &pattern)
{
    if (pattern == u"localhost")
        return QStringLiteral("(?:::ffff:)?127\\..*|::1");
    return pattern == u"any" ? QStringLiteral(".*") : pattern;
}

} // namespace

Result<AddressRules, QString> AddressRules::compile(const QList<AddressRule> &rules, Match match)
{
    const auto *const end = match == Match::Whole ? ")\\z" : ")";
    AddressRules compiled;
    for (const auto &rule : rules.first(std::min(rules.size(), maxRules))) {
        const QRegularExpression pattern(QLatin1String(matchLimits) + QLatin1String("\\A(?:")
                                         + expression(rule.pattern) + QLatin1String(end));
        if (!pattern.isValid())
            return Err {rule.pattern};
        compiled.m_rules.push_back({rule.word, pattern});
    }
    return compiled;
}

AddressRule::Word AddressRules::wordFor(const QString &address, AddressRule::Word otherwise) const
{
    const bool isV4 = QHostAddress(address).protocol() == QAbstractSocket::IPv4Protocol;
    const QString mapped = isV4 ? QLatin1String("::ffff:") + address : QString();
    for (const auto &rule : m_rules) {
        if (rule.pattern.match(address).hasMatch()
            || (isV4 && rule.pattern.match(mapped).hasMatch()))
            return rule.word;
    }
    return otherwise;
}

} // namespace kite::relay
