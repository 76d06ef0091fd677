#include <QTest>

#include "kitecore/link/textguess.h"

using namespace kite::link;

class TestTextGuess : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void guesses_data()
    {
        QTest::addColumn<QByteArray>("begin");
        QTest::addColumn<bool>("text");
        const QByteArray ok = "HTTP/1.1 200 OK\r\n";
        const auto row = [](const char *name, const QByteArray &begin, bool text) {
            QTest::newRow(name) << begin << text;
        };
        row("html", ok + "Content-Type: text/html; charset=utf-8\r\n\r\n<p>", true);
        row("any case", ok + "CONTENT-TYPE:TEXT/HTML\r\n\r\n", true);
        row("json", ok + "Content-Type: application/json\r\n\r\n{}", true);
        row("script", ok + "Content-Type: application/javascript\r\n\r\n", true);
        row("drawing", ok + "Content-Type: image/svg+xml\r\n\r\n", true);
        row("head not yet whole", ok + "Content-Type: text/css\r\nDa", true);
        row("LF only", "HTTP/1.0 200 OK\nContent-Type: text/css\n\n", true);
        row("packed", ok + "Content-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n", false);
        row("packed, said first", ok + "content-encoding: br\r\nContent-Type: text/html\r\n\r\n",
            false);
        row("image", ok + "Content-Type: image/png\r\n\r\n", false);
        row("no type", ok + "Content-Length: 5\r\n\r\nhello", false);
        row("type in the body", ok + "X: y\r\n\r\n\r\nContent-Type: text/html\r\n", false);
        row("type in another's name", ok + "X-Content-Type: text/html\r\n\r\n", false);
        row("request", "POST / HTTP/1.1\r\nContent-Type: text/html\r\n\r\n", false);
        row("no HTTP", "SSH-2.0-OpenSSH\r\n", false);
        row("nothing", "", false);
    }

    void guesses()
    {
        QFETCH(QByteArray, begin);
        QFETCH(bool, text);
        QCOMPARE(looksLikeText(begin), text);
    }
};

QTEST_APPLESS_MAIN(TestTextGuess)
#include "tst_textguess.moc"
