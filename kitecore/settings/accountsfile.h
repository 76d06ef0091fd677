#pragma once

#include <QByteArrayList>
#include <QList>

namespace kite::settings {

/// Who may fly at a relay, as a line of its accounts: `protocols:name:secret`.
struct AccountLine
{
    QByteArrayList protocols; ///< `http`, `raw-22`, ...; `*` stands for all
    QByteArray name;          ///< lower case; `*.rest` for everything below
    QByteArray secret;        ///< printable, no blanks, no `:`
    bool operator==(const AccountLine &) const = default;
};

/// The text of a relay's accounts file: a line for each, comments behind `#` at the begin of a
/// line, empty lines. Lines that are none of these are kept as they are, and told.
class AccountsFile
{
public:
    static constexpr qsizetype maxSecretBytes = 256;

    explicit AccountsFile(const QByteArray &bytes = {});

    QByteArray toByteArray() const;
    QList<AccountLine> accounts() const;
    /// The numbers, from 1, of lines that say nothing we understand.
    QList<int> oddLines() const;

    bool has(const QByteArray &name) const;
    void add(const AccountLine &account);
    /// @return whether there was one.
    bool remove(const QByteArray &name);

private:
    QByteArrayList m_lines; ///< without their ends
};

/// 160 random bits, as the relay's accounts and invitations have them.
QByteArray newSecret();

} // namespace kite::settings
