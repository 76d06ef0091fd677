#include <QTest>

#include "kitecore/http/pages.h"

using namespace kite::http;

namespace {

const QByteArray uuid = "0123456789abcdef0123456789abcdef01234567";

QByteArray headOf(const QByteArray &answer)
{
    return answer.first(answer.indexOf("\r\n\r\n") + 4);
}

QByteArray bodyOf(const QByteArray &answer)
{
    return answer.sliced(answer.indexOf("\r\n\r\n") + 4);
}

} // namespace

class TestPages : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsThatAKiteIsAway_data()
    {
        QTest::addColumn<AwaySide>("side");
        QTest::addColumn<QByteArray>("sorry");

        QTest::newRow("relay") << AwaySide::Relay << QByteArray("Sorry! (fe)");
        QTest::newRow("connector") << AwaySide::Connector << QByteArray("Sorry! (be)");
    }

    void tellsThatAKiteIsAway()
    {
        QFETCH(AwaySide, side);
        QFETCH(QByteArray, sorry);

        const auto page = awayPage(side, "http", "k.test", uuid);
        // libpagekite looks at 120 bytes for both
        QVERIFY(page.startsWith("HTTP/1.1 503 Unavailable\r\nX-PageKite-UUID: " + uuid + "\r\n"));
        const auto head = headOf(page);
        for (const char *line : {"Content-Type: text/html; charset=utf-8", "Pragma: no-cache",
                                 "Expires: 0", "Cache-Control: no-store", "Connection: close"})
            QVERIFY2(head.contains(QByteArray("\r\n") + line + "\r\n"), line);
        const auto body = bodyOf(page);
        QVERIFY(head.contains("\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n"));
        QVERIFY(body.contains("<h1>" + sorry + "</h1>"));
        QVERIFY(body.contains("HTTP kite for <b><bdi>k.test</bdi></b> is unavailable"));
        QVERIFY(body.contains("<title>k.test</title>"));
    }

    void namesNoRelayWithoutOne()
    {
        QVERIFY(!awayPage(AwaySide::Connector, "http", "k.test", {}).contains("X-PageKite-UUID"));
    }

    void escapesWhatVisitorsSend()
    {
        const auto page
            = awayPage(AwaySide::Relay, "<i>", "<script>alert('\"&\r\nX: y\"')</script>", {});
        QVERIFY(!page.contains("<script>"));
        QVERIFY(!page.contains("<I>"));
        QVERIFY(!headOf(page).contains("X: y"));
        QCOMPARE(escapeHtml("<a href='x' b=\"&amp;\">"),
                 "&lt;a href=&#39;x&#39; b=&quot;&amp;amp;&quot;&gt;");
    }

    void tellsAStatus_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("text");

        QTest::newRow("400") << 400 << QByteArray("Bad Request");
        QTest::newRow("403") << 403 << QByteArray("Forbidden");
        QTest::newRow("404") << 404 << QByteArray("Not Found");
        QTest::newRow("405") << 405 << QByteArray("Method Not Allowed");
        QTest::newRow("414") << 414 << QByteArray("URI Too Long");
        QTest::newRow("431") << 431 << QByteArray("Request Header Fields Too Large");
        QTest::newRow("500") << 500 << QByteArray("Internal Server Error");
        QTest::newRow("501") << 501 << QByteArray("Not Implemented");
        QTest::newRow("418, which we do not know") << 418 << QByteArray("Status");
    }

    void tellsAStatus()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, text);

        const auto line = "HTTP/1.1 " + QByteArray::number(status) + ' ' + text + "\r\n";
        const auto page = statusPage(status);
        QVERIFY(page.startsWith(line));
        QVERIFY(bodyOf(page).contains("<title>" + text + "</title>"));
        const auto named = statusPage(status, uuid, "k.test");
        QVERIFY(named.startsWith(line + "X-PageKite-UUID: " + uuid + "\r\n"));
        QVERIFY(bodyOf(named).contains("<title>k.test</title>"));
        QVERIFY(headOf(named).contains(
            "\r\nContent-Length: " + QByteArray::number(bodyOf(named).size()) + "\r\n"));
    }

    void styleWorksEverywhere()
    {
        const auto style = pageStyle();
        QVERIFY(style.contains("color-scheme:light dark"));
        QVERIFY(style.contains("prefers-color-scheme:dark"));
        QVERIFY(style.size() < 3000);
        for (const char *forbidden : {"url(", "@import", "left", "right", "<"})
            QVERIFY2(!style.contains(forbidden), forbidden);
        const auto page = htmlDocument("t", "c");
        QVERIFY(page.startsWith("<!doctype html>"));
        QVERIFY(page.contains("width=device-width"));
        QVERIFY(!page.contains("<script"));
    }
};

QTEST_APPLESS_MAIN(TestPages)
#include "tst_pages.moc"
