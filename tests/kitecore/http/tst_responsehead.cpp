#include <QTest>

#include "kitecore/http/responsehead.h"
#include "kitecore/http/statustext.h"

using namespace kite::http;

class TestResponseHead : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writes()
    {
        QCOMPARE(ResponseHead(206).add("Content-Length", 5).add("ETag", "\"x\"").take(),
                 "HTTP/1.1 206 Partial Content\r\nContent-Length: 5\r\nETag: \"x\"\r\n\r\n");
        QCOMPARE(ResponseHead(503, "Unavailable").take(), "HTTP/1.1 503 Unavailable\r\n\r\n");
    }

    void letsNobodyAddLines()
    {
        QCOMPARE(ResponseHead(200).add("Location", "/a\r\nSet-Cookie: x\n\rb").take(),
                 "HTTP/1.1 200 OK\r\nLocation: /a  Set-Cookie: x  b\r\n\r\n");
        QCOMPARE(ResponseHead(200).add("A", QByteArray("\0\x7f\t", 3)).take(),
                 "HTTP/1.1 200 OK\r\nA:   \t\r\n\r\n");
    }

    void knowsStatuses()
    {
        QCOMPARE(statusText(200), "OK");
        QCOMPARE(statusText(100), "Continue");
        QCOMPARE(statusText(507), "Insufficient Storage");
        QCOMPARE(statusText(299), "Status");
        QCOMPARE(statusText(999), "Status");
    }
};

QTEST_APPLESS_MAIN(TestResponseHead)
#include "tst_responsehead.moc"
