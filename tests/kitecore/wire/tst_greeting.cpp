#include <QTest>

#include "kitecore/base/limits.h"
#include "kitecore/wire/greeting.h"
#include "kitecore/wire/signature.h"
#include "tests/support/vectors.h"

using namespace kite;
using namespace kite::test;
using kite::wire::Greeting;
using kite::wire::GreetingError;
using kite::wire::GreetingReply;
using kite::wire::Verdict;

namespace {

KiteId id(const char *text)
{
    return *KiteId::parse(QByteArrayView(text));
}

QByteArray request(const QByteArray &lines)
{
    return "CONNECT PageKite:1 HTTP/1.0\r\n" + lines + "\r\n";
}

QByteArray reply(const QByteArray &lines)
{
    return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" + lines + "\r\n";
}

/// Lines of a control chunk, read as a chunk's head.
QByteArray chunkLines(const QByteArray &lines)
{
    return "NOOP: 1\r\n" + lines;
}

} // namespace

class TestGreeting : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Complete request heads of the reference.
    void readsTheReference_data()
    {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<QJsonObject>("vector");

        int row = 0;
        const auto vectors = readVectors(QStringLiteral(KITE_TEST_DATA "/handshake.json"));
        for (const auto &value : vectors.array()) {
            const auto v = value.toObject();
            if (v.contains(u"request_hex"))
                QTest::addRow("%d", row++) << fromHex(v[u"request_hex"]) << v;
        }
    }

    void readsTheReference()
    {
        QFETCH(QByteArray, head);
        QFETCH(QJsonObject, vector);

        const auto greeting = wire::parseGreeting(head);
        QVERIFY(greeting);
        QCOMPARE(greeting->version, "1.5.2.260113");
        QVERIFY(greeting->features.addKites);
        QCOMPARE(greeting->features.compression, !vector[u"options"][u"nozchunks"].toBool());
        QCOMPARE(greeting->replaces, fromText(vector[u"options"][u"replace"]));
        QVERIFY(!greeting->beanstalk);

        const auto kites = vector[u"kites"].toArray();
        QCOMPARE(greeting->kites.size(), size_t(kites.size()));
        for (size_t i = 0; i < greeting->kites.size(); ++i) {
            const auto &asked = greeting->kites[i];
            const auto name = kites[qsizetype(i)][0].toString();
            QCOMPARE(asked.kite.toByteArray(), name.toLower().toLatin1());
            QCOMPARE(asked.relaySalt, fromText(vector[u"tokens"][name]));
            QCOMPARE(asked.connectorSalt.size(), wire::signatureLength);
            if (name == name.toLower()) // the reference signs other names as they were typed
                QVERIFY(wire::checkSignature(asked.signature, fromText(kites[qsizetype(i)][1]),
                                             asked.payload(), {}));
        }
    }

    void readsRequests_data()
    {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<QByteArray>("payloads");
        QTest::addColumn<bool>("beanstalk");
        const auto row = [](const char *name, const QByteArray &head, const char *payloads,
                            bool beanstalk = false) {
            QTest::newRow(name) << head << QByteArray(payloads) << beanstalk;
        };

        row("one", request("X-PageKite: http:a.test:salt::\r\n"), "http:a.test:salt:");
        row("LF line ends", "CONNECT PageKite:1 HTTP/1.0\nX-PageKite: http:a.test:salt:f:s\n\n",
            "http:a.test:salt:f");
        row("any case", "CONNECT pagekite:9 http/1.1\r\nx-pagekite: HTTP-80:A.Test:Salt::\r\n\r\n",
            "http-80:a.test:Salt:");
        row("path goes on", "CONNECT PAGEKITE:1.2-x HTTP/1.1\r\nX-PageKite:http:a:s::\r\n\r\n",
            "http:a:s:");
        row("old spelling", request("X-Beanstalk: http:a.test:salt::\r\n"),
            "http:a.test:salt:", true);
        row("unknown headers",
            request("Host: x\r\nX-PageKite-New: y\r\nX-PageKite: raw-22:a.test:s::\r\nVia: z\r\n"),
            "raw-22:a.test:s:");
        row("wildcard and catch-all",
            request("X-PageKite: http:*.a.test:s::\r\nX-PageKite: http:unknown:s::\r\n"),
            "http:*.a.test:s: http:unknown:s:");
        row("no kite", request(""), "");
        row("bytes after the blank line", request("") + "X-PageKite: http:a:s::\r\n", "");
    }

    void readsRequests()
    {
        QFETCH(QByteArray, head);
        QFETCH(QByteArray, payloads);
        QFETCH(bool, beanstalk);

        QVERIFY(wire::beginsGreeting(head));
        const auto greeting = wire::parseGreeting(head);
        QVERIFY(greeting);
        QByteArrayList seen;
        for (const auto &asked : greeting->kites)
            seen += asked.payload();
        QCOMPARE(seen.join(' '), payloads);
        QCOMPARE(greeting->beanstalk, beanstalk);
    }

    void refusesRequests_data()
    {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<GreetingError>("error");
        const auto row = [](const char *name, const QByteArray &head, GreetingError error) {
            QTest::newRow(name) << head << error;
        };
        const auto bad = [&row](const char *name, const QByteArray &value) {
            row(name, request("X-PageKite: " + value + "\r\n"), GreetingError::BadKite);
        };

        row("nothing", "", GreetingError::NotAGreeting);
        row("another method", "GET PageKite:1 HTTP/1.0\r\n\r\n", GreetingError::NotAGreeting);
        row("method in lower case", "connect PageKite:1 HTTP/1.0\r\n\r\n",
            GreetingError::NotAGreeting);
        row("another path", "CONNECT kite.test:443 HTTP/1.0\r\n\r\n", GreetingError::NotAGreeting);
        row("two words", "CONNECT PageKite:1\r\n\r\n", GreetingError::NotAGreeting);
        row("four words", "CONNECT PageKite:1 x HTTP/1.0\r\n\r\n", GreetingError::NotAGreeting);
        row("another version", "CONNECT PageKite:1 HTTP/2.0\r\n\r\n", GreetingError::NotAGreeting);
        row("line without colon", request("X-PageKite\r\n"), GreetingError::NotAGreeting);
        row("folded line", request("A: b\r\n folded\r\n"), GreetingError::NotAGreeting);
        bad("one field", "foo");
        bad("four fields", "http:a.test:s:f");
        bad("six fields", "http:a.test:s:f:g:h");
        bad("no protocol", ":a.test:s::");
        bad("no domain", "http::s::");
        bad("markup in a domain", "http:<b>:s::");
        bad("port out of range", "http-65536:a.test:s::");
        bad("salt with a separator", "http:a.test:s;x::");
        bad("blank in a challenge", "http:a.test:s:f f:");
        bad("endless signature", "http:a.test:s::" + QByteArray(65, 'a'));
        row("too many kites",
            request(
                QByteArray("X-PageKite: http:a:s::\r\n").repeated(wire::maxKitesPerGreeting + 1)),
            GreetingError::TooLong);
        row("too many bytes", request("A: " + QByteArray(limits::maxHeadBytes, 'x') + "\r\n"),
            GreetingError::TooLong);
    }

    void refusesRequests()
    {
        QFETCH(QByteArray, head);
        QFETCH(GreetingError, error);
        const auto greeting = wire::parseGreeting(head);
        QVERIFY(!greeting);
        QCOMPARE(greeting.error(), error);
    }

    void recognisesGreetings()
    {
        QVERIFY(wire::beginsGreeting("CONNECT PageKite:1"));
        QVERIFY(wire::beginsGreeting("CONNECT pagekite:"));
        QVERIFY(!wire::beginsGreeting("CONNECT PageKite")); // too short to tell
        QVERIFY(!wire::beginsGreeting(""));
        QVERIFY(!wire::beginsGreeting("CONNECT pagekite.net:443 HTTP/1.1\r\n"));
    }

    void readsReplies()
    {
        const auto seen = wire::parseReply(
            reply("X-PageKite-Features: ZChunks\r\nX-PageKite-Features: WebSockets\r\n"
                  "X-PageKite-Features: AddKites\r\nX-PageKite-Features: Unheard-Of\r\n"
                  "X-PageKite-Protos: http, https, raw\r\nX-PageKite-Ports: 80, 443\r\n"
                  "X-PageKite-Raw-Ports: virtual, 22\r\n"
                  "X-PageKite-SignThis: http:a.test:s1:t170f768a\r\n"
                  "X-PageKite-OK: https:b.test:s2\r\nX-PageKite-SSL-OK: https:b.test:s2\r\n"
                  "X-PageKite-Duplicate: raw-22:c.test:s3\r\n"
                  "X-PageKite-Invalid: http:d.test:s4\r\n"
                  "X-PageKite-Invalid-Why: http:d.test:s4;unauthorized;one day more\r\n"
                  "X-PageKite-SessionID: 6b00d73d:7b51\r\n"
                  "X-PageKite-Misc: motd=Hello+%26+welcome%0D%0A\r\n"
                  "X-PageKite-Upgrade: 9.9;tag;md5;http://h/;http://f/\r\n"
                  "X-PageKite-QConns: 5\r\nX-PageKite-QDays: 24\r\nX-PageKite-IPsPerSec: 3/900\r\n"
                  "X-PageKite-Quota: 10000\r\n"));
        QVERIFY(seen);

        GreetingReply expected;
        expected.features.compression = true;
        expected.features.webSockets = true;
        expected.features.addKites = true;
        expected.protocols = {"http", "https", "raw"};
        expected.ports = {80, 443};
        expected.rawPorts = {"virtual", "22"};
        expected.verdicts = {{Verdict::Kind::SignThis, id("http:a.test"), "s1", "t170f768a"},
                             {Verdict::Kind::Accepted, id("https:b.test"), "s2", {}},
                             {Verdict::Kind::SslOk, id("https:b.test"), "s2", {}},
                             {Verdict::Kind::Duplicate, id("raw-22:c.test"), "s3", {}},
                             {Verdict::Kind::Invalid, id("http:d.test"), "s4", "unauthorized"}};
        expected.sessionId = "6b00d73d:7b51";
        expected.motd = "Hello & welcome\n";
        expected.quotaKb = 10'000;
        expected.quotaDays = 24;
        expected.quotaConns = 5;
        expected.visitors = 3;
        expected.visitorSeconds = 900;
        expected.upgrades = {"9.9;tag;md5;http://h/;http://f/"};
        QVERIFY(*seen == expected);
    }

    void readsOddReplies_data()
    {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<qsizetype>("verdicts");
        QTest::newRow("no reason phrase") << QByteArray("HTTP/1.1 200\r\n\r\n") << qsizetype(0);
        QTest::newRow("HTTP/1.0") << QByteArray("HTTP/1.0 200 OK\r\n\r\n") << qsizetype(0);
        QTest::newRow("LF") << QByteArray("HTTP/1.1 200 OK\nX-PageKite-OK: http:a:s\n\n")
                            << qsizetype(1);
        QTest::newRow("old spelling") << reply("X-Beanstalk-OK: http:a.test:s\r\n") << qsizetype(1);
        QTest::newRow("reason for nothing")
            << reply("X-PageKite-Invalid-Why: http:a.test:s;port\r\n") << qsizetype(0);
        QTest::newRow("counters that are no numbers") << reply(
            "X-PageKite-Quota: -1\r\nX-PageKite-QDays: x\r\nX-PageKite-Ports: 0, 99999\r\n")
                                                      << qsizetype(0);
        QTest::newRow("session id with control characters") << reply("X-PageKite-SessionID: a\x0b"
                                                                     "b\r\n")
                                                            << qsizetype(0);
    }

    void readsOddReplies()
    {
        QFETCH(QByteArray, head);
        QFETCH(qsizetype, verdicts);
        const auto seen = wire::parseReply(head);
        QVERIFY(seen);
        QCOMPARE(qsizetype(seen->verdicts.size()), verdicts);
        QVERIFY(seen->sessionId.isEmpty());
        QVERIFY(seen->ports.isEmpty());
        QCOMPARE(seen->quotaKb, 0);
    }

    void refusesReplies_data()
    {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<GreetingError>("error");
        const auto row = [](const char *name, const QByteArray &head, GreetingError error) {
            QTest::newRow(name) << head << error;
        };
        row("unavailable, bare", "HTTP/1.0 503 Unavailable\r\n\r\n", GreetingError::Unavailable);
        row("unavailable, a page", "HTTP/1.1 503 Unavailable\r\nX-PageKite-UUID: 0\r\n\r\n<html>",
            GreetingError::Unavailable);
        row("forbidden", "HTTP/1.0 403 Forbidden\r\n\r\n", GreetingError::Forbidden);
        row("another status", "HTTP/1.1 404 Not found\r\n\r\n", GreetingError::NotAGreeting);
        row("a longer number", "HTTP/1.1 2000 OK\r\n\r\n", GreetingError::NotAGreeting);
        row("nothing", "", GreetingError::NotAGreeting);
        row("another protocol", "SSH-2.0-OpenSSH_9.2\r\n\r\n", GreetingError::NotAGreeting);
        row("line without colon", reply("X-PageKite-OK\r\n"), GreetingError::NotAGreeting);
        row("verdict on no kite", reply("X-PageKite-OK: http\r\n"), GreetingError::BadKite);
        row("challenge without a salt", reply("X-PageKite-SignThis: http:a.test:s\r\n"),
            GreetingError::BadKite);
        row("challenge with markup", reply("X-PageKite-SignThis: http:a.test:s:<b>\r\n"),
            GreetingError::BadKite);
        row("too many verdicts",
            reply(QByteArray("X-PageKite-OK: http:a:s\r\n")
                      .repeated(2 * wire::maxKitesPerGreeting + 1)),
            GreetingError::TooLong);
        row("too many bytes", reply("A: " + QByteArray(limits::maxHeadBytes, 'x') + "\r\n"),
            GreetingError::TooLong);
    }

    void refusesReplies()
    {
        QFETCH(QByteArray, head);
        QFETCH(GreetingError, error);
        const auto seen = wire::parseReply(head);
        QVERIFY(!seen);
        QCOMPARE(seen.error(), error);
    }

    void writesRequests()
    {
        Greeting greeting;
        greeting.version = "1.0";
        greeting.features.addKites = true;
        greeting.features.compression = true;
        greeting.features.wideWindow = true;
        greeting.features.leaving = true;
        greeting.replaces = "6b00d73d:7b51";
        greeting.kites = {{id("http:a.test"), "salt", {}, "signature"},
                          {id("raw-22:a.test"), "salt", "tchallenge", "signature"}};
        const auto head = wire::writeGreeting(greeting);
        QCOMPARE(head,
                 "CONNECT PageKite:1 HTTP/1.0\r\n"
                 "X-PageKite-Features: ZChunks\r\n"
                 "X-PageKite-Features: AddKites\r\n"
                 "X-PageKite-Features: KiteWindow\r\n"
                 "X-PageKite-Features: KiteLeaving\r\n"
                 "X-PageKite-Replace: 6b00d73d:7b51\r\n"
                 "X-PageKite-Version: 1.0\r\n"
                 "X-PageKite: http:a.test:salt::signature\r\n"
                 "X-PageKite: raw-22:a.test:salt:tchallenge:signature\r\n"
                 "\r\n");
        QVERIFY(*wire::parseGreeting(head) == greeting);
    }

    void saysThatItLeaves()
    {
        GreetingReply notice;
        notice.leaving = true;
        const auto lines = wire::writeReplyLines(notice, false);
        QCOMPARE(lines, "X-PageKite-Leaving: 1\r\n");
        const QByteArray chunk = "NOOP: 1\r\n" + lines; // a head is a view of it
        const auto head = wire::parseChunkHead(chunk);
        QVERIFY(*wire::replyFromChunk(*head) == notice);
    }

    void writesReplies_data()
    {
        QTest::addColumn<bool>("beanstalk");
        QTest::newRow("usual spelling") << false;
        QTest::newRow("old spelling") << true;
    }

    void writesReplies()
    {
        QFETCH(bool, beanstalk);

        GreetingReply said;
        said.features.compression = true;
        said.features.wideWindow = true;
        said.protocols = {"http", "raw"};
        said.ports = {80, 443};
        said.rawPorts = {"virtual"};
        said.verdicts = {{Verdict::Kind::SignThis, id("http:a.test"), "s", "t1"},
                         {Verdict::Kind::Accepted, id("http:b.test"), "s", {}},
                         {Verdict::Kind::SslOk, id("http:b.test"), "s", {}},
                         {Verdict::Kind::Duplicate, id("http:c.test"), "s", {}},
                         {Verdict::Kind::Invalid, id("http:d.test"), "s", "quota"},
                         {Verdict::Kind::Invalid, id("http:e.test"), "s", {}}};
        said.sessionId = "1:2";
        said.motd = "50% & more+";
        said.quotaKb = 1;
        const auto head = wire::writeReply(said, beanstalk);
        QVERIFY(head.startsWith("HTTP/1.1 200 OK\r\n"));
        QVERIFY(head.contains(beanstalk ? "\r\nX-Beanstalk-OK: http:b.test:s\r\n"
                                        : "\r\nX-PageKite-OK: http:b.test:s\r\n"));
        QVERIFY(head.contains("\r\nX-PageKite-Features: ZChunks\r\n"));
        QVERIFY(*wire::parseReply(head) == said);
    }

    /// The same lines inside a live link.
    void travelsInChunks()
    {
        Greeting asked;
        asked.version = "1.0";
        asked.kites = {{id("http:a.test"), "salt", "tchallenge", "signature"}};
        const auto askedLines = chunkLines(wire::writeGreetingLines(asked));
        QVERIFY(*wire::greetingFromChunk(*wire::parseChunkHead(askedLines)) == asked);

        GreetingReply said;
        said.verdicts = {{Verdict::Kind::Invalid, id("http:a.test"), "salt", "signature"}};
        said.sessionId = "1:2";
        const auto saidLines = chunkLines(wire::writeReplyLines(said, false));
        QVERIFY(*wire::replyFromChunk(*wire::parseChunkHead(saidLines)) == said);
    }

    void readsQuotaOfChunks()
    {
        const QByteArray lines = chunkLines("Quota: 77\r\n");
        QCOMPARE(wire::replyFromChunk(*wire::parseChunkHead(lines))->quotaKb, 77);
    }

    void refusesBadLinesOfChunks()
    {
        const QByteArray lines = chunkLines("X-PageKite: http:a.test:s\r\nX-PageKite-OK: x\r\n");
        const auto head = wire::parseChunkHead(lines);
        QCOMPARE(wire::greetingFromChunk(*head).error(), GreetingError::BadKite);
        QCOMPARE(wire::replyFromChunk(*head).error(), GreetingError::BadKite);
    }
};

QTEST_APPLESS_MAIN(TestGreeting)
#include "tst_greeting.moc"
