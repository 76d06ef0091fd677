#pragma once

#include <QHash>

#include "app/cli/daemon.h"
#include "app/cli/plan.h"
#include "kitecore/base/result.h"

namespace kite::cli {

/// What a relay's files say besides its options: the names of its certificate, a certificate of its
/// own, accounts. One that cannot be read any more says what it said last.
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

    /// That plan is in force: what other accounts files said is not kept any longer.
    void forgetAllBut(const RelayPlan &plan);

    /// Accounts that were added to the file since it was read, as read() will find them. None where
    /// others are missing or a line has no end: whoever writes it may not be done.
    QList<relay::Account> takeAddedAccounts(const QString &file);

    /// Before the process becomes that user: what read() made is to be theirs, and accounts that
    /// somebody will add.
    void giveTo(const RunAs &user) const;

    /// Files that a relay of this plan follows, whether they are there or not.
    static QStringList watched(const RelayPlan &plan);

private:
    QString addCertificateNames(RelayPlan &plan);
    void addOwnCertificate(Reading &reading);
    QString addAccounts(Reading &reading);

    /// As files said it last.
    QHash<QString, QByteArrayList> m_names;
    QHash<QString, QList<relay::Account>> m_accounts;
    QString m_ownCertificate; ///< that was there
    QString m_made;           ///< the one that was not, before we came
    bool m_isFirst = true;    ///< no reading yet
};

} // namespace kite::cli
