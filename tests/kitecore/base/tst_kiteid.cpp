#include <QTest>

#include "kitecore/base/kiteid.h"

using kite::KiteId;

class TestKiteId : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("protocol");
        QTest::addColumn<quint16>("port");
        QTest::addColumn<QByteArray>("domain");
        const auto row
            = [](const char *text, const char *protocol, quint16 port, const char *domain) {
                  QTest::newRow(text)
                      << QByteArray(text) << QByteArray(protocol) << port << QByteArray(domain);
              };
        row("http:a.example", "http", 0, "a.example");
        row("HTTP-8080:A.Example", "http", 8080, "a.example");
        row("raw-22:*.example", "raw", 22, "*.example");
        row("http:unknown", "http", 0, "unknown");
        row("https:my_kite.a-b.example", "https", 0, "my_kite.a-b.example");
        row("http2:192.0.2.7", "http2", 0, "192.0.2.7");
        row("raw-65535:a", "raw", 65535, "a");
    }

    void reads()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, protocol);
        QFETCH(quint16, port);
        QFETCH(QByteArray, domain);

        const auto id = KiteId::parse(text);
        QVERIFY(id);
        QCOMPARE(id->protocol, protocol);
        QCOMPARE(id->port, port);
        QCOMPARE(id->domain, domain);
        QCOMPARE(id->toByteArray(), text.toLower());
        QVERIFY(KiteId::parse(id->toByteArray()) == id);
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char *text : {"",
                                 ":",
                                 "http",
                                 "http:",
                                 ":a.example",
                                 "http-:a",
                                 "http-0:a",
                                 "http-65536:a",
                                 "http-080808:a",
                                 "http-8a:a",
                                 "http--8:a",
                                 "-80:a",
                                 "ht tp:a",
                                 "ht/tp:a",
                                 "http:.a",
                                 "http:a.",
                                 "http:a..b",
                                 "http:a b",
                                 "http:a/b",
                                 "http:a:80",
                                 "http:<b>",
                                 "http:*.",
                                 "http:*",
                                 "http:a.*.b",
                                 "http:*a.b",
                                 "http:a\r\nX: y"})
            QTest::newRow(text) << QByteArray(text);
        QTest::newRow("line break") << QByteArray("http:a\r\nX: y");
        QTest::newRow("NUL") << QByteArray("http:a\0b", 8);
        QTest::newRow("beyond ASCII") << QByteArray("http:k\xc3\xa4se.example");
        QTest::newRow("domain of 254 bytes") << "http:" + QByteArray(254, 'a');
        QTest::newRow("protocol of 25 bytes") << QByteArray(25, 'a') + ":a.example";
    }

    void refuses()
    {
        QFETCH(QByteArray, text);
        QVERIFY(!KiteId::parse(text));
    }

    void longestIsFine()
    {
        QVERIFY(KiteId::parse(QByteArray(KiteId::maxProtocolBytes, 'p') + ':'
                              + QByteArray(KiteId::maxDomainBytes, 'd')));
    }

    void isAKey()
    {
        QSet<KiteId> ids {*KiteId::parse("http:a.example"), *KiteId::parse("http-80:a.example"),
                          *KiteId::parse("https:a.example"), *KiteId::parse("HTTP:A.example")};
        QCOMPARE(ids.size(), 3);
        QVERIFY(ids.contains(*KiteId::parse("http:a.example")));
    }
};

QTEST_APPLESS_MAIN(TestKiteId)
#include "tst_kiteid.moc"
