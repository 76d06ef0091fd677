#include <QTest>

#include "kitecore/http/httpdate.h"

using namespace kite::http;
using std::chrono::seconds;

class TestHttpDate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<qint64>("moment");

        const qint64 example = 784'111'777; // the date of RFC 9110, 5.6.7
        QTest::newRow("fixdate") << QByteArray("Sun, 06 Nov 1994 08:49:37 GMT") << example;
        QTest::newRow("RFC 850") << QByteArray("Sunday, 06-Nov-94 08:49:37 GMT") << example;
        QTest::newRow("asctime") << QByteArray("Sun Nov  6 08:49:37 1994") << example;
        QTest::newRow("asctime, two digits")
            << QByteArray("Wed Nov 16 08:49:37 1994") << example + 10 * 86400;
        QTest::newRow("wrong weekday") << QByteArray("Mon, 06 Nov 1994 08:49:37 GMT") << example;
        QTest::newRow("epoch") << QByteArray("Thu, 01 Jan 1970 00:00:00 GMT") << qint64(0);
        QTest::newRow("before the epoch")
            << QByteArray("Wed, 31 Dec 1969 23:59:59 GMT") << qint64(-1);
        QTest::newRow("leap day") << QByteArray("Thu, 29 Feb 2024 00:00:00 GMT")
                                  << qint64(1'709'164'800);
        QTest::newRow("leap second")
            << QByteArray("Sat, 31 Dec 2016 23:59:60 GMT") << qint64(1'483'228'799);
        QTest::newRow("RFC 850, this century")
            << QByteArray("Thursday, 29-Feb-24 00:00:00 GMT") << qint64(1'709'164'800);
        QTest::newRow("RFC 850, 50 years ahead")
            << QByteArray("Monday, 01-Jan-73 00:00:00 GMT") << qint64(3'250'454'400);
        QTest::newRow("RFC 850, more is the past")
            << QByteArray("Tuesday, 01-Jan-74 00:00:00 GMT") << qint64(126'230'400);
    }

    void reads()
    {
        QFETCH(QByteArray, text);
        QFETCH(qint64, moment);

        const seconds now {1'700'000'000}; // 2023
        const auto read = parseDate(text, now);
        QVERIFY(read);
        QCOMPARE(qint64(read->count()), moment);
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("text");

        const QByteArray good = "Sun, 06 Nov 1994 08:49:37 GMT";
        for (qsizetype bytes = 0; bytes < good.size(); ++bytes)
            QTest::addRow("cut at %d", int(bytes)) << good.first(bytes);
        QTest::newRow("more") << good + " ";
        QTest::newRow("another zone") << QByteArray("Sun, 06 Nov 1994 08:49:37 UTC");
        QTest::newRow("no such day") << QByteArray("Fri, 30 Feb 2024 00:00:00 GMT");
        QTest::newRow("day 0") << QByteArray("Fri, 00 Feb 2024 00:00:00 GMT");
        QTest::newRow("hour 24") << QByteArray("Sun, 06 Nov 1994 24:00:00 GMT");
        QTest::newRow("sign") << QByteArray("Sun, +6 Nov 1994 08:49:37 GMT");
        QTest::newRow("month") << QByteArray("Sun, 06 nov 1994 08:49:37 GMT");
        QTest::newRow("weekday") << QByteArray("Xyz, 06 Nov 1994 08:49:37 GMT");
        QTest::newRow("number") << QByteArray("784111777");
        QTest::newRow("asctime, cut") << QByteArray("Sun Nov  6 08:49:37");
        QTest::newRow("RFC 850, long year") << QByteArray("Sunday, 06-Nov-1994 08:49:37 GMT");
    }

    void refuses()
    {
        QFETCH(QByteArray, text);

        QVERIFY(!parseDate(text, seconds {1'700'000'000}));
    }

    void printsWhatItReads()
    {
        const seconds now {1'700'000'000};
        for (qint64 moment = -62'167'219'200; moment < 253'402'300'799; moment += 86'399 * 997)
            QCOMPARE(parseDate(formatDate(seconds {moment}), now), std::optional(seconds {moment}));
        QCOMPARE(formatDate(seconds {784'111'777}), "Sun, 06 Nov 1994 08:49:37 GMT");
        QCOMPARE(formatDate(seconds::max()), "Fri, 31 Dec 9999 23:59:59 GMT");
        QCOMPARE(formatDate(seconds::min()), "Sat, 01 Jan 0000 00:00:00 GMT");
    }
};

QTEST_APPLESS_MAIN(TestHttpDate)
#include "tst_httpdate.moc"
