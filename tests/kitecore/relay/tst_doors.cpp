#include <QTest>

#include "tests/support/relayfixture.h"

using namespace kite;
using namespace kite::test;
using relay::AddressRule;
using Words = QByteArrayList;

namespace {

const QList<AddressRule> nobody {{AddressRule::Word::Deny, QStringLiteral("any")}};

} // namespace

/// How visitors and connectors are told that they may not come from where they are.
class TestDoors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void visitorsAreRefusedInTheirProtocol_data();
    void visitorsAreRefusedInTheirProtocol();
    void connectorsComeWhereVisitorsMayNot();
    void connectorsAreRefused();
    void pingsAreAnswered();
    void aProxySpeaksForItsVisitor();
    void aProxysNextVisitorComesByItself();
    void aProxysOddHeadsAreRefused();
    void portsAreCalledByTheirAlias();
};

void TestDoors::visitorsAreRefusedInTheirProtocol_data()
{
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<QByteArray>("begin");

    QTest::newRow("HTTP") << get("a.kite.test") << QByteArray("HTTP/1.1 403 Forbidden\r\n");
    QTest::newRow("HTTP, no such kite")
        << get("b.kite.test") << QByteArray("HTTP/1.1 403 Forbidden\r\n");
    QTest::newRow("CONNECT") << QByteArray("CONNECT a.kite.test:22 HTTP/1.1\r\n\r\n")
                             << QByteArray("HTTP/1.1 403 Forbidden\r\n");
    QTest::newRow("IRC") << QByteArray("NICK me@a.kite.test\r\nUSER a b c d\r\n") << QByteArray();
}

void TestDoors::visitorsAreRefusedInTheirProtocol()
{
    QFETCH(const QByteArray, sent);
    QFETCH(const QByteArray, begin);
    auto options = relayOptions();
    options.visitorRules = nobody;
    RelayFixture relay(options);
    const auto connector = relay.connector();
    QVERIFY(connector->fly({"http:a.kite.test", "raw:a.kite.test"}));
    const auto answer = relay.answerTo(sent);
    QVERIFY2(begin.isEmpty() ? answer.isEmpty() : answer.startsWith(begin), answer.constData());
}

void TestDoors::connectorsComeWhereVisitorsMayNot()
{
    auto options = relayOptions();
    options.visitorRules = nobody;
    options.connectorRules = {{AddressRule::Word::Allow, QStringLiteral("localhost")}};
    RelayFixture relay(options);
    QVERIFY(relay.connector()->fly({"http:a.kite.test"}));
    QVERIFY(relay.answerTo(get("a.kite.test")).startsWith("HTTP/1.1 403 "));
}

void TestDoors::connectorsAreRefused()
{
    auto options = relayOptions();
    options.connectorRules = {{AddressRule::Word::Allow, QStringLiteral("10\\..*")}};
    RelayFixture relay(options);
    const auto connector = relay.connector();
    connector->send("CONNECT PageKite:1 HTTP/1.0\r\nX-PageKite: http:a.kite.test:5a17::\r\n\r\n");
    QCOMPARE(connector->readHead(), "HTTP/1.0 403 Forbidden\r\n\r\n");
    QVERIFY(connector->isClosedByRelay());
    QVERIFY(relay.answerTo(get("a.kite.test")).startsWith("HTTP/1.1 503 "));
}

/// Connectors choose by them, before they are known.
void TestDoors::pingsAreAnswered()
{
    auto options = relayOptions();
    options.visitorRules = nobody;
    options.connectorRules = nobody;
    RelayFixture relay(options);
    QVERIFY(relay.answerTo("HEAD /ping HTTP/1.1\r\nHost: ping.pagekite\r\n\r\n")
                .startsWith("HTTP/1.1 503 Unavailable\r\n"));
}

void TestDoors::aProxySpeaksForItsVisitor()
{
    auto options = relayOptions();
    options.trustedProxies = {{QHostAddress(QHostAddress::LocalHost), 32}};
    options.visitorRules = {{AddressRule::Word::Allow, QStringLiteral("192\\.0\\.2\\..*")}};
    RelayFixture relay(options);
    const auto connector = relay.connector();
    QVERIFY(connector->fly({"http:a.kite.test"}));
    const auto from = [](const QByteArray &address) {
        return "GET / HTTP/1.1\r\nHost: a.kite.test\r\nX-Forwarded-For: " + address + "\r\n\r\n";
    };
    const auto visitor = relay.visitor(from("192.0.2.9"));
    QCOMPARE(connector->readChunk()->value("RIP"), "192.0.2.9");
    QVERIFY(relay.answerTo(from("192.0.2.9, 198.51.100.1")).startsWith("HTTP/1.1 403 "));
    QVERIFY(relay.answerTo(get("a.kite.test")).startsWith("HTTP/1.1 403 "));
}

/// What a proxy says next on the same connection is not believed to be of the same visitor.
void TestDoors::aProxysNextVisitorComesByItself()
{
    auto options = relayOptions();
    options.trustedProxies = {{QHostAddress(QHostAddress::LocalHost), 32}};
    RelayFixture relay(options);
    const auto connector = relay.connector();
    QVERIFY(connector->fly({"http:a.kite.test"}));
    const QByteArray first = "POST / HTTP/1.1\r\nHost: a.kite.test\r\nContent-Length: 5\r\n"
                             "X-Forwarded-For: 192.0.2.9\r\n";
    const auto visitor = relay.visitor(first + "Connection: keep-alive\r\n\r\nab");
    const auto chunk = connector->readChunk();
    QVERIFY(chunk);
    QCOMPARE(chunk->value("RIP"), "192.0.2.9");
    visitor->send("cde" + get("other.kite.test") + get("a.kite.test"));
    QByteArray all = chunk->data;
    auto next = connector->readChunk();
    for (; next && next->value("EOF").isEmpty(); next = connector->readChunk())
        all += next->data;
    QVERIFY(next);
    QCOMPARE(all, first + "Connection: close\r\n\r\nabcde");
}

/// Without X-Forwarded-For it may still be a proxy's connection.
void TestDoors::aProxysOddHeadsAreRefused()
{
    auto options = relayOptions();
    options.trustedProxies = {{QHostAddress(QHostAddress::LocalHost), 32}};
    RelayFixture relay(options);
    const auto connector = relay.connector();
    QVERIFY(connector->fly({"http:a.kite.test"}));
    QVERIFY(relay.answerTo("GET / HTTP/1.1\nHost: a.kite.test\n\n").startsWith("HTTP/1.1 400 "));
    const auto visitor = relay.visitor(get("a.kite.test"));
    const auto chunk = connector->readChunk();
    QVERIFY(chunk);
    QVERIFY(chunk->data.endsWith("\r\nConnection: close\r\n\r\n"));
}

void TestDoors::portsAreCalledByTheirAlias()
{
    quint16 real = 0;
    {
        const RelayFixture probe; // a port that is free
        real = probe.port();
    }
    auto options = relayOptions();
    options.rawPorts = {};
    options.ports = {real};
    options.portAliases = {{real, 80}};
    RelayFixture relay(options);
    const auto connector = relay.connector();
    const auto challenge = connector->greet({"http-80:a.kite.test"});
    QCOMPARE(challenge.ports, QList<quint16> {80});
    const auto reply = connector->prove(challenge);
    QVERIFY(reply);
    QCOMPARE(verdictWords(*reply), Words {"ok http-80:a.kite.test"});
    const auto visitor = relay.visitor(get("a.kite.test"));
    QCOMPARE(connector->readChunk()->value("Port"), "80");

    const auto other = relay.connector();
    const auto refused
        = other->prove(other->greet({"http-" + QByteArray::number(real) + ":a.kite.test"}));
    QVERIFY(refused);
    QVERIFY(verdictWords(*refused).first().endsWith(" port"));
}

QTEST_GUILESS_MAIN(TestDoors)
#include "tst_doors.moc"
