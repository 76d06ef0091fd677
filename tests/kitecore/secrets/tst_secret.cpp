#include <QTest>

#include "kitecore/secrets/secret.h"

using kite::secrets::Secret;

class TestSecret : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isNeverPrinted()
    {
        QString printed;
        QDebug(&printed) << Secret("s3cret") << Secret();
        QVERIFY(!printed.contains(QLatin1String("s3cret")));
        QCOMPARE(printed.trimmed(), QLatin1String("Secret(set) Secret(empty)"));
    }

    void copiesAreDeep()
    {
        const Secret one("s3cret");
        const Secret other(one);
        QCOMPARE(other.reveal(), one.reveal());
        QVERIFY(other.reveal().data() != one.reveal().data());
    }

    void doesNotShareWithItsSource()
    {
        const QByteArray source("s3cret");
        const Secret secret(source);
        QVERIFY(secret.reveal().data() != source.constData());
    }

    void movesLeaveNothing()
    {
        Secret one("s3cret");
        const Secret other(std::move(one));
        QCOMPARE(other.reveal(), QByteArrayView("s3cret"));
        QVERIFY(one.isEmpty()); // NOLINT(bugprone-use-after-move): that is the promise
    }

    void assigns()
    {
        Secret one("s3cret");
        Secret &same = one;
        one = same;
        QCOMPARE(one.reveal(), QByteArrayView("s3cret"));
        one = Secret("not-a-secret");
        QCOMPARE(one.reveal(), QByteArrayView("not-a-secret"));
        one = {};
        QVERIFY(one.isEmpty());
    }

    void compares()
    {
        QVERIFY(Secret("s3cret") == Secret("s3cret"));
        QVERIFY(!(Secret("s3cret") == Secret("s3creT")));
        QVERIFY(!(Secret("s3cret") == Secret("s3cre")));
        QVERIFY(Secret() == Secret(""));
    }
};

QTEST_APPLESS_MAIN(TestSecret)
#include "tst_secret.moc"
