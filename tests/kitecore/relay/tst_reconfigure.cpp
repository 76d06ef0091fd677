#include <QTemporaryDir>
#include <QTest>

#include "kitecore/net/streams.h"
#include "tests/support/freeport.h"
#include "tests/support/relayfixture.h"

using namespace kite;
using namespace kite::test;

namespace {

QByteArrayList words(FakeConnector &connector, const QByteArray &secret)
{
    const auto reply = connector.prove(connector.greet({"http:b.kite.test"}), secret);
    return reply ? verdictWords(*reply) : QByteArrayList {"(closed)"};
}

bool answersOn(RelayFixture &relay, quint16 port)
{
    StreamDriver visitor(dial(relay.loop, port));
    visitor.send(get("gone.example"));
    eventually([&] { return visitor.isOver() || visitor.unwanted; });
    return visitor.received.contains("Sorry! (fe)");
}

/// Whether the relay answers TLS with the certificate of this pin.
bool shows(RelayFixture &relay, const QByteArray &pin)
{
    tls::RelayTrust trust;
    trust.fingerprints = {pin};
    std::optional<net::TlsError> outcome;
    const auto caller = net::tlsClient(
        relay.loop, dial(relay.loop, relay.port()), *tls::clientContext(trust), "relay.test",
        [&](net::TlsError error, const QString &) { outcome = error; });
    return eventually([&] { return outcome.has_value(); }) && *outcome == net::TlsError::None;
}

} // namespace

/// New options for a relay that runs.
class TestReconfigure : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void streamsGoOn_data();
    void streamsGoOn();
    void accountsChange();
    void namesBecomeTheirOwners();
    void revokedKitesLeave_data();
    void revokedKitesLeave();
    void usedChallengesStayUsed();
    void portsOpenAndClose();
    void takenPortChangesNothing();
    void certificatesAreReadAgain();
    void badCertificateChangesNothing();
    void lostCertificateStays();
    void lostAcceptFileStays();
    void acceptFileThatNobodyCanReadIsRefused();
};

void TestReconfigure::streamsGoOn_data()
{
    QTest::addColumn<int>("workers");
    QTest::newRow("one worker") << 1;
    QTest::newRow("three workers") << 3;
}

void TestReconfigure::streamsGoOn()
{
    QFETCH(const int, workers);
    auto options = relayOptions();
    options.workers = workers;
    RelayFixture relay(options);
    const auto port = relay.port();
    const auto connector = relay.connector();
    QVERIFY(connector->fly({"http:a.kite.test"}));
    const auto visitor = relay.visitor(get("a.kite.test"));
    const auto request = connector->readChunk();
    QVERIFY(request);

    options.motd = "changed";
    options.ports = {0, 0};
    QVERIFY(relay.server.reconfigure(options));
    QCOMPARE(relay.server.ports().size(), 2);
    QCOMPARE(relay.port(), port); // what is open stays open
    QVERIFY(
        eventually([&] { return relay.connector()->greet({"http:x.test"}).motd == "changed"; }));

    connector->sendChunk("SID: " + request->value("SID") + "\r\n", "still here");
    QVERIFY(eventually([&] { return visitor->received == "still here"; }));
    const auto later = relay.visitor(get("a.kite.test", "/later"));
    auto chunk = connector->readChunk();
    while (chunk && chunk->data.isEmpty()) // progress
        chunk = connector->readChunk();
    QVERIFY(chunk);
    QCOMPARE(chunk->data, get("a.kite.test", "/later"));
}

void TestReconfigure::accountsChange()
{
    auto options = relayOptions();
    options.accounts = {{{"http"}, "a.kite.test", secrets::Secret("s3cret")}};
    RelayFixture relay(options);
    QCOMPARE(words(*relay.connector(), "n3w"),
             QByteArrayList {"invalid http:b.kite.test unauthorized"});
    options.accounts.append({{"http"}, "b.kite.test", secrets::Secret("n3w")});
    QVERIFY(relay.server.reconfigure(options));
    QVERIFY(settles());
    QCOMPARE(words(*relay.connector(), "n3w"), QByteArrayList {"ok http:b.kite.test"});
}

/// A wildcard's kite stays, and no longer serves the name that got an account.
void TestReconfigure::namesBecomeTheirOwners()
{
    auto options = relayOptions();
    RelayFixture relay(options);
    const auto connector = relay.connector();
    QVERIFY(connector->fly({"http:*.kite.test"}));
    const auto before = relay.visitor(get("a.kite.test"));
    QVERIFY(connector->readChunk());
    options.accounts.append({{"raw"}, "A.kite.test", secrets::Secret("n3w")});
    QVERIFY(relay.server.reconfigure(options));
    QVERIFY(settles());
    QVERIFY(relay.answerTo(get("a.kite.test")).contains("Sorry! (fe)"));
    const auto other = relay.visitor(get("b.kite.test"));
    const auto chunk = connector->readChunk();
    QVERIFY(chunk);
    QCOMPARE(chunk->value("Host"), "b.kite.test");
}

void TestReconfigure::revokedKitesLeave_data()
{
    QTest::addColumn<QByteArray>("secret"); ///< empty: the account goes
    QTest::addColumn<QByteArrayList>("protocols");
    const QByteArrayList http {"http"};
    QTest::newRow("account gone") << QByteArray() << http;
    QTest::newRow("another secret") << QByteArray("n3w") << http;
    QTest::newRow("protocol gone") << QByteArray("s3cret") << QByteArrayList {"raw"};
}

void TestReconfigure::revokedKitesLeave()
{
    QFETCH(const QByteArray, secret);
    QFETCH(const QByteArrayList, protocols);
    auto options = relayOptions();
    options.accounts = {{{"http"}, "a.kite.test", secrets::Secret("s3cret")},
                        {{"raw"}, "b.kite.test", secrets::Secret("s3cret")}};
    RelayFixture relay(options);
    const auto revoked = relay.connector();
    QVERIFY(revoked->fly({"http:a.kite.test"}));
    const auto other = relay.connector();
    QVERIFY(other->fly({"raw-22:b.kite.test"}));

    options.accounts.removeFirst();
    if (!secret.isEmpty())
        options.accounts.append({{"http"}, "a.kite.test", secrets::Secret(secret)});
    options.protocols = protocols + QByteArrayList {"raw"};
    QVERIFY(relay.server.reconfigure(options));
    QVERIFY(revoked->isClosedByRelay());
    QVERIFY(relay.answerTo(get("a.kite.test")).contains("Sorry! (fe)"));
    QVERIFY(!other->connection().isOver());
}

void TestReconfigure::usedChallengesStayUsed()
{
    auto options = relayOptions();
    RelayFixture relay(options);
    const auto connector = relay.connector();
    const auto reply = connector->greet({"http:a.kite.test"});
    wire::Greeting proof;
    proof.kites = signedRequests(reply, "s3cret");
    QVERIFY(connector->prove(reply));
    connector->connection().close();
    QVERIFY(relay.server.reconfigure(options));
    const auto replayed = relay.connector();
    replayed->send(wire::writeGreeting(proof));
    QCOMPARE(verdictWords(*wire::parseReply(replayed->readHead())),
             QByteArrayList {"invalid http:a.kite.test unauthorized"});
}

void TestReconfigure::portsOpenAndClose()
{
    auto options = relayOptions();
    RelayFixture relay(options);
    const auto old = relay.port();
    const auto wanted = freePort();
    options.ports = {wanted};
    QVERIFY(relay.server.reconfigure(options));
    QCOMPARE(relay.server.ports(), QList<quint16> {wanted});
    QVERIFY(settles());
    QVERIFY(answersOn(relay, wanted));
    QVERIFY(!answersOn(relay, old));
}

void TestReconfigure::takenPortChangesNothing()
{
    auto options = relayOptions();
    RelayFixture relay(options);
    const auto port = relay.port();
    QTcpServer taken;
    QVERIFY(taken.listen(QHostAddress::LocalHost));
    options.ports = {0, taken.serverPort()};
    options.motd = "changed";
    const auto failed = relay.server.reconfigure(options);
    QVERIFY(!failed);
    QCOMPARE(failed.error().error, relay::RelayError::Listen);
    QCOMPARE(relay.server.ports(), QList<quint16> {port});
    QCOMPARE(relay.connector()->greet({"http:x.test"}).motd, "");
}

void TestReconfigure::certificatesAreReadAgain()
{
    const QTemporaryDir folder;
    const auto pem = folder.filePath(QStringLiteral("relay.pem"));
    QVERIFY(tls::makeSelfSigned(pem, {"relay.test"}));
    auto options = relayOptions();
    options.tlsNames = {{"relay.test", pem}};
    RelayFixture relay(options);
    QVERIFY(tls::makeSelfSigned(pem, {"relay.test"})); // another one
    QVERIFY(relay.server.reconfigure(options));
    QVERIFY(settles());

    QVERIFY(shows(relay, *tls::fingerprint(pem)));
}

void TestReconfigure::badCertificateChangesNothing()
{
    const QTemporaryDir folder;
    const auto pem = folder.filePath(QStringLiteral("relay.pem"));
    QVERIFY(tls::makeSelfSigned(pem, {"relay.test"}));
    auto options = relayOptions();
    options.tlsNames = {{"relay.test", pem}};
    RelayFixture relay(options);
    options.tlsNames.append({"other.test", folder.filePath(QStringLiteral("missing.pem"))});
    options.motd = "changed";
    const auto failed = relay.server.reconfigure(options);
    QVERIFY(!failed);
    QCOMPARE(failed.error().error, relay::RelayError::Certificate);
    QCOMPARE(relay.connector()->greet({"http:x.test"}).motd, "");
}

void TestReconfigure::lostCertificateStays()
{
    const QTemporaryDir folder;
    const auto pem = folder.filePath(QStringLiteral("relay.pem"));
    QVERIFY(tls::makeSelfSigned(pem, {"relay.test"}));
    const auto pin = *tls::fingerprint(pem);
    auto options = relayOptions();
    options.tlsNames = {{"relay.test", pem}};
    RelayFixture relay(options);
    QVERIFY(QFile::remove(pem));
    options.motd = "changed";
    const auto done = relay.server.reconfigure(options);
    QVERIFY(done);
    QCOMPARE(done->size(), 1);
    QVERIFY(done->first().contains(pem));
    QVERIFY(settles());
    QCOMPARE(relay.connector()->greet({"http:x.test"}).motd, "changed");

    QVERIFY(shows(relay, pin));
}

/// Else whoever cannot read it any more would let everybody in.
void TestReconfigure::lostAcceptFileStays()
{
    const QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("accept")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("127\\. deny\n");
    file.close();
    auto options = relayOptions();
    options.acceptFile = file.fileName();
    RelayFixture relay(options);
    QVERIFY(file.remove()); // before anybody came
    QVERIFY(!answersOn(relay, relay.port()));
    QVERIFY(relay.server.reconfigure(options));
    QVERIFY(settles());
    QVERIFY(!answersOn(relay, relay.port()));
}

void TestReconfigure::acceptFileThatNobodyCanReadIsRefused()
{
    const QTemporaryDir folder;
    auto options = relayOptions();
    RelayFixture relay(options);
    QVERIFY(answersOn(relay, relay.port()));
    auto closed = options;
    closed.acceptFile = folder.filePath(QStringLiteral("none"));
    const auto refused = relay.server.reconfigure(closed);
    QVERIFY(!refused);
    QCOMPARE(refused.error().error, relay::RelayError::AcceptFile);
    QVERIFY(answersOn(relay, relay.port()));
}

QTEST_GUILESS_MAIN(TestReconfigure)
#include "tst_reconfigure.moc"
