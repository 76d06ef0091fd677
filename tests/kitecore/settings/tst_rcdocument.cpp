#include <QTest>

#include "kitecore/settings/rcdocument.h"

using namespace kite::settings;

class TestRcDocument : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsEveryByte_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("no end of line") << QByteArray("ports = 1");
        QTest::newRow("blank lines") << QByteArray("\n\n  \n\t\nports=1\n\n");
        QTest::newRow("both kinds of ends") << QByteArray("a=1\r\nb=2\n\r\nEND\nmore\n");
        QTest::newRow("not UTF-8") << QByteArray("motd = \xff\xfe\x80\n# \xc3\n");
        QTest::newRow("nul") << QByteArray("a\0b\n", 4);
    }
    void keepsEveryByte()
    {
        QFETCH(QByteArray, bytes);
        QCOMPARE(RcDocument(bytes).toByteArray(), bytes);
    }

    void changesOneLine()
    {
        RcDocument document("# \xff\r\n  --ports = 1 \r\nhost=a");
        document.replace(2, "ports = 2");
        QCOMPARE(document.toByteArray(), QByteArray("# \xff\r\nports = 2\r\nhost=a"));
        document.insertAfter(3, "motd = b");
        QCOMPARE(document.toByteArray(),
                 QByteArray("# \xff\r\nports = 2\r\nhost=a\r\nmotd = b\r\n"));
        document.remove(1);
        QCOMPARE(document.toByteArray(), QByteArray("ports = 2\r\nhost=a\r\nmotd = b\r\n"));
        QCOMPARE(document.text(1), QByteArray("ports = 2"));
    }

    void appends_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after");
        QTest::newRow("nothing") << QByteArray() << QByteArray("x\n");
        QTest::newRow("no end of line") << QByteArray("a") << QByteArray("a\nx\n");
        QTest::newRow("before END")
            << QByteArray("a\n\n# tail\nEND\nb\n") << QByteArray("a\nx\n\n# tail\nEND\nb\n");
        QTest::newRow("only END") << QByteArray("# a\nEND") << QByteArray("# a\nx\nEND");
        QTest::newRow("comments") << QByteArray("# a\n") << QByteArray("# a\nx\n");
    }
    void appends()
    {
        QFETCH(QByteArray, before);
        QFETCH(QByteArray, after);
        RcDocument document(before);
        document.append("x");
        QCOMPARE(document.toByteArray(), after);
    }

    void canHold_data()
    {
        QTest::addColumn<bool>("can");
        QTest::newRow("") << true;
        QTest::newRow("a") << true;
        QTest::newRow("a=b:c=") << true;
        QTest::newRow("two words") << true;
        QTest::newRow("# no comment") << true;
        QTest::newRow(" a") << false;
        QTest::newRow("a ") << false;
        QTest::newRow("a =b") << false;
        QTest::newRow("a: b") << false;
        QTest::newRow("a\nrunas=root") << false;
        QTest::newRow("a\rb") << false;
    }
    void canHold()
    {
        QFETCH(bool, can);
        QCOMPARE(RcDocument::canHold(QString::fromLatin1(QTest::currentDataTag())), can);
    }
};

QTEST_APPLESS_MAIN(TestRcDocument)
#include "tst_rcdocument.moc"
