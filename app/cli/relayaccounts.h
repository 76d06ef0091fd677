#pragma once

#include "app/cli/options.h"
#include "app/cli/plan.h"

namespace kite::cli {

/// The accounts of `kite relay`: `--accounts`, else `/etc/kiteline/accounts` where root started it,
/// and `~/.config/kiteline/accounts` for others.
QString accountsFileOf(const Options &options, const Surroundings &surroundings);
/// The certificate that `kite relay` makes itself where it was given none: `relay.pem` beside the
/// accounts.
QString ownCertificateFile(const Options &options, const Surroundings &surroundings);
/// Makes the certificate and its folder if there is none yet. @return the system's reason.
Result<void, QString> ensureCertificate(const QString &pemFile, const QByteArray &name);

/// The accounts that a file holds, and sentences about what it should not hold. No file: no
/// accounts.
struct ReadAccounts
{
    QList<relay::Account> accounts;
    QStringList warnings;
    bool isWhole = true; ///< The last line has an end.
};
Result<ReadAccounts, QString> readAccounts(const QString &file);

/// `kite relay invite NAME`, `kite relay revoke NAME`, `kite relay list`. What options leave open
/// of an invitation is as the relay of these accounts keeps it (relayaddress.h). @return what to
/// print.
Result<QString, UsageError> workOnAccounts(const QStringList &words, const Options &options,
                                           const Surroundings &surroundings);

} // namespace kite::cli
