#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include "kitecore/base/limits.h"
#include "kitecore/http/requesthead.h"
#include "tests/support/slicing.h"

using namespace kite;
using namespace kite::http;

Q_DECLARE_METATYPE(kite::http::HeadError)

namespace {

using Outcome = Result<std::optional<RequestHead>, HeadError>;

/// What a connection that reads `slice` bytes at a time comes to.
Outcome parseInSlices(const QByteArray &wire, qsizetype slice)
{
    QByteArray collected;
    qsizetype searched = 0;
    Outcome outcome(std::optional<RequestHead> {});
    test::inSlices(wire, slice, [&](QByteArrayView part) {
        if (!outcome || *outcome) // final
            return;
        collected.append(part);
        outcome = parseRequestHead(collected, &searched);
    });
    return outcome;
}

QByteArray get(const QByteArray &headers)
{
    return "GET / HTTP/1.1\r\n" + headers + "\r\n";
}

RequestHead parsed(const QByteArray &wire)
{
    const auto head = parseRequestHead(wire);
    if (!head || !*head)
        qFatal("not a head: %s", wire.constData());
    return **head;
}

} // namespace

class TestRequestHead : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads_data()
    {
        QTest::addColumn<QByteArray>("wire");
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QByteArray>("host");
        QTest::addColumn<qsizetype>("followed"); // bytes behind the head

        const auto row
            = [](const char *name, const QByteArray &wire, const QByteArray &method,
                 const QByteArray &target, const QByteArray &host, qsizetype followed = 0) {
                  QTest::newRow(name) << wire << method << target << host << followed;
              };
        row("no headers", "GET / HTTP/1.1\r\n\r\n", "GET", "/", "");
        row("host", get("Host: A.Example\r\n"), "GET", "/", "a.example");
        row("host with port", get("Host: a.example:8080\r\n"), "GET", "/", "a.example");
        row("host with empty port", get("Host: a.example:\r\n"), "GET", "/", "a.example");
        row("host with final dot", get("Host: a.example.\r\n"), "GET", "/", "a.example");
        row("IPv6 host", get("Host: [2001:DB8::1]:80\r\n"), "GET", "/", "2001:db8::1");
        row("same host twice", get("Host: a\r\nHOST: A\r\n"), "GET", "/", "a");
        row("empty host", get("Host:\r\n"), "GET", "/", "");
        row("underscore in host", get("Host: my_kite.example\r\n"), "GET", "/", "my_kite.example");
        row("LF line ends", "GET /a HTTP/1.0\nHost: a\n\n", "GET", "/a", "a");
        row("mixed line ends", "GET /a HTTP/1.0\r\nHost: a\n\r\n", "GET", "/a", "a");
        row("empty line in front", "\r\nGET / HTTP/1.1\r\n\r\n", "GET", "/", "");
        row("empty LF line in front", "\nGET / HTTP/1.1\r\n\r\n", "GET", "/", "");
        row("body behind", "POST /x HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody", "POST", "/x", "",
            4);
        row("blank line behind", "GET / HTTP/1.1\r\n\r\n\r\n", "GET", "/", "", 2);
        row("pipelined", "GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n", "GET", "/1", "", 19);
        row("absolute target", "GET http://a/b HTTP/1.1\r\n\r\n", "GET", "http://a/b", "");
        row("authority target", "CONNECT PageKite:1 HTTP/1.0\r\n\r\n", "CONNECT", "PageKite:1", "");
        row("raw UTF-8 target", "GET /\xc3\xa4 HTTP/1.1\r\n\r\n", "GET", "/\xc3\xa4", "");
        row("lower-case method", "get / HTTP/1.1\r\n\r\n", "get", "/", "");
        row("longest head", get("A: " + QByteArray(limits::maxHeadBytes - 23, 'x') + "\r\n"), "GET",
            "/", "");
    }

    /// Every row is fed in every slicing: TCP promises order, never boundaries.
    void reads()
    {
        QFETCH(QByteArray, wire);
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, target);
        QFETCH(QByteArray, host);
        QFETCH(qsizetype, followed);

        test::forEachSlicing(std::min<qsizetype>(wire.size(), 300), [&](qsizetype slice) {
            const auto outcome = parseInSlices(wire, slice < 300 ? slice : wire.size());
            QVERIFY(outcome && *outcome);
            const auto &head = **outcome;
            QCOMPARE(head.method, method);
            QCOMPARE(head.target, target);
            QCOMPARE(head.host(), host);
            QCOMPARE(head.bytes, wire.size() - followed);
        });
    }

    void keepsHeadersAsSent()
    {
        const auto head = parsed(get("X-One:  b: c \t\r\nx-two:\r\nX-ONE: last\r\n"));
        QCOMPARE(head.headers.size(), 3U);
        QCOMPARE(head.headers[0].name, "X-One");
        QCOMPARE(head.headers[0].value, "b: c");
        QCOMPARE(*head.header("x-ONE"), "b: c");
        QVERIFY(head.header("X-Two")->isEmpty());
        QVERIFY(!head.header("X-Three"));
    }

    void isIncomplete_data()
    {
        QTest::addColumn<QByteArray>("wire");

        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("CR") << QByteArray("\r");
        QTest::newRow("method") << QByteArray("GET");
        QTest::newRow("no line end") << QByteArray("GET / HTTP/1.1\r");
        QTest::newRow("no blank line") << QByteArray("GET / HTTP/1.1\r\nHost: a\r\n");
        QTest::newRow("half a blank line") << QByteArray("GET / HTTP/1.1\r\nHost: a\r\n\r");
    }

    void isIncomplete()
    {
        QFETCH(QByteArray, wire);

        const auto outcome = parseRequestHead(wire);
        QVERIFY(outcome && !*outcome);
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("wire");
        QTest::addColumn<HeadError>("error");

        const auto row = [](const char *name, const QByteArray &wire, HeadError error) {
            QTest::newRow(name) << wire << error;
        };
        using enum HeadError;
        row("two words", "GET /\r\n\r\n", BadRequestLine);
        row("four words", "GET /a b HTTP/1.1\r\n\r\n", BadRequestLine);
        row("two blanks", "GET  / HTTP/1.1\r\n\r\n", BadRequestLine);
        row("blank behind", "GET / HTTP/1.1 \r\n\r\n", BadRequestLine);
        row("blank in front", " GET / HTTP/1.1\r\n\r\n", BadRequestLine);
        row("tab between", "GET\t/\tHTTP/1.1\r\n\r\n", BadRequestLine);
        row("tab in target", "GET /a\tb HTTP/1.1\r\n\r\n", BadRequestLine);
        row("NUL in target", QByteArray("GET /\0 HTTP/1.1\r\n\r\n", 19), BadRequestLine);
        row("bare CR in target", "GET /\rx HTTP/1.1\r\n\r\n", BadRequestLine);
        row("colon in method", "G:T / HTTP/1.1\r\n\r\n", BadRequestLine);
        row("long method", QByteArray(33, 'G') + " / HTTP/1.1\r\n\r\n", BadRequestLine);
        row("only blank lines", "\r\n\r\n", BadRequestLine);
        row("two empty lines in front", "\r\n\r\nGET / HTTP/1.1\r\n\r\n", BadRequestLine);
        row("TLS hello", QByteArray("\x16\x03\x01\x02\x00", 5), BadRequestLine);
        row("SSH greeting", "SSH-2.0-OpenSSH_9.2\r\n", BadRequestLine);
        row("HTTP/2", "PRI * HTTP/2.0\r\n\r\n", BadVersion);
        row("HTTP/1.2", "GET / HTTP/1.2\r\n\r\n", BadVersion);
        row("lower-case version", "GET / http/1.1\r\n\r\n", BadVersion);
        row("long version", "GET / HTTP/1.1.1\r\n\r\n", BadVersion);
        row("bare CR behind version", "GET / HTTP/1.1\r\r\n\r\n", BadVersion);
        row("no colon", get("Host a\r\n"), BadHeader);
        row("blank before colon", get("Host : a\r\n"), BadHeader);
        row("no name", get(": a\r\n"), BadHeader);
        row("folded", get("A: b\r\n c\r\n"), BadHeader);
        row("folded by tab", get("A: b\r\n\tc\r\n"), BadHeader);
        row("folded first", get(" A: b\r\n"), BadHeader);
        row("NUL in value", get(QByteArray("A: b\0c\r\n", 8)), BadHeader);
        row("NUL in name", get(QByteArray("A\0: b\r\n", 7)), BadHeader);
        row("bare CR in value", get("A: b\rHost: evil\r\n"), BadHeader);
        row("bare CR as line end", get("A: b\r\r\n"), BadHeader);
        row("vertical tab", get("A: b\vc\r\n"), BadHeader);
        row("DEL", get("A: b\x7f\r\n"), BadHeader);
        row("UTF-8 name", get("\xc3\x84: b\r\n"), BadHeader);
        row("two hosts", get("Host: a\r\nHost: b\r\n"), BadHost);
        row("a host and none", get("Host: a\r\nHost:\r\n"), BadHost);
        row("hosts differ in port", get("Host: a\r\nHost: a:80\r\n"), BadHost);
        row("markup in host", get("Host: <b>\r\n"), BadHost);
        row("blank in host", get("Host: a b\r\n"), BadHost);
        row("slash in host", get("Host: a/b\r\n"), BadHost);
        row("user in host", get("Host: a@b\r\n"), BadHost);
        row("list of hosts", get("Host: a, b\r\n"), BadHost);
        row("line separator in host", get("Host: a\x85 b\r\n"), BadHost);
        row("port is no number", get("Host: a:8o\r\n"), BadHost);
        row("long port", get("Host: a:000080\r\n"), BadHost);
        row("only a port", get("Host: :80\r\n"), BadHost);
        row("open bracket", get("Host: [::1\r\n"), BadHost);
        row("empty brackets", get("Host: []\r\n"), BadHost);
        row("behind brackets", get("Host: [::1]x\r\n"), BadHost);
        row("endless host", get("Host: " + QByteArray(256, 'a') + "\r\n"), BadHost);
        row("length is no number", get("Content-Length: x\r\n"), BadLength);
        row("negative length", get("Content-Length: -1\r\n"), BadLength);
        row("signed length", get("Content-Length: +1\r\n"), BadLength);
        row("hex length", get("Content-Length: 0x1\r\n"), BadLength);
        row("empty length", get("Content-Length:\r\n"), BadLength);
        row("huge length", get("Content-Length: 18446744073709551616\r\n"), BadLength);
        row("list of lengths", get("Content-Length: 5, 5\r\n"), BadLength);
        row("lengths differ", get("Content-Length: 5\r\ncontent-length: 6\r\n"), BadLength);
        row("length and chunked", get("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
            BadLength);
        row("chunked and length", get("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
            BadLength);
        row("coding not chunked", get("Transfer-Encoding: gzip\r\n"), BadLength);
        row("identity", get("Transfer-Encoding: identity\r\n"), BadLength);
        row("chunked not last", get("Transfer-Encoding: chunked, gzip\r\n"), BadLength);
        row("chunked twice", get("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
            BadLength);
        row("like chunked", get("Transfer-Encoding: xchunked\r\n"), BadLength);
        row("quoted chunked", get("Transfer-Encoding: \"chunked\"\r\n"), BadLength);
        row("empty coding", get("Transfer-Encoding:\r\n"), BadLength);
        row("chunked in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
            BadLength);
        row("one byte too long", get("A: " + QByteArray(limits::maxHeadBytes - 22, 'x') + "\r\n"),
            TooLong);
        row("endless line", "GET /" + QByteArray(limits::maxHeadBytes, 'x'), TooLong);
        row("too many headers", get(QByteArray("A:\r\n").repeated(201)), TooLong);
        row("bad line in a long head",
            "GET / HTTP/3\r\nA: " + QByteArray(limits::maxHeadBytes, 'x'), BadVersion);
    }

    void refuses()
    {
        QFETCH(QByteArray, wire);
        QFETCH(HeadError, error);

        test::forEachSlicing(std::min<qsizetype>(wire.size(), 100), [&](qsizetype slice) {
            // one byte at a time is slow for the long ones, and theirs is no matter of slices
            const auto outcome = parseInSlices(
                wire, wire.size() > 2000 ? slice * 997 : std::max<qsizetype>(slice, 1));
            QVERIFY(!outcome);
            QCOMPARE(outcome.error(), error);
        });
    }

    void refusesARequestLineBeforeTheHeadIsComplete()
    {
        QVERIFY(!parseRequestHead("GET / HTTP/2.0\r\n"));
        QVERIFY(!parseRequestHead(QByteArrayView("\x80\x2e\x01")));
    }

    void takesTheMostHeaders()
    {
        QCOMPARE(parsed(get(QByteArray("A:\r\n").repeated(maxHeaderLines))).headers.size(),
                 std::size_t(maxHeaderLines));
    }

    void keepsAlive_data()
    {
        QTest::addColumn<QByteArray>("wire");
        QTest::addColumn<bool>("alive");

        QTest::newRow("1.1") << get("") << true;
        QTest::newRow("1.1 close") << get("Connection: close\r\n") << false;
        QTest::newRow("1.1 Close in a list") << get("Connection: TE, Close\r\n") << false;
        QTest::newRow("1.1 close in a second header")
            << get("Connection: TE\r\nConnection: close\r\n") << false;
        QTest::newRow("1.1 closed is another word") << get("Connection: closed\r\n") << true;
        QTest::newRow("1.0") << QByteArray("GET / HTTP/1.0\r\n\r\n") << false;
        QTest::newRow("1.0 keep-alive")
            << QByteArray("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n") << true;
        QTest::newRow("1.0 both") << QByteArray(
            "GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n")
                                  << false;
    }

    void keepsAlive()
    {
        QFETCH(QByteArray, wire);
        QFETCH(bool, alive);

        QCOMPARE(parsed(wire).keepsAlive(), alive);
    }

    void knowsWebSockets_data()
    {
        QTest::addColumn<QByteArray>("wire");
        QTest::addColumn<bool>("upgrade");

        const QByteArray both = "Upgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n";
        QTest::newRow("handshake") << get(both) << true;
        QTest::newRow("no Connection") << get("Upgrade: websocket\r\n") << false;
        QTest::newRow("no Upgrade") << get("Connection: upgrade\r\n") << false;
        QTest::newRow("another protocol")
            << get("Upgrade: h2c\r\nConnection: upgrade\r\n") << false;
        QTest::newRow("POST") << "POST / HTTP/1.1\r\n" + both + "\r\n" << false;
        QTest::newRow("HTTP/1.0") << "GET / HTTP/1.0\r\n" + both + "\r\n" << false;
    }

    void knowsWebSockets()
    {
        QFETCH(QByteArray, wire);
        QFETCH(bool, upgrade);

        QCOMPARE(parsed(wire).isWebSocketUpgrade(), upgrade);
    }

    void tellsBodies()
    {
        QCOMPARE(parsed(get("")).bodyBytes(), std::optional<quint64>(0));
        QCOMPARE(parsed(get("Content-Length: 007\r\n")).bodyBytes(), std::optional<quint64>(7));
        QCOMPARE(parsed(get("Content-Length: 7\r\nContent-Length: 7\r\n")).bodyBytes(),
                 std::optional<quint64>(7));
        QCOMPARE(parsed(get("Transfer-Encoding: Chunked\r\n")).bodyBytes(), std::nullopt);
        QCOMPARE(parsed(get("Transfer-Encoding: gzip, chunked\r\n")).bodyBytes(), std::nullopt);
    }

    void agreesWithDeployedParsers_data()
    {
        QTest::addColumn<QJsonObject>("vector");

        QFile file(QStringLiteral(KITE_TEST_DATA "/heads.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto vectors = QJsonDocument::fromJson(file.readAll()).array();
        QVERIFY(!vectors.isEmpty());
        for (qsizetype n = 0; n < vectors.size(); ++n)
            QTest::addRow("%d", int(n)) << vectors[n].toObject();
    }

    /// What deployed relays make of a head, and where we differ (`note` says why).
    void agreesWithDeployedParsers()
    {
        QFETCH(QJsonObject, vector);

        QByteArray wire;
        for (const auto &line : vector[u"lines"].toArray())
            wire += line.toString().toLatin1();
        const auto outcome = parseRequestHead(wire);
        const auto ours = vector[u"ours"].toString();
        QCOMPARE(bool(outcome), ours == QLatin1String("accepts"));
        QCOMPARE(ours == vector[u"reference"].toString(), vector[u"note"].toString().isEmpty());
        if (!outcome)
            return;
        QVERIFY(outcome->has_value());
        const auto &head = **outcome;
        QCOMPARE(QString::fromLatin1(head.method), vector[u"method"].toString());
        QCOMPARE(QString::fromLatin1(head.target), vector[u"path"].toString());
        QCOMPARE(QStringLiteral("HTTP/1.%1").arg(head.minorVersion), vector[u"version"].toString());
        for (const auto &entry : vector[u"headers"].toArray()) {
            const auto value = head.header(entry[0].toString().toLatin1());
            QVERIFY(value);
            QCOMPARE(QString::fromLatin1(*value), entry[1].toString());
        }
    }
};

QTEST_APPLESS_MAIN(TestRequestHead)
#include "tst_requesthead.moc"
