#pragma once

#include <vector>

#include <QList>
#include <QRegularExpression>
#include <QString>

#include "kitecore/base/result.h"

namespace kite::relay {

/// `--client_acl=allow:PATTERN` (PROTOCOL.md, who may come from where).
struct AddressRule
{
    enum class Word { Deny, Allow };
    Word word = Word::Deny;
    QString pattern; ///< a regular expression, or `localhost`, or `any`
    bool operator==(const AddressRule &) const = default;
};

/// What applies to an address: the first rule that matches. Matching takes bounded time, whatever
/// the pattern. Reading is thread-safe.
class AddressRules
{
public:
    enum class Match {
        Whole, ///< the whole address
        Begin, ///< a pattern may match its beginning, as in accept files
    };
    static constexpr qsizetype maxRules = 10'000;

    /// @return the pattern that is no regular expression.
    static Result<AddressRules, QString> compile(const QList<AddressRule> &rules,
                                                 Match match = Match::Whole);

    bool isEmpty() const { return m_rules.empty(); }
    /// IPv4 addresses match in both forms, plain and `::ffff:`.
    /// @param otherwise where no rule matches.
    AddressRule::Word wordFor(const QString &address, AddressRule::Word otherwise) const;

private:
    struct Compiled
    {
        AddressRule::Word word;
        QRegularExpression pattern;
    };
    std::vector<Compiled> m_rules;
};

} // namespace kite::relay
