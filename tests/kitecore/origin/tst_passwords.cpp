#include <QTest>

#include "kitecore/origin/passwords.h"

using kite::origin::Passwords;

class TestPasswords : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void accepts_data()
    {
        QTest::addColumn<QByteArray>("authorization");
        QTest::addColumn<bool>("accepted");
        const auto basic = [](const char *pair) { return "Basic " + QByteArray(pair).toBase64(); };
        QTest::newRow("first") << basic("joe:s3cret") << true;
        QTest::newRow("second") << basic("ann:not-a-secret:with:colons") << true;
        QTest::newRow("empty password") << basic("guest:") << true;
        QTest::newRow("UTF-8") << basic("zo\xc3\xab:p\xc3\xa4ss") << true;
        QTest::newRow("any case of the scheme")
            << "bASIC " + QByteArray("joe:s3cret").toBase64() << true;
        QTest::newRow("more blanks") << "Basic   " + QByteArray("joe:s3cret").toBase64() << true;
        QTest::newRow("wrong password") << basic("joe:s3cret2") << false;
        QTest::newRow("shorter") << basic("joe:s3cre") << false;
        QTest::newRow("another's password") << basic("ann:s3cret") << false;
        QTest::newRow("other case") << basic("Joe:s3cret") << false;
        QTest::newRow("no colon") << basic("joe") << false;
        QTest::newRow("nothing") << QByteArray() << false;
        QTest::newRow("only the scheme") << QByteArray("Basic ") << false;
        QTest::newRow("no base64") << QByteArray("Basic joe:s3cret") << false;
        QTest::newRow("garbage inside") << "Basic !" + QByteArray("joe:s3cret").toBase64() << false;
        QTest::newRow("other scheme") << "Bearer " + QByteArray("joe:s3cret").toBase64() << false;
        QTest::newRow("no blank") << "Basic" + QByteArray("joe:s3cret").toBase64() << false;
    }

    void accepts()
    {
        QFETCH(QByteArray, authorization);
        QFETCH(bool, accepted);
        Passwords passwords;
        passwords.add("joe", "s3cret");
        passwords.add("ann", "not-a-secret:with:colons");
        passwords.add("guest", "");
        passwords.add("zo\xc3\xab", "p\xc3\xa4ss");
        QCOMPARE(passwords.accept(authorization), accepted);
    }

    void nobodyIsKnownAtFirst()
    {
        QVERIFY(Passwords().isEmpty());
        QVERIFY(!Passwords().accept("Basic Og=="));
    }
};

QTEST_APPLESS_MAIN(TestPasswords)
#include "tst_passwords.moc"
