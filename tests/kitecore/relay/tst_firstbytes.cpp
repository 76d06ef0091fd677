#include <QTest>

#include "kitecore/base/limits.h"
#include "kitecore/relay/firstbytes.h"
#include "kitecore/tls/clienthello.h"
#include "tests/support/slicing.h"

using namespace kite;
using namespace kite::relay;

namespace {

const QByteArray uuid(40, 'a');

/// A hello as OpenSSL sends it, cut to what matters; without a name when `name` is empty.
QByteArray clientHello(const QByteArray &name)
{
    const auto sized = [](const QByteArray &bytes, int width) {
        QByteArray size;
        for (int shift = 8 * (width - 1); shift >= 0; shift -= 8)
            size.append(char(bytes.size() >> shift));
        return size + bytes;
    };
    const auto versions = QByteArray::fromHex("002b0003020304");
    const auto sni = name.isEmpty()
        ? QByteArray()
        : QByteArray(2, '\0') + sized(sized('\0' + sized(name, 2), 2), 2);
    const auto body = QByteArray::fromHex("0303") + QByteArray(32, 'r') + '\0'
        + sized(QByteArray::fromHex("13011302"), 2) + QByteArray::fromHex("0100")
        + sized(sni + versions, 2);
    return QByteArray::fromHex("160301") + sized('\x01' + sized(body, 3), 2);
}

/// What was found, as one word and what comes with it.
struct Describe
{
    QByteArray operator()(const NeedMore &) const { return "more"; }
    QByteArray operator()(const TlsHello &hello) const { return "tls " + hello.serverName; }
    QByteArray operator()(const GreetingHead &head) const
    {
        return "greeting " + QByteArray::number(head.bytes);
    }
    QByteArray operator()(const Connect &to) const
    {
        return "connect " + to.host + ' ' + QByteArray::number(to.port) + ' '
            + QByteArray::number(to.headBytes);
    }
    QByteArray operator()(const HttpVisit &visit) const
    {
        return (visit.webSocket ? "websocket " : "http ") + visit.host
            + (visit.headOnly ? " head" : "");
    }
    QByteArray operator()(const NamedVisit &visit) const { return "named " + visit.host; }
    QByteArray operator()(const ProbeVisit &probe) const
    {
        const QByteArray what = probe.format == http::ProbeFormat::Json ? "probe.json " : "probe ";
        return (what + probe.host + (probe.headOnly ? " head" : "")).trimmed();
    }
    QByteArray operator()(const RelayPing &ping) const
    {
        return ping.headOnly ? "ping head" : "ping";
    }
    QByteArray operator()(const Refusal &refusal) const
    {
        return ("refused " + refusal.answer.split('\r').first()).trimmed();
    }
};

QByteArray found(FirstBytes &firstBytes, QByteArrayView bytes)
{
    return std::visit(Describe(), firstBytes.look(bytes));
}

} // namespace

class TestFirstBytes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void finds_data();
    void finds();
    void needsMore_data();
    void needsMore();
    void greetingWithManyKites();
    void endlessHeadsAreRefused_data();
    void endlessHeadsAreRefused();
    void embeddedAddress_data();
    void embeddedAddress();
    void routingHost_data();
    void routingHost();
};

void TestFirstBytes::finds_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("what");

    const auto row = [](const char *name, const QByteArray &bytes, const QByteArray &what) {
        QTest::newRow(name) << bytes << what;
    };
    row("http", "GET / HTTP/1.1\r\nHost: k1.test\r\n\r\n", "http k1.test");
    row("http 1.0", "GET / HTTP/1.0\r\nHost: k1.test\r\n\r\n", "http k1.test");
    row("LF only", "GET / HTTP/1.1\nHost: k1.test\n\n", "http k1.test");
    row("host with port", "GET / HTTP/1.1\r\nHost: K1.test:8080\r\n\r\n", "http k1.test");
    row("host with final dot", "GET / HTTP/1.1\r\nHost: k1.test.\r\n\r\n", "http k1.test");
    row("embedded address", "GET / HTTP/1.1\r\nHost: 0x7f000001--k1.test\r\n\r\n", "http k1.test");
    row("address", "GET / HTTP/1.1\r\nHost: 127.0.0.1:80\r\n\r\n", "http 127.0.0.1");
    row("IPv6 address", "GET / HTTP/1.1\r\nHost: [2001:db8::1]:80\r\n\r\n", "http 2001:db8::1");
    row("localhost", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "http localhost");
    row("absolute form: Host decides", "GET http://other.test/ HTTP/1.1\r\nHost: k1.test\r\n\r\n",
        "http k1.test");
    row("HEAD", "HEAD / HTTP/1.1\r\nHost: k1.test\r\n\r\n", "http k1.test head");
    row("WebDAV method", "REPORT /cal HTTP/1.1\r\nHost: k1.test\r\n\r\n", "http k1.test");
    row("body follows", "POST /f HTTP/1.1\r\nHost: k1.test\r\nContent-Length: 3\r\n\r\nabc",
        "http k1.test");
    row("websocket",
        "GET /ws HTTP/1.1\r\nHost: k1.test\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n\r\n",
        "websocket k1.test");

    row("no host", "GET / HTTP/1.1\r\n\r\n", "refused HTTP/1.1 400 Bad Request");
    row("oldest ping", "HEAD / HTTP/1.0\r\n\r\n", "ping head");
    row("no host in HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", "refused HTTP/1.1 400 Bad Request");
    row("empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", "refused HTTP/1.1 400 Bad Request");
    row("markup as host", "GET / HTTP/1.1\r\nHost: <i>x</i>\r\n\r\n",
        "refused HTTP/1.1 400 Bad Request");
    row("wildcard as host", "GET / HTTP/1.1\r\nHost: *.test\r\n\r\n",
        "refused HTTP/1.1 400 Bad Request");
    row("hosts that differ", "GET / HTTP/1.1\r\nHost: a.test\r\nHost: b.test\r\n\r\n",
        "refused HTTP/1.1 400 Bad Request");
    row("folded header", "GET / HTTP/1.1\r\nA: b: c\r\n folded\r\n\r\n",
        "refused HTTP/1.1 400 Bad Request");
    row("too many headers",
        "GET / HTTP/1.1\r\nHost: a.test\r\n" + QByteArray("A: b\r\n").repeated(300) + "\r\n",
        "refused HTTP/1.1 431 Request Header Fields Too Large");
    row("blank in target", "GET /a b HTTP/1.1\r\n\r\n", "refused HTTP/1.1 400 Bad Request");
    row("method in lower case", "get / HTTP/1.1\r\nHost: a.test\r\n\r\n",
        "refused HTTP/1.1 400 Bad Request");
    row("HTTP/2.0", "GET / HTTP/2.0\r\nHost: k1.test\r\n\r\n",
        "refused HTTP/1.1 505 HTTP Version Not Supported");
    row("HTTP/2 with prior knowledge", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "refused HTTP/1.1 505 HTTP Version Not Supported");
    row("ssh", "SSH-2.0-OpenSSH_9.2\r\n", "refused");
    row("irc", "NICK joe\r\nUSER joe x y :Joe\r\n", "refused");
    row("words", "HELLO there\r\n", "refused");
    row("binary", QByteArray("\0\1\2\3", 4), "refused");
    row("xmpp", "<?xml version='1.0'?><stream:stream to='k2.test'>", "refused");

    row("PING", "PING x HTTP/1.1\r\n\r\n", "refused PONG x");
    row("ping", "HEAD /ping HTTP/1.1\r\nHost: ping.pagekite\r\n\r\n", "ping head");
    const auto probe = [](const QByteArray &name) {
        return "GET /~:PageKite:~/" + name + " HTTP/1.1\r\nHost: relay.test\r\n\r\n";
    };
    row("probe", probe("K1.test"), "probe k1.test");
    row("probe for JSON", probe("k1.test.json?x=y"), "probe.json k1.test");
    row("probe of nobody", probe(""), "probe");
    row("probe of markup", probe("<i>.json"), "probe.json");
    row("HEAD of a probe", "HEAD /~:PageKite:~/k1.test HTTP/1.0\r\n\r\n", "probe k1.test head");
    row("no probe", "POST /~:PageKite:~/k1.test HTTP/1.1\r\nHost: k2.test\r\n\r\n", "http k2.test");
    row("ping of libpagekite", "GET /ping HTTP/1.1\r\nHost: ping.pagekite\r\n\r\n", "ping");

    const QByteArray greeting = "CONNECT PageKite:1 HTTP/1.0\r\nX-PageKite: http:a.b:c::d\r\n\r\n";
    const auto greetingFound = "greeting " + QByteArray::number(greeting.size());
    row("greeting", greeting, greetingFound);
    row("greeting and a chunk", greeting + "c\r\nNOOP: 1\r\n\r\n!", greetingFound);
    row("greeting with LF", "CONNECT pagekite:7 HTTP/1.1\nX-PageKite: http:a.b:c::d\n\n",
        "greeting 55");

    row("connect", "CONNECT K1.test:22 HTTP/1.1\r\n\r\n", "connect k1.test 22 31");
    row("connect with bytes", "CONNECT k1.test:22 HTTP/1.1\r\n\r\nearly", "connect k1.test 22 31");
    row("connect to an address", "CONNECT [::1]:22 HTTP/1.1\r\n\r\n", "connect ::1 22 29");
    row("connect with an embedded address", "CONNECT 0x7f000001--k1.test:443 HTTP/1.1\r\n\r\n",
        "connect k1.test 443 44");
    row("connect to no port", "CONNECT k1.test:zz HTTP/1.1\r\nHost: k1.test\r\n\r\n",
        "http k1.test");

    row("hello", clientHello("a.kite.test"), "tls a.kite.test");
    row("hello in capitals", clientHello("A.Kite.TEST"), "tls a.kite.test");
    row("hello without SNI", clientHello({}), "tls ");
    row("hello with an address", clientHello("127.0.0.1"), "tls ");
    row("TLS but no hello", QByteArray::fromHex("16030100040200000000"),
        "refused " + tls::accessDeniedAlert());
}

/// Each row in every slicing: the answer is the same, and there is none before.
void TestFirstBytes::finds()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const QByteArray, what);

    test::forEachSlicing(bytes.size(), [&](qsizetype slice) {
        FirstBytes firstBytes(uuid);
        QByteArray seen;
        QByteArray last = "more";
        test::inSlices(bytes, slice, [&](QByteArrayView part) {
            if (last != "more")
                return;
            seen += part;
            last = found(firstBytes, seen);
        });
        QCOMPARE(last, what);
    });
}

void TestFirstBytes::needsMore_data()
{
    QTest::addColumn<QByteArray>("bytes");

    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("half a method") << QByteArray("GE");
    QTest::newRow("half a head") << QByteArray("GET / HTTP/1.1\r\nHost: a.test\r\n");
    QTest::newRow("half a greeting") << QByteArray("CONNECT PageKite:1 HTTP/1.0\r\n");
    QTest::newRow("half a hello") << clientHello("a.test").first(40);
}

void TestFirstBytes::needsMore()
{
    QFETCH(const QByteArray, bytes);
    FirstBytes firstBytes(uuid);
    QCOMPARE(found(firstBytes, bytes), "more");
}

void TestFirstBytes::greetingWithManyKites()
{
    QByteArray greeting = "CONNECT PageKite:1 HTTP/1.0\r\n";
    for (int i = 0; i < 900; ++i)
        greeting += "X-PageKite: http:k" + QByteArray::number(i) + ".test:salt::sign\r\n";
    greeting += "\r\n";
    FirstBytes firstBytes(uuid);
    QCOMPARE(found(firstBytes, greeting), "greeting " + QByteArray::number(greeting.size()));
}

void TestFirstBytes::endlessHeadsAreRefused_data()
{
    QTest::addColumn<QByteArray>("begin");
    QTest::addColumn<QByteArray>("more");
    QTest::addColumn<QByteArray>("what");

    QTest::newRow("header") << QByteArray("GET / HTTP/1.1\r\nHost: a.test\r\nA: ")
                            << QByteArray("x")
                            << QByteArray("refused HTTP/1.1 431 Request Header Fields Too Large");
    QTest::newRow("greeting") << QByteArray("CONNECT PageKite:1 HTTP/1.0\r\n")
                              << QByteArray("X-PageKite: http:a.test:b::c\r\n")
                              << QByteArray("refused HTTP/1.0 503 Unavailable");
}

void TestFirstBytes::endlessHeadsAreRefused()
{
    QFETCH(const QByteArray, begin);
    QFETCH(const QByteArray, more);
    QFETCH(const QByteArray, what);

    FirstBytes firstBytes(uuid);
    auto bytes = begin;
    QByteArray last;
    do {
        bytes += more.repeated(1000 / int(more.size()) + 1);
        last = found(firstBytes, bytes);
    } while (last == "more" && bytes.size() < 2 * limits::maxHeadBytes);
    QCOMPARE(last, what);
    QVERIFY(bytes.size() < limits::maxHeadBytes + 2000);
}

void TestFirstBytes::embeddedAddress_data()
{
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<QByteArray>("stripped");

    const auto row = [](const QByteArray &host, const QByteArray &stripped) {
        QTest::newRow(host.constData()) << host << stripped;
    };
    row("k.test", "k.test");
    row("0x7f000001--k.test", "k.test");
    row("0x20010db8000000000000000000000001--k.test", "k.test");
    row("0x7f--k.test", "0x7f--k.test");
    row("0X7f000001--k.test", "0X7f000001--k.test");
    row("0x7f00000g--k.test", "0x7f00000g--k.test");
    row("0x7f000001-k.test", "0x7f000001-k.test");
    row("0x", "0x");
    row("0x--", "0x--");
}

void TestFirstBytes::embeddedAddress()
{
    QFETCH(const QByteArray, host);
    QFETCH(const QByteArray, stripped);
    QCOMPARE(withoutEmbeddedAddress(host).toByteArray(), stripped);
}

void TestFirstBytes::routingHost_data()
{
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<QByteArray>("routed"); ///< null: none

    const auto row = [](const QByteArray &host, const QByteArray &routed) {
        QTest::addRow("%s", host.toPercentEncoding().constData()) << host << routed;
    };
    row("a.kite.test", "a.kite.test");
    row("A.Kite.Test.", "a.kite.test");
    row("localhost", "localhost");
    row("a_b.test", "a_b.test");
    row("192.0.2.7", "192.0.2.7");
    row("2001:db8::1", "2001:db8::1");
    row("fe80::1%eth0", {});
    row("", {});
    row(".", {});
    row("*.test", {});
    row("a b", {});
    row("a\x0b.test", {});
    row("a\r\nX: y", {});
    row("<script>", {});
    row("a..test", {});
    row(QByteArray(254, 'a'), {});
}

void TestFirstBytes::routingHost()
{
    QFETCH(const QByteArray, host);
    QFETCH(const QByteArray, routed);
    const auto got = relay::routingHost(host);
    QCOMPARE(got.has_value(), !routed.isNull());
    QCOMPARE(got.value_or(QByteArray()), routed);
}

QTEST_APPLESS_MAIN(TestFirstBytes)
#include "tst_firstbytes.moc"
