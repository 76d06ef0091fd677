#include "app/cli/relayfiles.h"

#include "app/cli/relayaccounts.h"
#include "app/cli/relayaddress.h"

namespace kite::cli {

Result<RelayFiles::Reading, QString> RelayFiles::read(const RelayPlan &asked)
{
    Reading reading {asked, {}};
    if (const QString odd = addCertificateNames(reading.plan); !odd.isEmpty())
        return Err {odd};
    addOwnCertificate(reading);
    addAccounts(reading);
    return reading;
}

/// @return what is wrong; empty: nothing.
QString RelayFiles::addCertificateNames(RelayPlan &plan)
{
    if (plan.pemFile.isEmpty())
        return {};
    const auto names = certificateNames(plan.pemFile);
    if (names.isEmpty())
        return QStringLiteral("%1 holds no certificate with a name.").arg(plan.pemFile);
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
    if (plan.ownCertificate.isEmpty())
        return;
    if (const auto made = ensureCertificate(plan.ownCertificate, plan.publicName); !made)
        return reading.warnings.append(QStringLiteral("%1 cannot be made: %2. There is no TLS.")
                                           .arg(plan.ownCertificate, made.error()));
    plan.options.tlsNames.append({plan.publicName, plan.ownCertificate});
    plan.options.tlsDefault = plan.publicName;
}

/// Accounts that cannot be read now stay as they were.
void RelayFiles::addAccounts(Reading &reading)
{
    auto &plan = reading.plan;
    if (plan.accountsFile.isEmpty())
        return m_accounts.clear();
    if (const auto read = readAccounts(plan.accountsFile); read) {
        reading.warnings += read->warnings;
        m_accounts = read->accounts;
    } else {
        reading.warnings.append(
            QStringLiteral("%1 cannot be read: %2.").arg(plan.accountsFile, read.error()));
    }
    plan.options.accounts += m_accounts;
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
