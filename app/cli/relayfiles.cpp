#include "app/cli/relayfiles.h"

#include <algorithm>

#include "app/cli/diskfiles.h"
#include "app/cli/relayaccounts.h"
#include "app/cli/relayaddress.h"
#include "app/cli/sentences.h"

namespace kite::cli {

Result<RelayFiles::Reading, QString> RelayFiles::read(const RelayPlan &asked)
{
    Reading reading {asked, {}};
    if (const QString odd = addCertificateNames(reading.plan); !odd.isEmpty())
        return Err {odd};
    addOwnCertificate(reading);
    if (const QString odd = addAccounts(reading); !odd.isEmpty())
        return Err {odd};
    return reading;
}

/// @return what is wrong; empty: nothing. If the file is not what it was, who loads it will tell.
QString RelayFiles::addCertificateNames(RelayPlan &plan)
{
    if (plan.pemFile.isEmpty())
        return {};
    auto names = certificateNames(plan.pemFile);
    if (names.isEmpty())
        names = m_names.value(plan.pemFile);
    if (names.isEmpty())
        return QStringLiteral("%1 holds no certificate with a name.").arg(plan.pemFile);
    m_names.insert(plan.pemFile, names);
    for (const auto &name : names)
        plan.options.tlsNames.append({name, plan.pemFile});
    if (plan.options.tlsDefault.isEmpty())
        plan.options.tlsDefault = names.first();
    return {};
}

/// Links are TLS also where nobody gave us a certificate: invitations pin this one.
void RelayFiles::addOwnCertificate(Reading &reading)
{
    auto &plan = reading.plan;
    const QString &file = plan.ownCertificate;
    if (file.isEmpty())
        return;
    const bool isNew = isMissing(file);
    const auto made = ensureCertificate(file, plan.publicName);
    if (!made && m_ownCertificate != file)
        return reading.warnings.append(
            QStringLiteral("%1 cannot be made: %2. There is no TLS.").arg(file, made.error()));
    m_ownCertificate = file;
    if (made && isNew)
        m_made = file;
    plan.options.tlsNames.append({plan.publicName, file});
    plan.options.tlsDefault = plan.publicName;
}

/// @return what is wrong; empty: nothing.
QString RelayFiles::addAccounts(Reading &reading)
{
    const QString &file = reading.plan.accountsFile;
    const bool isFirst = std::exchange(m_isFirst, false);
    if (file.isEmpty())
        return {};
    const bool isGone = isMissing(file) && !m_accounts.value(file).isEmpty();
    const auto read = isGone ? Result<ReadAccounts, QString>(Err {QStringLiteral("it is gone")})
                             : readAccounts(file);
    if (read) {
        reading.warnings += read->warnings;
        m_accounts.insert(file, read->accounts);
    } else if (m_accounts.contains(file)) {
        reading.warnings.append(saidBeforeStays(QStringLiteral("%1: %2").arg(file, read.error())));
    } else {
        const auto why = QStringLiteral("%1 cannot be read: %2.").arg(file, read.error());
        if (!isFirst) // those who fly by the accounts of now would lose them
            return why;
        reading.warnings.append(why);
        m_accounts.insert(file, {});
    }
    reading.plan.options.accounts += m_accounts.value(file);
    return {};
}

void RelayFiles::forgetAllBut(const RelayPlan &plan)
{
    m_accounts.removeIf([&](const auto &one) { return one.key() != plan.accountsFile; });
}

QList<relay::Account> RelayFiles::takeAddedAccounts(const QString &file)
{
    const auto known = m_accounts.find(file);
    if (known == m_accounts.end())
        return {};
    const auto read = readAccounts(file);
    if (!read || !read->isWhole)
        return {};
    const auto isIn = [](const QList<relay::Account> &list, const relay::Account &one) {
        return std::ranges::any_of(list, [&](const relay::Account &other) {
            return one.domain == other.domain && one.protocols == other.protocols
                && one.secret == other.secret;
        });
    };
    QList<relay::Account> added;
    for (const auto &account : read->accounts) {
        if (!isIn(*known, account))
            added.append(account);
    }
    const bool isComplete = std::ranges::all_of(
        *known, [&](const relay::Account &account) { return isIn(read->accounts, account); });
    if (!isComplete)
        return {};
    *known = read->accounts;
    return added;
}

void RelayFiles::giveTo(const RunAs &user) const
{
    if (!m_made.isEmpty())
        giveFile(m_made, user.user, user.group);
    // An empty file for kite relay invite to write into: it leaves the owner as it is.
    for (const QString &accounts : m_accounts.keys()) {
        if (isMissing(accounts) && writePrivately(accounts, {}, {}))
            giveFile(accounts, user.user, user.group);
    }
}

QStringList RelayFiles::watched(const RelayPlan &plan)
{
    QStringList files;
    for (const auto &name : plan.options.tlsNames)
        files.append(name.pemFile);
    for (const QString &file : {plan.ownCertificate, plan.accountsFile}) {
        if (!file.isEmpty())
            files.append(file);
    }
    files.removeDuplicates();
    return files;
}

} // namespace kite::cli
