#include <QTemporaryDir>
#include <QTest>

#include "kitecore/net/streams.h"
#include "tests/support/relayfixture.h"

using namespace kite;
using namespace kite::test;

namespace {

using Words = QByteArrayList;

const QByteArray alertAccessDenied = QByteArray::fromHex("15030300020231");

/// A visitor or connector that speaks TLS over a stream.
struct TlsCaller
{
    std::optional<net::TlsError> outcome;
    std::unique_ptr<net::ByteStream> stream;

    bool shakesHands()
    {
        return eventually([this] { return outcome.has_value(); }) && outcome == net::TlsError::None;
    }
};

std::unique_ptr<TlsCaller> callTls(net::Loop &loop, std::unique_ptr<net::ByteStream> lower,
                                   const QByteArray &serverName, const tls::RelayTrust &trust)
{
    auto caller = std::make_unique<TlsCaller>();
    const auto context = tls::clientContext(trust);
    if (!context)
        qFatal("%s", qPrintable(context.error().detail));
    caller->stream = net::tlsClient(
        loop, std::move(lower), *context, serverName,
        [called = caller.get()](net::TlsError error, const QString &) { called->outcome = error; });
    return caller;
}

} // namespace

/// TLS that a relay ends, for visitors and for connectors.
class TestRelayTls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void visitorByName();
    void visitorByConnect();
    void connectorFindsItsRelay_data();
    void connectorFindsItsRelay();
    void unknownNames_data();
    void unknownNames();
    void withoutDefaultTheFirstNameStandsIn_data();
    void withoutDefaultTheFirstNameStandsIn();
    void plainPingOnTheSamePort();
    void ownNamesAreNotPassedThrough();
    void wildcardCertificateComesAfterKites();
    void wildcardCertificateBringsNoVisitorPastTheRules();
    void noTlsInsideTls();
    void badCertificates_data();
    void badCertificates();

private:
    relay::RelayOptions options() const
    {
        auto options = relayOptions();
        options.tlsNames = {{"Relay.kite.test", m_pem}, {"a.kite.test", m_pem}};
        options.tlsDefault = "relay.kite.test";
        return options;
    }

    std::unique_ptr<TlsCaller> call(RelayFixture &relay, const QByteArray &serverName) const
    {
        return callTls(relay.loop, dial(relay.loop, relay.port()), serverName, m_trust);
    }

    QTemporaryDir m_folder;
    QString m_pem;
    tls::RelayTrust m_trust;
};

void TestRelayTls::initTestCase()
{
    m_pem = m_folder.filePath(QStringLiteral("relay.pem"));
    QVERIFY(tls::makeSelfSigned(m_pem, {"relay.kite.test", "a.kite.test", "*.w.kite.test"}));
    m_trust.fingerprints = {*tls::fingerprint(m_pem)};
}

void TestRelayTls::visitorByName()
{
    RelayFixture relay(options());
    const auto connector = relay.connector();
    const auto reply = connector->prove(connector->greet({"http:a.kite.test"}));
    QCOMPARE(verdictWords(*reply), (Words {"ok http:a.kite.test", "ssl http:a.kite.test"}));

    auto caller = call(relay, "a.kite.test");
    QVERIFY(caller->shakesHands());
    StreamDriver visitor(std::move(caller->stream));
    visitor.send(get("a.kite.test", "/s"));
    const auto chunk = connector->readChunk();
    QVERIFY(chunk);
    QCOMPARE(chunk->value("Proto"), "http");
    QCOMPARE(chunk->value("RTLS"), "1");
    QCOMPARE(chunk->data, get("a.kite.test", "/s"));
    connector->sendChunk("SID: " + chunk->value("SID") + "\r\n", "HTTP/1.1 200 OK\r\n\r\nsecret");
    connector->sendChunk("SID: " + chunk->value("SID") + "\r\nEOF: 1WR\r\n", "Bye!");
    QVERIFY(eventually([&] { return visitor.isOver(); }));
    QCOMPARE(visitor.received, "HTTP/1.1 200 OK\r\n\r\nsecret");
}

void TestRelayTls::visitorByConnect()
{
    RelayFixture relay(options());
    const auto connector = relay.connector();
    QVERIFY(connector->fly({"http:a.kite.test"}));
    FakeConnector proxied(relay.loop, relay.port());
    proxied.send("CONNECT a.kite.test:443 HTTP/1.1\r\n\r\n");
    QCOMPARE(proxied.readHead(), "HTTP/1.0 200 Connection Established\r\n\r\n");
    auto lower = std::move(proxied.connection().stream);
    auto caller = callTls(relay.loop, std::move(lower), {}, m_trust);
    QVERIFY(caller->shakesHands());
    StreamDriver visitor(std::move(caller->stream));
    visitor.send(get("a.kite.test"));
    const auto chunk = connector->readChunk();
    QVERIFY(chunk);
    QCOMPARE(chunk->value("RTLS"), "1");
    QCOMPARE(chunk->value("Port"), "443");
}

void TestRelayTls::connectorFindsItsRelay_data()
{
    QTest::addColumn<QByteArray>("connect");
    QTest::addColumn<QByteArray>("serverName");

    QTest::newRow("libpagekite: SNI") << QByteArray() << QByteArray("relay.kite.test");
    QTest::newRow("--fe_nocertcheck: no SNI") << QByteArray() << QByteArray();
    QTest::newRow("libpagekite: SNI is an address") << QByteArray() << QByteArray("127.0.0.1");
    QTest::newRow("--fe_certname: CONNECT, no SNI")
        << QByteArray("CONNECT relay.kite.test:443 HTTP/1.1\r\nHost: relay.kite.test\r\n\r\n")
        << QByteArray();
    QTest::newRow("ours: CONNECT and SNI")
        << QByteArray("CONNECT relay.kite.test:443 HTTP/1.1\r\nHost: relay.kite.test\r\n\r\n")
        << QByteArray("relay.kite.test");
}

void TestRelayTls::connectorFindsItsRelay()
{
    QFETCH(const QByteArray, connect);
    QFETCH(const QByteArray, serverName);

    RelayFixture relay(options());
    FakeConnector lower(relay.loop, relay.port());
    if (!connect.isEmpty()) {
        lower.send(connect);
        QCOMPARE(lower.readHead(), "HTTP/1.0 200 Connection Established\r\n\r\n");
    }
    auto caller = callTls(relay.loop, std::move(lower.connection().stream), serverName, m_trust);
    QVERIFY(caller->shakesHands());
    FakeConnector connector(std::move(caller->stream));
    QVERIFY(connector.fly({"http:b.kite.test"}));
    const auto visitor = relay.visitor(get("b.kite.test"));
    const auto chunk = connector.readChunk();
    QVERIFY(chunk);
    QCOMPARE(chunk->data, get("b.kite.test"));
    QVERIFY(chunk->value("RTLS").isEmpty()); // about the visitor, not about the link
}

void TestRelayTls::unknownNames_data()
{
    QTest::addColumn<QByteArray>("serverName");
    QTest::addColumn<bool>("hasNames");

    QTest::newRow("unknown, in spite of a default") << QByteArray("zz.kite.test") << true;
    QTest::newRow("no TLS at all here") << QByteArray("a.kite.test") << false;
    QTest::newRow("no TLS at all here, no SNI") << QByteArray() << false;
}

void TestRelayTls::unknownNames()
{
    QFETCH(const QByteArray, serverName);
    QFETCH(const bool, hasNames);
    RelayFixture relay(hasNames ? options() : relayOptions());
    const auto caller = call(relay, serverName);
    QVERIFY(!caller->shakesHands());
    QCOMPARE(caller->outcome, net::TlsError::Refused);
}

void TestRelayTls::withoutDefaultTheFirstNameStandsIn_data()
{
    QTest::addColumn<QByteArray>("first");
    QTest::addColumn<QByteArray>("preferred");
    QTest::newRow("a name") << QByteArray("relay.kite.test") << QByteArray();
    QTest::newRow("a wildcard") << QByteArray("*.W.kite.test") << QByteArray();
    QTest::newRow("a wildcard as the default")
        << QByteArray("*.w.kite.test") << QByteArray("*.w.kite.test");
}

void TestRelayTls::withoutDefaultTheFirstNameStandsIn()
{
    QFETCH(const QByteArray, first);
    QFETCH(const QByteArray, preferred);
    auto noDefault = options();
    noDefault.tlsNames = {{first, m_pem}};
    noDefault.tlsDefault = preferred;
    RelayFixture relay(noDefault);
    QVERIFY(call(relay, {})->shakesHands());
}

void TestRelayTls::plainPingOnTheSamePort()
{
    RelayFixture relay(options());
    const auto answer = relay.answerTo("HEAD /ping HTTP/1.1\r\nHost: ping.pagekite\r\n\r\n");
    QVERIFY(answer.startsWith("HTTP/1.1 503 Unavailable\r\nX-PageKite-UUID: "));
}

/// Whoever may fly wildcards or the catch-all still does not get the connectors' TLS.
void TestRelayTls::ownNamesAreNotPassedThrough()
{
    auto generous = options();
    generous.accounts.append({{"https"}, "unknown", secrets::Secret("s3cret")});
    RelayFixture relay(generous);
    const auto greedy = relay.connector();
    const auto reply = greedy->prove(
        greedy->greet({"https:*.kite.test", "https:unknown", "https:relay.kite.test"}));
    QCOMPARE(verdictWords(*reply),
             (Words {"ok https:*.kite.test", "ok https:unknown",
                     "invalid https:relay.kite.test proto"}));
    QVERIFY(call(relay, "relay.kite.test")->shakesHands());
    const auto other = call(relay, "other.kite.test");
    const auto chunk = greedy->readChunk();
    QVERIFY(chunk);
    QCOMPARE(chunk->value("Host"), "other.kite.test");
}

void TestRelayTls::wildcardCertificateComesAfterKites()
{
    auto wild = options();
    wild.tlsNames.append({"*.w.kite.test", m_pem});
    RelayFixture relay(wild);
    const auto connector = relay.connector();
    QVERIFY(connector->fly({"https:own.w.kite.test"}));
    QVERIFY(call(relay, "any.w.kite.test")->shakesHands());
    const auto passed = call(relay, "own.w.kite.test");
    const auto chunk = connector->readChunk();
    QVERIFY(chunk);
    QCOMPARE(chunk->value("Proto"), "https");
}

/// Who may only bring kites gets the relay's TLS, since he may be about to greet.
void TestRelayTls::wildcardCertificateBringsNoVisitorPastTheRules()
{
    auto closed = options();
    closed.tlsNames.append({"*.w.kite.test", m_pem});
    closed.visitorRules = {{relay::AddressRule::Word::Deny, QStringLiteral("any")}};
    RelayFixture relay(closed);
    const auto connector = relay.connector();
    QVERIFY(connector->fly({"https:own.w.kite.test"}));
    auto caller = call(relay, "own.w.kite.test");
    QVERIFY(eventually([&] {
        return caller->outcome || connector->connection().received.contains("own.w.kite.test");
    }));
    QVERIFY(caller->shakesHands());
    StreamDriver visitor(std::move(caller->stream));
    visitor.send(get("own.w.kite.test"));
    QVERIFY(eventually([&] { return visitor.isOver(); }));
    QVERIFY2(visitor.received.startsWith("HTTP/1.1 403 "), visitor.received.constData());
    QVERIFY(!connector->connection().received.contains("own.w.kite.test"));
}

void TestRelayTls::noTlsInsideTls()
{
    RelayFixture relay(options());
    auto outer = call(relay, "relay.kite.test");
    QVERIFY(outer->shakesHands());
    const auto inner = callTls(relay.loop, std::move(outer->stream), "relay.kite.test", m_trust);
    QVERIFY(!inner->shakesHands());
}

void TestRelayTls::badCertificates_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<bool>("hasFile");
    QTest::addColumn<QByteArray>("defaultName");

    QTest::newRow("no such file") << QByteArray("a.test") << false << QByteArray();
    QTest::newRow("default without certificate")
        << QByteArray("a.test") << true << QByteArray("b.test");
}

void TestRelayTls::badCertificates()
{
    QFETCH(const QByteArray, name);
    QFETCH(const bool, hasFile);
    QFETCH(const QByteArray, defaultName);

    auto bad = relayOptions();
    bad.tlsNames = {{name, hasFile ? m_pem : m_folder.filePath(QStringLiteral("none.pem"))}};
    bad.tlsDefault = defaultName;
    net::Loop loop;
    relay::RelayServer server(loop, bad);
    const auto started = server.start();
    QVERIFY(!started);
    QCOMPARE(started.error().error, relay::RelayError::Certificate);
}

QTEST_GUILESS_MAIN(TestRelayTls)
#include "tst_relaytls.moc"
