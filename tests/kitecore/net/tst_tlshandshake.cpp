#include <QTest>

#include <openssl/ssl.h>

#include "kitecore/net/loop.h"
#include "tests/kitecore/net/tlscontexts.h"
#include "tests/support/fakeclock.h"
#include "tests/support/loopback.h"
#include "tests/support/streamdriver.h"
#include "tests/support/waits.h"

using kite::net::ByteStream;
using kite::net::Io;
using kite::net::Loop;
using kite::net::TlsError;
using kite::test::eventually;
using kite::test::FakeClock;
using kite::test::Outcome;
using kite::test::settles;
using kite::test::StreamDriver;
using kite::test::TestCa;
using kite::test::TlsContexts;
using kite::test::valueOf;
using kite::tls::RelayTrust;
using namespace std::chrono_literals;

namespace {

using Stream = std::unique_ptr<ByteStream>;

} // namespace

/// How handshakes end, and when whoever waits for one is told.
class TestTlsHandshake : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void helloThatWasPeeked();
    void certificates_data();
    void certificates();
    void aRefusalOfTheServer();
    void noTlsAtAll();
    void closedDuringTheHandshake();
    void silenceDuringTheHandshake();
    void neverDoneFromInside();
    void mayBeDestroyedWhenDone_data();
    void mayBeDestroyedWhenDone();

private:
    TlsContexts m_tls;
};

void TestTlsHandshake::helloThatWasPeeked()
{
    Loop loop;
    auto [clientEnd, serverEnd] = kite::test::socketStreams(loop);
    Outcome clientOutcome;
    Outcome serverOutcome;
    auto client = kite::net::tlsClient(loop, std::move(clientEnd), m_tls.client, "relay.test",
                                       clientOutcome.listener());
    QByteArray hello(4096, Qt::Uninitialized);
    Io io;
    QVERIFY(eventually([&] {
        io = serverEnd->read(hello);
        return io.status == Io::Status::Moved;
    }));
    QVERIFY(hello.first(io.bytes).contains("relay.test")); // SNI
    serverEnd->unread(hello.first(io.bytes));
    const auto server
        = kite::net::tlsServer(loop, std::move(serverEnd), m_tls.server, serverOutcome.listener());
    QVERIFY(eventually([&] { return clientOutcome.told == 1 && serverOutcome.told == 1; }));
    QCOMPARE(serverOutcome.error, TlsError::None);
}

void TestTlsHandshake::certificates_data()
{
    QTest::addColumn<QByteArray>("altNames");
    QTest::addColumn<int>("validForDays");
    QTest::addColumn<bool>("knownAuthority");
    QTest::addColumn<bool>("checked");
    QTest::addColumn<TlsError>("error");
    const QByteArray right("DNS:relay.test");
    QTest::newRow("right") << right << 30 << true << true << TlsError::None;
    QTest::newRow("for another name")
        << QByteArray("DNS:other.test") << 30 << true << true << TlsError::Untrusted;
    QTest::newRow("out of date") << right << -1 << true << true << TlsError::Untrusted;
    QTest::newRow("of nobody known") << right << 30 << false << true << TlsError::Untrusted;
    QTest::newRow("unchecked") << QByteArray("DNS:other.test") << -1 << false << false
                               << TlsError::None;
}

void TestTlsHandshake::certificates()
{
    QFETCH(QByteArray, altNames);
    QFETCH(int, validForDays);
    QFETCH(bool, knownAuthority);
    QFETCH(bool, checked);
    QFETCH(TlsError, error);
    TestCa::Wish wish;
    wish.altNames = altNames;
    wish.validFromDays = -30;
    wish.validForDays = validForDays;
    TestCa stranger;
    const auto pem = (knownAuthority ? m_tls.ca : stranger).issue(wish);
    RelayTrust trust;
    trust.check = checked ? RelayTrust::Check::Certificate : RelayTrust::Check::None;
    trust.authorityFile = m_tls.ca.authorityFile();
    trust.names = {"relay.test"};
    Loop loop;
    auto [clientEnd, serverEnd] = kite::test::socketStreams(loop);
    Outcome clientOutcome;
    Outcome serverOutcome;
    const auto client
        = kite::net::tlsClient(loop, std::move(clientEnd), valueOf(kite::tls::clientContext(trust)),
                               {}, clientOutcome.listener());
    StreamDriver server(kite::net::tlsServer(loop, std::move(serverEnd),
                                             valueOf(kite::tls::serverContext(pem)),
                                             serverOutcome.listener()));
    QVERIFY(eventually([&] { return clientOutcome.told > 0; }));
    QCOMPARE(clientOutcome.error, error);
    QCOMPARE(clientOutcome.detail.isEmpty(), error == TlsError::None);
    // The server hears of it by an alert: during its handshake or, as TLS 1.3 ends early for it,
    // when it reads.
    if (error == TlsError::Untrusted) {
        QVERIFY(eventually([&] { return serverOutcome.told > 0; }));
        QVERIFY(
            eventually([&] { return serverOutcome.error == TlsError::Refused || server.failed; }));
    }
    QVERIFY(settles());
    QCOMPARE(clientOutcome.told, 1);
}

void TestTlsHandshake::aRefusalOfTheServer()
{
    Loop loop;
    const auto picky = valueOf(kite::tls::serverContext(m_tls.pem));
    SSL_CTX_set_min_proto_version(picky.get(), TLS1_3_VERSION);
    const auto old = valueOf(kite::tls::clientContext({}));
    SSL_CTX_set_max_proto_version(old.get(), TLS1_2_VERSION);
    auto [clientEnd, serverEnd] = kite::test::socketStreams(loop);
    Outcome clientOutcome;
    Outcome serverOutcome;
    const auto client
        = kite::net::tlsClient(loop, std::move(clientEnd), old, {}, clientOutcome.listener());
    const auto server
        = kite::net::tlsServer(loop, std::move(serverEnd), picky, serverOutcome.listener());
    QVERIFY(eventually([&] { return clientOutcome.told == 1 && serverOutcome.told == 1; }));
    QCOMPARE(clientOutcome.error, TlsError::Refused);
    QCOMPARE(serverOutcome.error, TlsError::Broken);
    QVERIFY(!clientOutcome.detail.isEmpty());
}

void TestTlsHandshake::noTlsAtAll()
{
    Loop loop;
    auto [clientEnd, serverEnd] = kite::test::socketStreams(loop);
    Outcome outcome;
    const auto client = kite::net::tlsClient(loop, std::move(clientEnd), m_tls.client, "relay.test",
                                             outcome.listener());
    serverEnd->write("HTTP/1.1 400 Bad Request\r\n\r\n");
    QVERIFY(eventually([&] { return outcome.told > 0; }));
    QCOMPARE(outcome.error, TlsError::Broken);
    QVERIFY(!outcome.detail.isEmpty());
    char c = 0;
    QCOMPARE(client->read(std::span(&c, 1)).status, Io::Status::Failed);
    QCOMPARE(client->write("x").status, Io::Status::Failed);
}

void TestTlsHandshake::closedDuringTheHandshake()
{
    Loop loop;
    auto [clientEnd, serverEnd] = kite::test::socketStreams(loop);
    Outcome outcome;
    const auto client = kite::net::tlsClient(loop, std::move(clientEnd), m_tls.client, "relay.test",
                                             outcome.listener());
    serverEnd->shutdownWrite();
    QVERIFY(eventually([&] { return outcome.told > 0; }));
    QCOMPARE(outcome.error, TlsError::Broken);
    QVERIFY(settles());
    QCOMPARE(outcome.told, 1);
}

void TestTlsHandshake::silenceDuringTheHandshake()
{
    FakeClock clock;
    Loop loop(clock);
    auto [clientEnd, serverEnd] = kite::test::socketStreams(loop);
    Outcome outcome;
    const auto client = kite::net::tlsClient(loop, std::move(clientEnd), m_tls.client, "relay.test",
                                             outcome.listener());
    QVERIFY(settles());
    clock.advance(19s);
    loop.deadlines().tick();
    QCOMPARE(outcome.told, 0);
    clock.advance(1s);
    loop.deadlines().tick();
    QCOMPARE(outcome.told, 1);
    QCOMPARE(outcome.error, TlsError::Broken);
}

void TestTlsHandshake::neverDoneFromInside()
{
    Loop loop;
    auto [clientEnd, serverEnd] = kite::test::socketStreams(loop);
    serverEnd.reset(); // fails as early as can be
    Outcome outcome;
    const auto client = kite::net::tlsClient(loop, std::move(clientEnd), m_tls.client, "relay.test",
                                             outcome.listener());
    QCOMPARE(outcome.told, 0);
    QVERIFY(eventually([&] { return outcome.told > 0; }));
    QCOMPARE(outcome.error, TlsError::Broken);
}

void TestTlsHandshake::mayBeDestroyedWhenDone_data()
{
    QTest::addColumn<bool>("works");
    QTest::newRow("after a handshake") << true;
    QTest::newRow("after a failure") << false;
}

void TestTlsHandshake::mayBeDestroyedWhenDone()
{
    QFETCH(bool, works);
    Loop loop;
    auto [clientEnd, serverEnd] = kite::test::socketStreams(loop);
    Stream client;
    int told = 0;
    client = kite::net::tlsClient(loop, std::move(clientEnd), m_tls.client, "relay.test",
                                  [&](auto, auto) {
                                      ++told;
                                      client.reset();
                                  });
    Stream server;
    if (works)
        server = kite::net::tlsServer(loop, std::move(serverEnd), m_tls.server, [](auto, auto) {});
    else
        serverEnd->write("no TLS");
    QVERIFY(eventually([&] { return told > 0; }));
    QVERIFY(settles());
    QCOMPARE(told, 1);
}

QTEST_GUILESS_MAIN(TestTlsHandshake)
#include "tst_tlshandshake.moc"
