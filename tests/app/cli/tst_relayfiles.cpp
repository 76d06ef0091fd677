#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include "app/cli/relayaccounts.h"
#include "app/cli/relayfiles.h"
#include "kitecore/tls/context.h"

#ifdef Q_OS_UNIX
#include <sys/stat.h>
#endif

using namespace kite;
using namespace kite::cli;

class TestRelayFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void addsNamesAndAccounts()
    {
        RelayPlan asked;
        asked.pemFile = path("given.pem");
        asked.accountsFile = path("accounts");
        QVERIFY(tls::makeSelfSigned(asked.pemFile, {"R.test", "*.r.test"}));
        write(asked.accountsFile, "*:a.test:s3cret\n");
        RelayFiles files;
        const auto reading = files.read(asked);
        QVERIFY(reading);
        QCOMPARE(reading->warnings, QStringList());
        const auto &options = reading->plan.options;
        QCOMPARE(options.tlsNames.size(), 2);
        QVERIFY(!options.tlsDefault.isEmpty());
        QCOMPARE(options.accounts.size(), 1);
        QCOMPARE(RelayFiles::watched(reading->plan),
                 (QStringList {asked.pemFile, asked.accountsFile}));
    }

    void addsAccountsBeforeTheFileSettles_data()
    {
        QTest::addColumn<QByteArray>("now");
        QTest::addColumn<QByteArrayList>("added");
        const QByteArray before = "*:a.test:s3cret\nhttp:b.test:s3cret\n";
        const auto row = [](const char *name, const QByteArray &now, const QByteArrayList &added) {
            QTest::newRow(name) << now << added;
        };
        row("nothing", before, {});
        row("one more", before + "*:c.test:n3w\n", {"c.test"});
        row("one more in front", "*:c.test:n3w\n" + before, {"c.test"});
        row("half a line more", before + "*:c.test:n", {});
        row("one more, one less", "*:c.test:n3w\n*:a.test:s3cret\n", {});
        row("one more, one other secret", "*:c.test:n3w\n*:a.test:n3w\nhttp:b.test:s3cret\n", {});
        row("emptied", "", {});
    }
    void addsAccountsBeforeTheFileSettles()
    {
        QFETCH(const QByteArray, now);
        QFETCH(const QByteArrayList, added);
        RelayPlan asked;
        asked.accountsFile = path("accounts");
        RelayFiles files;
        QVERIFY(files.takeAddedAccounts(asked.accountsFile).isEmpty());
        write(asked.accountsFile, "*:a.test:s3cret\nhttp:b.test:s3cret\n");
        QVERIFY(files.read(asked));
        write(asked.accountsFile, now);
        QByteArrayList names;
        for (const auto &account : files.takeAddedAccounts(asked.accountsFile))
            names.append(account.domain);
        QCOMPARE(names, added);
        QVERIFY(files.takeAddedAccounts(asked.accountsFile).isEmpty()); // they are known now
    }

    /// Its folder may come later, and somebody else may have made it.
    void triesAgainToMakeItsCertificate()
    {
        RelayPlan asked;
        asked.ownCertificate = path("later/relay.pem");
        asked.publicName = "r.test";
        write(path("later"), "in the way");
        RelayFiles files;
        const auto first = files.read(asked);
        QVERIFY(first);
        QCOMPARE(first->warnings.size(), 1);
        QVERIFY(first->warnings.first().contains(asked.ownCertificate));
        QVERIFY(first->plan.options.tlsNames.isEmpty());
        QCOMPARE(RelayFiles::watched(first->plan), QStringList {asked.ownCertificate});
        QVERIFY(QFile::remove(path("later")));
        const auto second = files.read(asked);
        QVERIFY(second);
        QCOMPARE(second->warnings, QStringList());
        QCOMPARE(second->plan.options.tlsNames.size(), 1);
        QCOMPARE(second->plan.options.tlsDefault, "r.test");
        QVERIFY(QFile::exists(asked.ownCertificate));
    }

    void keepsTheOwnCertificateThatIsLost()
    {
        RelayPlan asked;
        asked.ownCertificate = path("mine/relay.pem");
        asked.publicName = "r.test";
        RelayFiles files;
        QVERIFY(files.read(asked));
        QVERIFY(QDir(path("mine")).removeRecursively());
        write(path("mine"), "in the way");
        QCOMPARE(files.read(asked)->plan.options.tlsNames.size(), 1); // the relay still has it
        QVERIFY(RelayFiles().read(asked)->plan.options.tlsNames.isEmpty());
    }

    void keepsNamesOfABrokenCertificate()
    {
        RelayPlan asked;
        asked.pemFile = path("given.pem");
        QVERIFY(tls::makeSelfSigned(asked.pemFile, {"r.test"}));
        RelayFiles files;
        QVERIFY(files.read(asked));
        write(asked.pemFile, "broken");
        const auto again = files.read(asked);
        QVERIFY(again);
        QCOMPARE(again->plan.options.tlsDefault, "r.test");
        QVERIFY(!RelayFiles().read(asked));
        QVERIFY(tls::makeSelfSigned(asked.pemFile, {"s.test"}));
        QCOMPARE(files.read(asked)->plan.options.tlsDefault, "s.test");
    }

    void keepsAccountsThatCannotBeRead()
    {
        const RelayPlan asked = planWithAccounts("accounts", "*:a.test:s3cret\n");
        RelayFiles files;
        QVERIFY(files.read(asked));
        QVERIFY(QFile::remove(asked.accountsFile));
        QVERIFY(QDir().mkpath(asked.accountsFile)); // no file any more
        for (int time = 0; time < 2; ++time) {
            const auto again = files.read(asked);
            QVERIFY(again);
            QCOMPARE(again->plan.options.accounts.size(), 1);
            QCOMPARE(again->warnings.size(), 1);
            QVERIFY(again->warnings.first().startsWith(asked.accountsFile));
            QVERIFY(again->warnings.first().contains(userName()));
        }
        QVERIFY(QDir().rmdir(asked.accountsFile)); // some editors take it away for a moment
        QCOMPARE(files.read(asked)->plan.options.accounts.size(), 1);
        QCOMPARE(files.read(asked)->warnings.size(), 1);
        write(asked.accountsFile, "");
        QVERIFY(files.read(asked)->plan.options.accounts.isEmpty()); // all are revoked
        QVERIFY(QFile::remove(asked.accountsFile));
        QVERIFY(files.read(asked)->warnings.isEmpty());
    }

    void forgetsFilesThatAreNotNamedAnyMore()
    {
        const RelayPlan asked = planWithAccounts("accounts", "*:a.test:s3cret\n");
        const RelayPlan other = planWithAccounts("other", "");
        RelayFiles files;
        QVERIFY(files.read(asked));
        QVERIFY(QFile::remove(asked.accountsFile));
        QVERIFY(files.read(other));
        QCOMPARE(files.read(asked)->plan.options.accounts.size(), 1); // the other was not taken
        files.forgetAllBut(other);
        QVERIFY(files.read(asked)->plan.options.accounts.isEmpty());
    }

    void readsNothingButFiles()
    {
#ifdef Q_OS_UNIX
        RelayPlan asked;
        asked.accountsFile = path("pipe");
        QCOMPARE(::mkfifo(qPrintable(asked.accountsFile), 0600), 0);
        RelayFiles files;
        const auto reading = files.read(asked); // nobody ever writes into it
        QVERIFY(reading);
        QCOMPARE(reading->warnings.size(), 1);
#endif
    }

    void startsWithoutAccountsButDoesNotChangeToNone()
    {
        RelayPlan asked;
        asked.accountsFile = path("accounts");
        QVERIFY(QDir().mkpath(asked.accountsFile));
        RelayFiles files;
        for (int time = 0; time < 2; ++time) {
            const auto reading = files.read(asked);
            QVERIFY(reading);
            QCOMPARE(reading->warnings.size(), 1);
        }
        asked.accountsFile = path("others");
        QVERIFY(QDir().mkpath(asked.accountsFile));
        QVERIFY(!files.read(asked));
    }

    void givesAwayWhatItMade()
    {
        RelayPlan asked;
        asked.ownCertificate = path("relay.pem");
        asked.accountsFile = path("accounts");
        RelayFiles files;
        QVERIFY(files.read(asked));
        RunAs user;
        user.user = QFileInfo(m_folder->path()).ownerId();
        user.group = QFileInfo(m_folder->path()).groupId();
        files.giveTo(user);
        const QFileInfo accounts(asked.accountsFile);
        QVERIFY(accounts.exists());
        QCOMPARE(accounts.size(), 0);
        QCOMPARE(accounts.ownerId(), user.user);
        QCOMPARE(accounts.permissions()
                     & (QFileDevice::ReadGroup | QFileDevice::ReadOther | QFileDevice::WriteOther),
                 QFileDevice::Permissions());
        write(asked.accountsFile, "*:a.test:s3cret\n");
        files.giveTo(user);
        QCOMPARE(files.read(asked)->plan.options.accounts.size(), 1);
    }

private:
    QString path(const char *name) const
    {
        return m_folder->filePath(QLatin1String(name));
    }
    static void write(const QString &path, const QByteArray &bytes)
    {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        QVERIFY(file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner));
        QCOMPARE(file.write(bytes), bytes.size());
    }

    RelayPlan planWithAccounts(const char *name, const QByteArray &accounts) const
    {
        RelayPlan plan;
        plan.accountsFile = path(name);
        write(plan.accountsFile, accounts);
        return plan;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(TestRelayFiles)
#include "tst_relayfiles.moc"
