#include "kitecore/settings/accountsfile.h"

#include <algorithm>
#include <array>
#include <optional>

#include <QRandomGenerator>

#include "kitecore/base/kiteid.h"

namespace kite::settings {

namespace {

/// Editors begin files with a byte order mark (RFC 3629, 6).
QByteArray textOf(const QByteArray &line)
{
    static constexpr QByteArrayView mark("\xef\xbb\xbf");
    return (line.startsWith(mark) ? line.sliced(mark.size()) : line).trimmed();
}

bool isNothing(const QByteArray &line)
{
    const auto text = textOf(line);
    return text.isEmpty() || text.startsWith('#');
}

std::optional<AccountLine> parseLine(const QByteArray &line)
{
    const auto fields = textOf(line).split(':');
    if (isNothing(line) || fields.size() != 3)
        return std::nullopt;
    AccountLine account;
    for (const auto &protocol : fields[0].split(','))
        account.protocols.append(protocol.trimmed().toLower());
    account.name = fields[1].trimmed().toLower();
    account.secret = fields[2].trimmed();
    const bool protocolsFit
        = std::ranges::all_of(account.protocols, [](const QByteArray &protocol) {
              return protocol == "*" || KiteId::parse(protocol + ":a").has_value();
          });
    const bool secretFits = !account.secret.isEmpty()
        && account.secret.size() <= AccountsFile::maxSecretBytes
        && std::ranges::all_of(account.secret, [](char c) { return c > ' ' && c <= '~'; });
    if (!protocolsFit || !secretFits || !isDomain(account.name))
        return std::nullopt;
    return account;
}

} // namespace

AccountsFile::AccountsFile(const QByteArray &bytes)
{
    if (bytes.isEmpty())
        return;
    m_lines = bytes.split('\n');
    if (m_lines.last().isEmpty())
        m_lines.removeLast();
}

QByteArray AccountsFile::toByteArray() const
{
    QByteArray bytes;
    for (const auto &line : m_lines)
        bytes += line + '\n';
    return bytes;
}

QList<AccountLine> AccountsFile::accounts() const
{
    QList<AccountLine> found;
    for (const auto &line : m_lines) {
        if (auto account = parseLine(line))
            found.append(*std::move(account));
    }
    return found;
}

QList<int> AccountsFile::oddLines() const
{
    QList<int> odd;
    for (qsizetype i = 0; i < m_lines.size(); ++i) {
        if (!isNothing(m_lines[i]) && !parseLine(m_lines[i]))
            odd.append(int(i) + 1);
    }
    return odd;
}

bool AccountsFile::has(const QByteArray &name) const
{
    const auto all = accounts();
    return std::ranges::find(all, name, &AccountLine::name) != all.end();
}

void AccountsFile::add(const AccountLine &account)
{
    m_lines.append(account.protocols.join(',') + ':' + account.name + ':' + account.secret);
}

bool AccountsFile::remove(const QByteArray &name)
{
    return m_lines.removeIf([&name](const QByteArray &line) {
        const auto account = parseLine(line);
        return account && account->name == name;
    }) > 0;
}

QByteArray newSecret()
{
    std::array<quint32, 5> bits {};
    QRandomGenerator::system()->fillRange(bits.data(), bits.size());
    return QByteArray(reinterpret_cast<const char *>(bits.data()), sizeof(bits)).toHex();
}

} // namespace kite::settings
