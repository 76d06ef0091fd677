#include <QTest>

#include "kitecore/http/fieldsyntax.h"

using namespace kite::http;

class TestFieldSyntax : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void listsItems_data()
    {
        QTest::addColumn<QByteArray>("list");
        QTest::addColumn<QByteArrayList>("items");

        QTest::newRow("empty") << QByteArray() << QByteArrayList {};
        QTest::newRow("one") << QByteArray("a") << QByteArrayList {"a"};
        QTest::newRow("blanks") << QByteArray(" a ,\tb c ") << QByteArrayList {"a", "b c"};
        QTest::newRow("empty elements") << QByteArray(",, a,,b,") << QByteArrayList {"a", "b"};
        QTest::newRow("quoted comma")
            << QByteArray("\"a,b\", c") << QByteArrayList {"\"a,b\"", "c"};
        QTest::newRow("escaped quote")
            << QByteArray("\"a\\\",b\", c") << QByteArrayList {"\"a\\\",b\"", "c"};
        QTest::newRow("open quote") << QByteArray("a, \"b, c") << QByteArrayList {"a", "\"b, c"};
        QTest::newRow("open escape") << QByteArray("\"b\\") << QByteArrayList {"\"b\\"};
    }

    void listsItems()
    {
        QFETCH(QByteArray, list);
        QFETCH(QByteArrayList, items);

        QByteArrayList seen;
        for (ListItems walk(list); const auto item = walk.next();)
            seen << item->toByteArray();
        QCOMPARE(seen, items);
    }

    void readsNumbers_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("valid");
        QTest::addColumn<quint64>("number");

        QTest::newRow("zero") << QByteArray("0") << true << quint64(0);
        QTest::newRow("leading zeros") << QByteArray("0042") << true << quint64(42);
        QTest::newRow("largest") << QByteArray("18446744073709551615") << true << ~quint64(0);
        QTest::newRow("one more") << QByteArray("18446744073709551616") << false << quint64(0);
        QTest::newRow("ten times") << QByteArray("184467440737095516150") << false << quint64(0);
        QTest::newRow("empty") << QByteArray("") << false << quint64(0);
        QTest::newRow("sign") << QByteArray("+1") << false << quint64(0);
        QTest::newRow("blank") << QByteArray("1 ") << false << quint64(0);
    }

    void readsNumbers()
    {
        QFETCH(QByteArray, text);
        QFETCH(bool, valid);
        QFETCH(quint64, number);

        const auto read = readNumber(text);
        QCOMPARE(read.has_value(), valid);
        QCOMPARE(read.value_or(0), number);
    }

    void knowsTokens()
    {
        QVERIFY(isToken("X-a.b_c~!#$%&'*+^`|"));
        for (const char c : QByteArray("()<>@,;:\\\"/[]?={} \t\x7f\x80\x00", 23))
            QVERIFY2(!isTokenChar(c), QByteArray::number(int(c)).constData());
        QVERIFY(!isToken(""));
    }
};

QTEST_APPLESS_MAIN(TestFieldSyntax)
#include "tst_fieldsyntax.moc"
