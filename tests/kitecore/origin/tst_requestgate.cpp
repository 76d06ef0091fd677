#include <QTest>

#include "kitecore/origin/requestgate.h"
#include "tests/support/vectors.h"

using namespace kite;
using namespace kite::origin;
using Asked = http::ResponseFraming::Asked;

Q_DECLARE_METATYPE(kite::origin::Refusal)
Q_DECLARE_METATYPE(kite::http::ResponseFraming::Asked)

namespace {

const net::Visitor visitor {"http", "k.test", 443, {QStringLiteral("192.0.2.7"), 5555}, false};

const QByteArray added
    = "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: http\r\nX-PageKite-Port: 443\r\n";

struct Judged
{
    RequestGate::Verdict verdict;
    QByteArray seen; ///< by the target
};

Judged judge(RequestGate &gate, const QByteArray &wire)
{
    http::RequestFraming framing;
    http::RequestView head;
    const auto next = framing.next(wire, head);
    if (!next || next->bytes != wire.size())
        qFatal("not a head: %s", wire.constData());
    net::ByteQueue out;
    auto verdict = gate.judge(head, out);
    return {verdict, out.front().toByteArray()};
}

/// By a letter each: f forwarding fields, h host, w firewall, p password, i addresses.
Rules rulesOf(const QByteArray &letters)
{
    Rules rules;
    rules.forwardingFields = letters.contains('f');
    rules.firewall = letters.contains('w');
    if (letters.contains('h'))
        rules.host = "inside";
    if (letters.contains('p'))
        rules.passwords.add("joe", "s3cret");
    if (letters.contains('i'))
        rules.addresses.push_back(*AddressRange::parse(QStringLiteral("192.0.2")));
    return rules;
}

RequestGate gateOf(const QByteArray &letters)
{
    return {std::make_shared<Rules>(rulesOf(letters)), visitor};
}

const QByteArray password = "Authorization: Basic " + QByteArray("joe:s3cret").toBase64() + "\r\n";

} // namespace

class TestRequestGate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writes_data()
    {
        QTest::addColumn<QByteArray>("rules");
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<QByteArray>("seen");
        const auto row
            = [](const char *name, const QByteArray &rules, const QByteArray &request,
                 const QByteArray &seen) { QTest::newRow(name) << rules << request << seen; };
        const QByteArray get = "GET / HTTP/1.1\r\n";
        const QByteArray host = "Host: k.test\r\n";
        const QByteArray end = "\r\n";
        const QByteArray begin = get + added + host;
        row("nothing to do", "", get + host + "X-Forwarded-For: 1\r\n" + end,
            get + host + "X-Forwarded-For: 1\r\n" + end);
        row("plain", "f", get + host + "A:\tb \r\n" + end, begin + "A:\tb \r\n" + end);
        row("HTTP/1.0", "f", "GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.0\r\n" + added + end);
        row("spoofed", "f",
            get + host
                + "X-Forwarded-For: 1.1.1.1\r\nx-forwarded-proto: https\r\nX-PageKite-Port: 1\r\n"
                  "X-FORWARDED-HOST: evil\r\nForwarded: for=1.1.1.1\r\nX-Real-IP: 1.1.1.1\r\n"
                  "X_Forwarded_For: 1.1.1.1\r\nX-Forwarded: 1\r\nProxy: evil\r\n"
                + end,
            begin
                + "X-Old-X-Forwarded-For: 1.1.1.1\r\nX-Old-x-forwarded-proto: https\r\n"
                  "X-Old-X-PageKite-Port: 1\r\nX-Old-X-FORWARDED-HOST: evil\r\n"
                  "X-Old-Forwarded: for=1.1.1.1\r\nX-Old-X-Real-IP: 1.1.1.1\r\n"
                  "X-Old-X_Forwarded_For: 1.1.1.1\r\nX-Old-X-Forwarded: 1\r\nX-Old-Proxy: evil\r\n"
                + end);
        row("others stay", "f",
            get + host + "X-Forward: 1\r\nForwarded-By: 1\r\nX-Real: 2\r\n" + end,
            begin + "X-Forward: 1\r\nForwarded-By: 1\r\nX-Real: 2\r\n" + end);
        row("other host", "fh", get + host + end,
            get + added + "Host: inside\r\nX-Old-Host: k.test\r\n" + end);
        row("other host, raw", "h", get + host + end,
            get + "Host: inside\r\nX-Old-Host: k.test\r\n" + end);
        row("password is ours", "fp", get + host + password + "A: b\r\n" + end,
            begin + "A: b\r\n" + end);
        row("password, raw", "p", get + host + password + end, get + host + password + end);
        row("password is not ours", "f", get + host + password + end, begin + password + end);
        row("absolute", "f", "GET http://other/a?b HTTP/1.1\r\n" + host + end,
            "GET /a?b HTTP/1.1\r\n" + added + host + end);
        row("absolute, no path", "f", "GET HTTPS://other HTTP/1.0\r\n" + end,
            "GET / HTTP/1.0\r\n" + added + end);
        row("absolute, query only", "f", "GET http://other?a/b HTTP/1.1\r\n" + host + end,
            "GET /?a/b HTTP/1.1\r\n" + added + host + end);
        row("absolute, the server", "f", "OPTIONS http://other HTTP/1.1\r\n" + host + end,
            "OPTIONS * HTTP/1.1\r\n" + added + host + end);
        row("absolute, options of its top", "f", "OPTIONS http://other?a HTTP/1.1\r\n" + host + end,
            "OPTIONS /?a HTTP/1.1\r\n" + added + host + end);
        row("asterisk", "f", "OPTIONS * HTTP/1.1\r\n" + host + end,
            "OPTIONS * HTTP/1.1\r\n" + added + host + end);
        row("protected, no firewall", "fwp", "GET /admin/ HTTP/1.1\r\n" + host + password + end,
            "GET /admin/ HTTP/1.1\r\n" + added + host + end);
        row("few may come, no firewall", "fwi", "GET /admin/ HTTP/1.1\r\n" + host + end,
            "GET /admin/ HTTP/1.1\r\n" + added + host + end);
        row("usual connection words", "f",
            get + host + "Connection: TE, keep-alive, close\r\nTE: trailers\r\n" + end,
            begin + "Connection: TE, keep-alive, close\r\nTE: trailers\r\n" + end);
    }

    void writes()
    {
        QFETCH(QByteArray, rules);
        QFETCH(QByteArray, request);
        QFETCH(QByteArray, seen);
        auto gate = gateOf(rules);
        for (int again = 0; again < 2; ++again) {
            const auto judged = judge(gate, request);
            QVERIFY(!judged.verdict.refusal);
            QCOMPARE(judged.seen, seen);
        }
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("rules");
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<Refusal>("refusal");
        const auto row = [](const char *name, const QByteArray &rules, const QByteArray &line,
                            const QByteArray &fields, Refusal refusal) {
            QTest::newRow(name) << rules << line + " HTTP/1.1\r\nHost: k.test\r\n" + fields + "\r\n"
                                << refusal;
        };
        using enum Refusal;
        row("tunnel", "", "CONNECT k.test:80", "", NoTunnels);
        row("no path", "f", "GET a", "", Malformed);
        row("asterisk", "f", "GET *", "", Malformed);
        row("other scheme", "f", "GET ftp://a/", "", Malformed);
        row("field to be taken out", "f", "GET /", "Connection: close, X-Forwarded-For\r\n",
            Malformed);
        row("host to be taken out", "", "GET /", "Connection: Host\r\n", Malformed);
        row("no password", "fp", "GET /", "", NeedsPassword);
        row("wrong password", "fp", "GET /", "Authorization: Basic am9lOng=\r\n", NeedsPassword);
        row("password comes second", "fp", "GET /", "Authorization: Basic am9lOng=\r\n" + password,
            NeedsPassword);
        row("password before firewall", "fwp", "GET /admin/", "", NeedsPassword);
        row("firewall", "fw", "GET /admin/", "", Blocked);
        row("firewall without fields", "w", "POST /%61dmin/", "", Blocked);
    }

    void refuses()
    {
        QFETCH(QByteArray, rules);
        QFETCH(QByteArray, request);
        QFETCH(Refusal, refusal);
        auto gate = gateOf(rules);
        const auto judged = judge(gate, request);
        QCOMPARE(judged.verdict.refusal, std::optional(refusal));
        QVERIFY(judged.seen.isEmpty());
    }

    void staysWithOneHost()
    {
        auto gate = gateOf("f");
        const auto refusalFor = [&](const QByteArray &host) {
            return judge(gate, "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n").verdict.refusal;
        };
        QVERIFY(!refusalFor("0x7f000001--k.test:80")); // as the relay let it in
        QVERIFY(!refusalFor("0x7F000001--K.test:80"));
        QVERIFY(!refusalFor("0x7f000001--k.test")); // ports and final dots lead nowhere else
        QVERIFY(!refusalFor("0x7f000001--k.test.:8080"));
        QCOMPARE(refusalFor("k.test"), std::optional(Refusal::OtherHost));
        QCOMPARE(refusalFor("other.test"), std::optional(Refusal::OtherHost));
    }

    void saysWhatWasAsked_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<Asked>("asked");
        QTest::addColumn<bool>("upgradeStays");
        const auto row = [](const char *name, const QByteArray &line, const QByteArray &fields,
                            Asked asked, bool stays = false) {
            QTest::newRow(name) << line + "\r\nHost: k.test\r\n" + fields + "\r\n"
                                << asked << stays;
        };
        const QByteArray get = "GET / HTTP/1.1";
        row("plainly", get, "", Asked::Plainly);
        row("head", "HEAD / HTTP/1.1", "", Asked::Head);
        row("websocket", get, "Upgrade: websocket\r\nConnection: Upgrade\r\n", Asked::Switch, true);
        row("any protocol", get, "upgrade: tcp\r\nConnection: Upgrade\r\n", Asked::Switch, true);
        row("post without body", "POST / HTTP/1.1", "Upgrade: tcp\r\nContent-Length: 0\r\n",
            Asked::Switch, true);
        row("more HTTP", get, "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n",
            Asked::Plainly);
        row("more HTTP too", get, "Upgrade: websocket, h2c\r\n", Asked::Plainly);
        row("more HTTP on another line", get, "Upgrade: websocket\r\nUpgrade: H2C\r\n",
            Asked::Plainly);
        row("TLS", get, "Upgrade: TLS/1.0\r\n", Asked::Plainly);
        row("with a body", "POST / HTTP/1.1", "Upgrade: websocket\r\nContent-Length: 1\r\n",
            Asked::Plainly);
        row("HTTP/1.0", "GET / HTTP/1.0", "Upgrade: websocket\r\n", Asked::Plainly);
    }

    void saysWhatWasAsked()
    {
        QFETCH(QByteArray, request);
        QFETCH(Asked, asked);
        QFETCH(bool, upgradeStays);
        for (const char *rules : {"f", "w"}) {
            auto gate = gateOf(rules);
            const auto judged = judge(gate, request);
            QCOMPARE(judged.verdict.asked, asked);
            QCOMPARE(judged.seen.toLower().contains("\r\nupgrade:"), upgradeStays);
        }
    }

    void tellsOfTheVisitor()
    {
        auto other = visitor;
        other.tls = true;
        other.port = 8443;
        other.peer.address = QStringLiteral("2001:db8::1");
        RequestGate gate(std::make_shared<Rules>(rulesOf("f")), other);
        QCOMPARE(judge(gate, "GET / HTTP/1.0\r\n\r\n").seen,
                 "GET / HTTP/1.0\r\nX-Forwarded-For: 2001:db8::1\r\nX-Forwarded-Proto: https\r\n"
                 "X-PageKite-Port: 8443\r\n\r\n");
        other.peer.address.clear();
        RequestGate unknown(std::make_shared<Rules>(rulesOf("f")), other);
        QVERIFY(!judge(unknown, "GET / HTTP/1.0\r\n\r\n").seen.contains("X-Forwarded-For"));
    }

    void answersWithAPage_data()
    {
        QTest::addColumn<Refusal>("refusal");
        QTest::addColumn<QByteArray>("status");
        QTest::newRow("malformed") << Refusal::Malformed << QByteArray("400 Bad Request");
        QTest::newRow("too long") << Refusal::TooLong << QByteArray("431 Request Header");
        QTest::newRow("late") << Refusal::Late << QByteArray("408 Request Timeout");
        QTest::newRow("tunnel") << Refusal::NoTunnels << QByteArray("405 Method");
        QTest::newRow("host") << Refusal::OtherHost << QByteArray("421 Misdirected");
        QTest::newRow("password") << Refusal::NeedsPassword << QByteArray("401 Unauthorized");
        QTest::newRow("kept out") << Refusal::KeptOut << QByteArray("429 Too Many");
        QTest::newRow("blocked") << Refusal::Blocked << QByteArray("500 Internal");
    }

    void answersWithAPage()
    {
        QFETCH(Refusal, refusal);
        QFETCH(QByteArray, status);
        auto gate = gateOf("fwp");
        const auto page = gate.pageFor(refusal);
        QVERIFY2(page.startsWith("HTTP/1.1 " + status), page.constData());
        QVERIFY(page.contains("\r\nConnection: close\r\n"));
        QVERIFY(page.endsWith("</html>\n"));
        QCOMPARE(
            page.contains("\r\nWWW-Authenticate: Basic realm=\"k.test\", charset=\"UTF-8\"\r\n"),
            refusal == Refusal::NeedsPassword);
        judge(gate, "HEAD / HTTP/1.1\r\nHost: k.test\r\n\r\n");
        QVERIFY(gate.pageFor(refusal).endsWith("\r\n\r\n"));
    }

    /// What PageKite's own connector makes of heads that are complete and proper.
    void vectors()
    {
        const auto all = test::readVectors(QStringLiteral(KITE_TEST_DATA "/filters.json"));
        const QStringList same {QStringLiteral("plain"), QStringLiteral("tls"),
                                QStringLiteral("rawheaders"),
                                QStringLiteral("POST not rewritten to close")};
        int seen = 0;
        for (const auto &row : all[QStringLiteral("header_filter")].toArray()) {
            if (!same.contains(row[QStringLiteral("label")].toString()))
                continue;
            auto who = visitor;
            const auto info = row[QStringLiteral("info")];
            who.tls = !info[QStringLiteral("using_tls")].isUndefined();
            const bool raw = info[QStringLiteral("rawheaders")].toBool();
            RequestGate gate(std::make_shared<Rules>(rulesOf(raw ? "" : "f")), who);
            auto input = test::fromText(row[QStringLiteral("input")]);
            auto output = test::fromText(row[QStringLiteral("output")]);
            for (auto *bytes : {&input, &output})
                bytes->truncate(bytes->indexOf("\r\n\r\n") + 4);
            QCOMPARE(judge(gate, input).seen, output);
            ++seen;
        }
        QCOMPARE(seen, same.size());
    }
};

QTEST_APPLESS_MAIN(TestRequestGate)
#include "tst_requestgate.moc"
