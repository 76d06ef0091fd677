#pragma once

#include "app/cli/plan.h"
#include "kitecore/base/result.h"

namespace kite::cli {

/// What a relay's files say besides its options: the names of its certificate, a certificate of its
/// own, accounts.
class RelayFiles
{
public:
    struct Reading
    {
        RelayPlan plan;       ///< with all of it among its options
        QStringList warnings; ///< sentences
    };

    /// Reads them now; makes the relay's own certificate, if it is to have one and there is none.
    /// @return what is wrong.
    Result<Reading, QString> read(const RelayPlan &asked);

    /// Files that a relay of this plan follows, whether they are there or not.
    static QStringList watched(const RelayPlan &plan);

private:
    static QString addCertificateNames(RelayPlan &plan);
    static void addOwnCertificate(Reading &reading);
    void addAccounts(Reading &reading);

    QList<relay::Account> m_accounts; ///< as they were read last
};

} // namespace kite::cli
