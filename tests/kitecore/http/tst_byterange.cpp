#include <QTest>

#include "kitecore/http/byterange.h"

using namespace kite::http;
using Kind = RangeChoice::Kind;

Q_DECLARE_METATYPE(kite::http::RangeChoice::Kind)

class TestByteRange : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void chooses_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<quint64>("size");
        QTest::addColumn<Kind>("kind");
        QTest::addColumn<QByteArray>("parts"); // as Content-Range has them

        const auto parts = [](const char *name, const QByteArray &header, quint64 size,
                              const QByteArray &expected) {
            QTest::newRow(name) << header << size << Kind::Parts << expected;
        };
        parts("first bytes", "bytes=0-4", 10, "0-4");
        parts("one byte", "bytes=9-9", 10, "9-9");
        parts("to the end", "bytes=3-", 10, "3-9");
        parts("past the end", "bytes=3-99", 10, "3-9");
        parts("far past the end", "bytes=3-99999999999999999999999", 10, "3-9");
        parts("suffix", "bytes=-3", 10, "7-9");
        parts("suffix longer than all", "bytes=-30", 10, "0-9");
        parts("endless suffix", "bytes=-99999999999999999999999", 10, "0-9");
        parts("unit in capitals", "Bytes=0-4", 10, "0-4");
        parts("two", "bytes=0-1,5-6", 10, "0-1 5-6");
        parts("blanks and empty elements", "bytes= 0-1 ,, 5-6,", 10, "0-1 5-6");
        parts("order is kept", "bytes=5-6,0-1", 10, "5-6 0-1");
        parts("overlapping", "bytes=0-5,3-7", 10, "0-7");
        parts("touching", "bytes=5-9,0-4", 10, "0-9");
        parts("inside another", "bytes=0-9,3-4,8-8", 10, "0-9");
        parts("some overlap", "bytes=8-9,0-2,1-3", 10, "0-3 8-9");
        parts("one of two exists", "bytes=20-30,0-1", 10, "0-1");
        parts("3 GiB", "bytes=3221225470-", 3221225472, "3221225470-3221225471");

        QTest::newRow("past the end only")
            << QByteArray("bytes=10-") << quint64(10) << Kind::Unsatisfiable << QByteArray();
        QTest::newRow("suffix of none")
            << QByteArray("bytes=-0") << quint64(10) << Kind::Unsatisfiable << QByteArray();
        QTest::newRow("nothing there")
            << QByteArray("bytes=0-") << quint64(0) << Kind::Unsatisfiable << QByteArray();
        QTest::newRow("suffix of nothing")
            << QByteArray("bytes=-5") << quint64(0) << Kind::Unsatisfiable << QByteArray();
        QTest::newRow("beyond 64 bits") << QByteArray("bytes=18446744073709551617-") << quint64(10)
                                        << Kind::Unsatisfiable << QByteArray();

        const auto whole = [](const char *name, const QByteArray &header) {
            QTest::newRow(name) << header << quint64(10) << Kind::Whole << QByteArray();
        };
        whole("another unit", "lines=0-1");
        whole("no unit", "0-1");
        whole("no equals", "bytes 0-1");
        whole("blank before equals", "bytes =0-1");
        whole("nothing asked", "bytes=");
        whole("only commas", "bytes=,,");
        whole("backwards", "bytes=5-3");
        whole("no number", "bytes=a-b");
        whole("only a dash", "bytes=-");
        whole("two dashes", "bytes=1-2-3");
        whole("sign", "bytes=+1-3");
        whole("negative suffix", "bytes=--3");
        whole("blank inside", "bytes=0 - 1");
        whole("one of two is malformed", "bytes=0-1,x");
        whole("33 parts", "bytes=" + QByteArray("0-0,").repeated(33));
        parts("32 parts", "bytes=" + QByteArray("0-0,").repeated(32), 10, "0-0");
    }

    void chooses()
    {
        QFETCH(QByteArray, header);
        QFETCH(quint64, size);
        QFETCH(Kind, kind);
        QFETCH(QByteArray, parts);

        const auto choice = chooseRanges(header, size);
        QCOMPARE(choice.kind, kind);
        QByteArrayList seen;
        for (const auto &part : choice.parts) {
            QVERIFY(part.bytes > 0 && part.last() < size);
            seen << QByteArray::number(part.first) + '-' + QByteArray::number(part.last());
        }
        QCOMPARE(seen.join(' '), parts);
    }

    void printsContentRange()
    {
        QCOMPARE(contentRange({2, 3}, 10), "bytes 2-4/10");
        QCOMPARE(contentRangeUnsatisfied(10), "bytes */10");
    }
};

QTEST_APPLESS_MAIN(TestByteRange)
#include "tst_byterange.moc"
