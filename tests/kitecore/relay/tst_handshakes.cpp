#include <QRegularExpression>
#include <QTest>

#include "kitecore/link/link.h"
#include "kitecore/wire/signature.h"
#include "tests/support/relayfixture.h"
#include "tests/support/vectors.h"

using namespace kite;
using namespace kite::test;

namespace {

using Words = QByteArrayList;

/// What differs from run to run in a reply is put into words; lines about what we do not have
/// (upgrades) are left out.
QByteArray comparable(const QByteArray &reply)
{
    auto text = QString::fromLatin1(reply);
    const auto replace = [&text](const char *pattern, const char *with) {
        text.replace(QRegularExpression(QLatin1String(pattern)), QLatin1String(with));
    };
    replace("X-PageKite-Upgrade: [^\r]*\r\n", "");
    replace("SessionID: [^\r]*", "SessionID: S");
    replace("Ports: \\d+", "Ports: N");
    replace(":t[0-9a-f]{35}\r", ":F\r");
    replace("^[0-9a-f]+\r\n", "size\r\n");
    replace("\\+", "%20"); // both mean a blank in a form
    return text.toLatin1();
}

/// Plays the connector's side of a recorded conversation against our relay: same bytes, but with
/// the challenges and sessions that we gave, and signatures for them.
class Replay
{
public:
    explicit Replay(RelayFixture &relay, QByteArray secret) : m_relay(relay), m_secret(secret) {}

    void open() { m_connector = m_relay.connector(); }

    void send(const QByteArray &recorded)
    {
        auto text = QString::fromLatin1(recorded);
        if (m_session.size() > 0)
            text.replace(QRegularExpression(QStringLiteral("Replace: [^\r]*")),
                         QStringLiteral("Replace: ") + QString::fromLatin1(m_session));
        for (const auto &[payload, challenge] : m_challenges.asKeyValueRange())
            answer(text, payload, challenge);
        m_connector->send(text.toLatin1());
    }

    /// @return our answer, read as far as the recorded one.
    QByteArray read(const QByteArray &recorded)
    {
        const auto bytes
            = recorded.startsWith("HTTP/") ? m_connector->readHead() : readWholeChunk();
        remember(bytes);
        return bytes;
    }

    bool isClosedByRelay() { return m_connector->isClosedByRelay(); }

private:
    /// A recorded chunk's size never changes: salts, challenges and signatures have one length.
    void answer(QString &text, const QByteArray &payload, const QByteArray &challenge) const
    {
        const auto signedText = payload + ':' + challenge;
        const auto line = signedText + ':' + wire::sign("01234567", m_secret, signedText);
        const auto name = QRegularExpression::escape(QString::fromLatin1(payload));
        text.replace(QRegularExpression(name + QStringLiteral(":t[0-9a-f]{35}:[0-9a-f]{36}")),
                     QString::fromLatin1(line));
    }

    QByteArray readWholeChunk()
    {
        const auto chunk = m_connector->readChunk();
        if (!chunk)
            return {};
        const auto body = chunk->lines + "\r\n" + chunk->data;
        return QByteArray::number(body.size(), 16) + "\r\n" + body;
    }

    void remember(const QByteArray &bytes)
    {
        for (const auto &line : bytes.split('\n')) {
            const auto value = line.sliced(line.indexOf(' ') + 1).trimmed();
            if (line.startsWith("X-PageKite-SessionID: "))
                m_session = value;
            if (line.startsWith("X-PageKite-SignThis: "))
                m_challenges[value.first(value.lastIndexOf(':'))]
                    = value.sliced(value.lastIndexOf(':') + 1);
        }
    }

    RelayFixture &m_relay;
    const QByteArray m_secret;
    std::unique_ptr<FakeConnector> m_connector;
    QByteArray m_session;
    QMap<QByteArray, QByteArray> m_challenges; ///< by `protoport:domain:bsalt`
};

} // namespace

/// Conversations of connectors with the relay, over loopback.
class TestHandshakes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void recorded_data();
    void recorded();
    void acceptedKiteIsServed();
    void libpagekiteSignsOnASecondConnection();
    void secondUseIsRefused();
    void oldSpellingIsAnsweredAlike();
    void unusableGreetings_data();
    void unusableGreetings();
    void firstProofWithoutAKiteCloses();
    void refusedAdditionKeepsTheLink();
    void addedKiteIsServed();
    void duplicateKeepsTheOlderLink();
    void silentLinkMakesRoom_data();
    void silentLinkMakesRoom();
    void endingLinkMakesRoom();
    void askerThatLeavesChangesNothing();
    void replaceByTheOwner();
    void replaceByAStranger();
    void challengesAloneAreKeptAMinute();
    void closedLinkTakesItsKitesAlong();
    void guessesAreAnsweredLater();
    void kitesComeAndGoAsNews();
};

void TestHandshakes::recorded_data()
{
    QTest::addColumn<QString>("capture");
    QTest::addColumn<QByteArray>("secret");
    QTest::addColumn<bool>("ends");

    const auto row = [](const char *capture, const QByteArray &secret, bool ends) {
        QTest::newRow(capture) << QString::fromLatin1(capture) << secret << ends;
    };
    row("accepted-inband", "s3cret", false);
    row("accepted-reconnect", "s3cret", false);
    row("mixed-ok-invalid", "s3cret", false);
    row("reject-bad-secret", "guess", true);
    row("reject-bad-secret-reconnect", "guess", true);
    row("reject-unknown-kite", "s3cret", true);
    row("reject-port", "s3cret", true);
    row("reject-proto", "s3cret", true);
    row("reject-duplicate", "s3cret", true);
}

void TestHandshakes::recorded()
{
    QFETCH(const QString, capture);
    QFETCH(const QByteArray, secret);
    QFETCH(const bool, ends);

    const auto document
        = readVectors(QStringLiteral(KITE_TEST_DATA "/captures/%1.json").arg(capture)).object();
    auto options = relayOptions();
    options.protocols = {};
    for (const auto protocol : document[QLatin1String("protocols")].toArray())
        options.protocols << fromText(protocol);
    options.rawPorts = {};
    for (const auto port : document[QLatin1String("rawPorts")].toArray())
        options.rawPorts << fromText(port);
    options.accounts = {{{"*"}, "kite.test", secrets::Secret("s3cret")}};
    options.motd = fromText(document[QLatin1String("motd")]);
    RelayFixture relay(options);
    const auto holder = relay.connector();
    if (capture == QLatin1String("reject-duplicate")) {
        QVERIFY(holder->fly({"http:kite.test"}));
        holder->showLife();
    }

    Replay replay(relay, secret);
    for (const auto event : document[QLatin1String("events")].toArray()) {
        const auto what = event[QLatin1String("dir")].toString();
        const auto bytes = fromHex(event[QLatin1String("hex")]);
        if (what == QLatin1String("open"))
            replay.open();
        else if (what == QLatin1String("c2s"))
            replay.send(bytes);
        else if (what == QLatin1String("s2c"))
            QCOMPARE(comparable(replay.read(bytes)), comparable(bytes));
    }
    if (ends)
        QVERIFY(replay.isClosedByRelay());
}

void TestHandshakes::acceptedKiteIsServed()
{
    RelayFixture relay;
    const auto connector = relay.connector();
    QVERIFY(connector->fly({"http:a.kite.test"}));

    const auto visitor = relay.visitor(get("A.kite.test:80", "/hello"));
    const auto chunk = connector->readChunk();
    QVERIFY(chunk);
    QCOMPARE(chunk->value("Proto"), "http");
    QCOMPARE(chunk->value("Host"), "a.kite.test");
    QCOMPARE(chunk->value("Port").toUShort(), relay.port());
    QCOMPARE(chunk->value("RIP"), "127.0.0.1");
    QVERIFY(chunk->value("RPort").toUShort() > 0);
    QVERIFY(chunk->value("RTLS").isEmpty());
    QCOMPARE(chunk->data, get("A.kite.test:80", "/hello"));

    const auto sid = chunk->value("SID");
    connector->sendChunk("SID: " + sid + "\r\n", "HTTP/1.1 200 OK\r\n\r\nhello");
    connector->sendChunk("SID: " + sid + "\r\nEOF: 1R\r\n", "Bye!");
    QVERIFY(eventually([&] { return visitor->ended; }));
    QCOMPARE(visitor->received, "HTTP/1.1 200 OK\r\n\r\nhello");
}

void TestHandshakes::libpagekiteSignsOnASecondConnection()
{
    RelayFixture relay;
    auto first = relay.connector();
    first->features = {};
    const auto reply = first->greet({"http:a.kite.test"});
    first->connection().close();

    const auto second = relay.connector();
    wire::Greeting greeting;
    greeting.version = "0.91.251215C";
    greeting.replaces = reply.sessionId;
    greeting.kites = signedRequests(reply, "s3cret");
    second->send(wire::writeGreeting(greeting));
    const auto head = second->readHead();
    QCOMPARE(verdictWords(*wire::parseReply(head)), Words {"ok http:a.kite.test"});
    QVERIFY(settles());
    QCOMPARE(second->connection().received, ""); // such readers lose what follows the head at once
    const auto visitor = relay.visitor(get("a.kite.test"));
    QCOMPARE(second->readChunk()->data, get("a.kite.test"));
}

void TestHandshakes::secondUseIsRefused()
{
    RelayFixture relay;
    auto connector = relay.connector();
    const auto reply = connector->greet({"http:a.kite.test"});
    wire::Greeting signedOnce;
    signedOnce.kites = signedRequests(reply, "s3cret");
    QCOMPARE(verdictWords(*connector->prove(reply)), Words {"ok http:a.kite.test"});
    connector->connection().close();

    const auto replayed = relay.connector();
    replayed->send(wire::writeGreeting(signedOnce));
    QCOMPARE(verdictWords(*wire::parseReply(replayed->readHead())),
             Words {"invalid http:a.kite.test unauthorized"});
}

void TestHandshakes::oldSpellingIsAnsweredAlike()
{
    RelayFixture relay;
    const auto connector = relay.connector();
    connector->send("CONNECT PageKite:1 HTTP/1.0\r\nX-Beanstalk: http:a.kite.test:5a17::\r\n\r\n");
    const auto head = connector->readHead();
    QVERIFY(head.contains("\r\nX-Beanstalk-SignThis: http:a.kite.test:5a17:t"));
    QVERIFY(!head.contains("X-PageKite-SignThis"));
}

void TestHandshakes::unusableGreetings_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("answer");

    QTest::newRow("no kite") << QByteArray() << QByteArray();
    QTest::newRow("two fields") << QByteArray("X-PageKite: foo\r\n")
                                << QByteArray("HTTP/1.0 503 Unavailable\r\n\r\n");
    QTest::newRow("four fields") << QByteArray("X-PageKite: http:k1.test:a:b\r\n")
                                 << QByteArray("HTTP/1.0 503 Unavailable\r\n\r\n");
    QTest::newRow("markup") << QByteArray("X-PageKite: http:<b>:a::\r\n")
                            << QByteArray("HTTP/1.0 503 Unavailable\r\n\r\n");
}

void TestHandshakes::unusableGreetings()
{
    QFETCH(const QByteArray, line);
    QFETCH(const QByteArray, answer);
    RelayFixture relay;
    QCOMPARE(relay.answerTo("CONNECT PageKite:1 HTTP/1.0\r\n" + line + "\r\n"), answer);
}

void TestHandshakes::firstProofWithoutAKiteCloses()
{
    RelayFixture relay;
    const auto connector = relay.connector();
    const auto answer = connector->prove(connector->greet({"http:a.kite.test"}), "guess");
    QCOMPARE(verdictWords(*answer), Words {"invalid http:a.kite.test signature"});
    QVERIFY(connector->isClosedByRelay());
    QVERIFY(relay.answerTo(get("a.kite.test")).contains("Sorry! (fe)"));
}

void TestHandshakes::refusedAdditionKeepsTheLink()
{
    RelayFixture relay;
    const auto connector = relay.connector();
    QVERIFY(connector->fly({"http:a.kite.test"}));

    wire::Greeting addition;
    addition.kites
        = {{*KiteId::parse("http:b.kite.test"), "5a17", QByteArray(36, 't'), QByteArray(36, '0')}};
    connector->sendChunk("NOOP: 1\r\n" + wire::writeGreetingLines(addition));
    const auto answer = connector->readChunk();
    QCOMPARE(answer->value("X-PageKite-Invalid-Why"), "http:b.kite.test:5a17;unauthorized");

    const auto visitor = relay.visitor(get("a.kite.test"));
    QCOMPARE(connector->readChunk()->data, get("a.kite.test"));
}

void TestHandshakes::addedKiteIsServed()
{
    RelayFixture relay;
    const auto connector = relay.connector();
    QVERIFY(connector->fly({"http:a.kite.test"}));

    wire::Greeting addition;
    addition.kites = {{*KiteId::parse("http:b.kite.test"), "5a17", {}, {}}};
    connector->sendChunk("NOOP: 1\r\n" + wire::writeGreetingLines(addition));
    const auto asked = connector->readChunk();
    const auto head = wire::parseChunkHead(asked->lines);
    const auto reply = wire::replyFromChunk(*head);
    QCOMPARE(verdictWords(*reply), Words {"sign http:b.kite.test"});
    QCOMPARE(verdictWords(*connector->prove(*reply)), Words {"ok http:b.kite.test"});

    const auto visitor = relay.visitor(get("b.kite.test"));
    QCOMPARE(connector->readChunk()->value("Host"), "b.kite.test");
}

void TestHandshakes::duplicateKeepsTheOlderLink()
{
    RelayFixture relay;
    const auto older = relay.connector();
    QVERIFY(older->fly({"http:a.kite.test"}));
    older->showLife();
    for (int i = 0; i < 2; ++i) {
        const auto newer = relay.connector();
        QCOMPARE(verdictWords(*newer->prove(newer->greet({"http:a.kite.test"}))),
                 Words {"duplicate http:a.kite.test"});
        QVERIFY(newer->isClosedByRelay());
        QVERIFY(older->connection().received.contains("PING: "));
    }
    const auto visitor = relay.visitor(get("a.kite.test"));
    QCOMPARE(older->readChunk()->data, get("a.kite.test"));
}

/// The answer waits for a sign of life, and goes without one.
void TestHandshakes::silentLinkMakesRoom_data()
{
    QTest::addColumn<bool>("inBand");
    QTest::newRow("proved on a second connection") << false;
    QTest::newRow("proved inside the link") << true;
}

void TestHandshakes::silentLinkMakesRoom()
{
    QFETCH(const bool, inBand);
    FakeClock clock;
    RelayFixture relay(relayOptions(), clock);
    const auto silent = relay.connector();
    QVERIFY(silent->fly({"http:a.kite.test", "http:b.kite.test"}));
    const auto first = relay.connector();
    const auto reply = first->greet({"http:a.kite.test", "http:b.kite.test", "http:x.test"});
    wire::Greeting proof;
    proof.kites = signedRequests(reply, "s3cret");
    const auto newer = inBand ? nullptr : relay.connector();
    if (inBand)
        first->send(wire::controlChunk(wire::writeGreetingLines(proof)));
    else
        newer->send(wire::writeGreeting(proof));
    QVERIFY(eventually([&] { return silent->connection().received.contains("PING: "); }));
    QVERIFY(settles());
    auto &connection = (inBand ? first : newer)->connection();
    QCOMPARE(connection.received, "");

    clock.advance(std::chrono::seconds(3));
    relay.loop.deadlines().tick();
    const Words expected {"ok http:a.kite.test", "ok http:b.kite.test",
                          "invalid http:x.test unauthorized"};
    if (inBand) {
        const auto chunk = first->readChunk(); // a head is a view of it
        const auto head = wire::parseChunkHead(chunk->lines);
        QCOMPARE(verdictWords(*wire::replyFromChunk(*head)), expected);
    } else {
        QCOMPARE(verdictWords(*wire::parseReply(newer->readHead())), expected);
    }
    QVERIFY(silent->isClosedByRelay());
    const auto visitor = relay.visitor(get("b.kite.test"));
    QCOMPARE((inBand ? first : newer)->readChunk()->data, get("b.kite.test"));
}

/// A link that ends while it is asked makes room at once.
void TestHandshakes::endingLinkMakesRoom()
{
    RelayFixture relay;
    const auto older = relay.connector();
    QVERIFY(older->fly({"http:a.kite.test"}));
    const auto newer = relay.connector();
    wire::Greeting proof;
    proof.kites = signedRequests(newer->greet({"http:a.kite.test"}), "s3cret");
    newer->send(wire::controlChunk(wire::writeGreetingLines(proof)));
    QVERIFY(eventually([&] { return older->connection().received.contains("PING: "); }));
    older->connection().close();
    QVERIFY(newer->readChunk()->lines.contains("X-PageKite-OK"));
}

/// Who asks may go before it is answered.
void TestHandshakes::askerThatLeavesChangesNothing()
{
    FakeClock clock;
    RelayFixture relay(relayOptions(), clock);
    const auto older = relay.connector();
    QVERIFY(older->fly({"http:a.kite.test"}));
    const auto newer = relay.connector();
    wire::Greeting proof;
    proof.kites = signedRequests(newer->greet({"http:a.kite.test"}), "s3cret");
    newer->send(wire::controlChunk(wire::writeGreetingLines(proof)));
    QVERIFY(eventually([&] { return older->connection().received.contains("PING: "); }));
    newer->connection().close();
    QVERIFY(settles());
    clock.advance(std::chrono::seconds(3));
    relay.loop.deadlines().tick();
    QVERIFY(settles());
    QVERIFY(!older->connection().isOver());
    const auto visitor = relay.visitor(get("a.kite.test"));
    QCOMPARE(older->readChunk()->data, get("a.kite.test"));
}

void TestHandshakes::replaceByTheOwner()
{
    RelayFixture relay;
    const auto older = relay.connector();
    QVERIFY(older->fly({"http:a.kite.test", "raw-22:a.kite.test"}));
    const auto streaming = relay.visitor(get("a.kite.test"));
    QVERIFY(older->readChunk());

    const auto newer = relay.connector();
    QVERIFY(newer->fly({"http:a.kite.test", "raw-22:a.kite.test"}, "s3cret", older->session));
    QVERIFY(older->isClosedByRelay());
    QVERIFY(eventually([&] { return streaming->isOver(); }));
    const auto visitor = relay.visitor(get("a.kite.test"));
    QCOMPARE(newer->readChunk()->data, get("a.kite.test"));
}

void TestHandshakes::replaceByAStranger()
{
    RelayFixture relay;
    const auto older = relay.connector();
    QVERIFY(older->fly({"http:a.kite.test"}));
    const auto stranger = relay.connector();
    QVERIFY(!stranger->fly({"http:a.kite.test"}, "guess", older->session));
    QVERIFY(stranger->isClosedByRelay());
    const auto visitor = relay.visitor(get("a.kite.test"));
    QCOMPARE(older->readChunk()->data, get("a.kite.test"));
}

void TestHandshakes::challengesAloneAreKeptAMinute()
{
    FakeClock clock;
    RelayFixture relay(relayOptions(), clock);
    const auto idle = relay.connector();
    idle->greet({"http:a.kite.test"});
    const auto flying = relay.connector();
    QVERIFY(flying->fly({"http:b.kite.test"}));
    for (int i = 0; i < 6; ++i) {
        QVERIFY(!idle->connection().isOver());
        clock.advance(std::chrono::seconds(11));
        relay.loop.deadlines().tick();
        flying->sendChunk("NOOP: 1\r\n");
        idle->sendChunk("NOOP: 1\r\n");
        QVERIFY(settles());
    }
    QVERIFY(idle->isClosedByRelay());
    QVERIFY(!flying->connection().isOver());
}

void TestHandshakes::closedLinkTakesItsKitesAlong()
{
    RelayFixture relay;
    auto connector = relay.connector();
    QVERIFY(connector->fly({"http:a.kite.test"}));
    const auto visitor = relay.visitor(get("a.kite.test"));
    QVERIFY(connector->readChunk());
    connector->connection().close();
    QVERIFY(eventually([&] { return visitor->isOver(); }));
    QVERIFY(relay.answerTo(get("a.kite.test")).contains("Sorry! (fe)"));
}

void TestHandshakes::guessesAreAnsweredLater()
{
    FakeClock clock;
    RelayFixture relay(relayOptions(), clock);
    for (int i = 0; i < 5; ++i) {
        const auto guesser = relay.connector();
        QVERIFY(guesser->prove(guesser->greet({"http:a.kite.test"}), "guess"));
        clock.advance(std::chrono::seconds(1));
        relay.loop.deadlines().tick();
    }
    const auto late = relay.connector();
    wire::Greeting greeting;
    greeting.kites = signedRequests(late->greet({"http:a.kite.test"}), "s3cret");
    clock.advance(std::chrono::seconds(-1));
    late->send(wire::controlChunk(wire::writeGreetingLines(greeting)));
    QVERIFY(settles());
    QVERIFY(!late->connection().received.contains("X-PageKite-OK"));
    clock.advance(std::chrono::seconds(10));
    relay.loop.deadlines().tick();
    QVERIFY(late->readChunk()->lines.contains("X-PageKite-OK"));
}

void TestHandshakes::kitesComeAndGoAsNews()
{
    RelayFixture relay;
    QByteArrayList news;
    QObject::connect(&relay.server, &relay::RelayServer::kiteArrived, &relay.server,
                     [&](const relay::KiteEvent &event) { news << '+' + event.id.toByteArray(); });
    QObject::connect(&relay.server, &relay::RelayServer::kiteLeft, &relay.server,
                     [&](const relay::KiteEvent &event) { news << '-' + event.id.toByteArray(); });
    auto connector = relay.connector();
    QVERIFY(connector->fly({"http:a.kite.test"}));
    QVERIFY(eventually([&] { return news.size() == 1; }));
    connector->connection().close();
    QVERIFY(eventually([&] { return news.size() == 2; }));
    QCOMPARE(news, (Words {"+http:a.kite.test", "-http:a.kite.test"}));
}

QTEST_GUILESS_MAIN(TestHandshakes)
#include "tst_handshakes.moc"
