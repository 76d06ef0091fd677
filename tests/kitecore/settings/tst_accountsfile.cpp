#include <QTest>

#include "kitecore/settings/accountsfile.h"

using namespace kite::settings;

class TestAccountsFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lines_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QByteArray>("account"); ///< empty: none
        QTest::addColumn<bool>("odd");
        const auto row = [](const char *name, const QByteArray &line, const QByteArray &account,
                            bool odd = false) { QTest::newRow(name) << line << account << odd; };
        row("account", "http,raw-22:a.test:s3cret", "http,raw-22 a.test s3cret");
        row("all protocols", "*:*.a.test:s3cret", "* *.a.test s3cret");
        row("blanks and case", "  HTTP : A.test :S3cret \r", "http a.test S3cret");
        row("byte order mark", "\xef\xbb\xbfhttp:a.test:s3cret", "http a.test s3cret");
        row("comment behind a byte order mark", "\xef\xbb\xbf# accounts", {});
        row("comment", " # http:a.test:s3cret", {});
        row("nothing", " ", {});
        row("no secret", "http:a.test:", {}, true);
        row("two fields", "http:a.test", {}, true);
        row("four fields", "http:a.test:a:b", {}, true);
        row("blank in the secret", "http:a.test:a b", {}, true);
        row("control in the secret", "http:a.test:a\x01", {}, true);
        row("long secret", "http:a.test:" + QByteArray(257, 'x'), {}, true);
        row("no protocol", ":a.test:x", {}, true);
        row("odd protocol", "ht/tp:a.test:x", {}, true);
        row("odd name", "http:<b>:x", {}, true);
    }
    void lines()
    {
        QFETCH(const QByteArray, line);
        QFETCH(const QByteArray, account);
        QFETCH(const bool, odd);
        const AccountsFile file(line + '\n');
        const auto accounts = file.accounts();
        QCOMPARE(accounts.size(), account.isEmpty() ? 0 : 1);
        if (!accounts.isEmpty())
            QCOMPARE(accounts[0].protocols.join(',') + ' ' + accounts[0].name + ' '
                         + accounts[0].secret,
                     account);
        QCOMPARE(file.oddLines(), odd ? QList<int> {1} : QList<int> {});
        QCOMPARE(file.toByteArray(), line + '\n');
    }

    void keepsWhatItDoesNotChange()
    {
        const QByteArray before = "# mine\n\nwhat is this\nhttp:a.test:x\nraw:A.test:y\n*:b.test:z";
        AccountsFile file(before);
        QVERIFY(file.has("a.test"));
        QVERIFY(!file.has("c.test"));
        file.add({{"*"}, "c.test", "new"});
        QVERIFY(file.remove("a.test"));
        QVERIFY(!file.remove("a.test"));
        QCOMPARE(file.toByteArray(), "# mine\n\nwhat is this\n*:b.test:z\n*:c.test:new\n");
        QCOMPARE(file.oddLines(), QList<int> {3});
    }

    void beginsEmpty()
    {
        AccountsFile file;
        QCOMPARE(file.toByteArray(), "");
        file.add({{"http"}, "a.test", "x"});
        QCOMPARE(file.toByteArray(), "http:a.test:x\n");
    }

    void secretsAreLongAndNew()
    {
        QCOMPARE(newSecret().size(), 40);
        QVERIFY(newSecret() != newSecret());
    }
};

QTEST_APPLESS_MAIN(TestAccountsFile)
#include "tst_accountsfile.moc"
