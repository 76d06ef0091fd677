#include <QHostInfo>
#include <QTest>

#include "kitecore/net/connectattempt.h"
#include "kitecore/net/listener.h"
#include "kitecore/net/socketcalls.h"
#include "tests/support/fakeclock.h"
#include "tests/support/loopback.h"
#include "tests/support/waits.h"

#ifdef Q_OS_WIN
#include <winsock2.h>
#else
#include <netinet/in.h>
#include <sys/socket.h>
#endif

using kite::Endpoint;
using kite::Result;
using kite::net::ByteStream;
using kite::net::ConnectAttempt;
using kite::net::ConnectError;
using kite::net::ConnectFailure;
using kite::net::Descriptor;
using kite::net::ListeningSocket;
using kite::net::Loop;
using kite::test::eventually;
using kite::test::FakeClock;
using kite::test::settles;
using namespace std::chrono_literals;

namespace {

std::shared_ptr<ListeningSocket> listen(QHostAddress::SpecialAddress address, quint16 port = 0)
{
    auto opened = ListeningSocket::open(QHostAddress(address), port);
    return opened ? std::move(opened).value() : nullptr;
}

/// A port that was free a moment ago.
quint16 closedPort()
{
    return listen(QHostAddress::LocalHost)->port();
}

/// Listens, but its queue is full: connecting to it neither succeeds nor fails.
class DeafPort
{
public:
    explicit DeafPort(QHostAddress::SpecialAddress address = QHostAddress::LocalHost)
        : m_socket(listen(address))
    {
        ::listen(int(m_socket->handle()), 0); // of one
        for (int i = 0; i < 4; ++i) {
            auto caller = kite::net::calls::beginConnect(QHostAddress(address), port());
            if (caller)
                m_callers.push_back(std::move(caller).value());
        }
    }
    quint16 port() const { return m_socket->port(); }

private:
    std::shared_ptr<ListeningSocket> m_socket;
    std::vector<Descriptor> m_callers;
};

/// One attempt and how it ended.
class Dialled
{
public:
    Dialled(Loop &loop, const QString &host, quint16 port, std::chrono::milliseconds deadline = 1h)
        : attempt(std::make_unique<ConnectAttempt>(
            loop, Endpoint {host, port}, deadline,
            [this](Result<std::unique_ptr<ByteStream>, ConnectFailure> result) {
                ++answers;
                if (result)
                    stream = std::move(result).value();
                else
                    failure = result.error();
                attempt.reset();
            }))
    {
    }

    int answers = 0;
    std::unique_ptr<ByteStream> stream;
    std::optional<ConnectFailure> failure;
    std::unique_ptr<ConnectAttempt> attempt;
};

} // namespace

class TestConnectAttempt : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void connects_data();
    void connects();
    void refused_data();
    void refused();
    void aDeadAddressDoesNotHoldUpTheNext();
    void connectsTooLate();
    void timesOut();
    void noSuchName();
    void looksUpNames();
    void neverAnswersFromInside();
    void destroyingCancels_data();
    void destroyingCancels();
#ifdef Q_OS_LINUX
    void whoReachesItselfHasReachedNobody();
#endif
};

void TestConnectAttempt::connects_data()
{
    QTest::addColumn<QHostAddress::SpecialAddress>("listens");
    QTest::addColumn<QString>("host");
    QTest::addColumn<QString>("peer");
    QTest::newRow("IPv4") << QHostAddress::LocalHost << "127.0.0.1"
                          << "127.0.0.1";
    QTest::newRow("IPv6") << QHostAddress::LocalHostIPv6 << "::1"
                          << "::1";
    QTest::newRow("localhost, IPv4") << QHostAddress::LocalHost << "localhost"
                                     << "127.0.0.1";
    QTest::newRow("localhost, IPv6") << QHostAddress::LocalHostIPv6 << "localhost"
                                     << "::1";
    QTest::newRow("below localhost") << QHostAddress::LocalHost << "my.localhost"
                                     << "127.0.0.1";
}

void TestConnectAttempt::connects()
{
    QFETCH(QHostAddress::SpecialAddress, listens);
    QFETCH(QString, host);
    QFETCH(QString, peer);
    Loop loop;
    const auto server = listen(listens);
    Dialled dialled(loop, host, server->port());
    QVERIFY(eventually([&] { return dialled.answers > 0; }));
    QVERIFY(dialled.stream);
    QCOMPARE(dialled.stream->peer().address, peer);
    QCOMPARE(dialled.stream->peer().port, server->port());
    QVERIFY(settles());
    QCOMPARE(dialled.answers, 1);
}

void TestConnectAttempt::refused_data()
{
    QTest::addColumn<QString>("host");
    QTest::newRow("one address") << "127.0.0.1";
    QTest::newRow("both of localhost") << "localhost";
    QTest::newRow("fails at once") << "255.255.255.255"; // TCP knows no broadcast
}

void TestConnectAttempt::refused()
{
    QFETCH(QString, host);
    Loop loop;
    Dialled dialled(loop, host, closedPort());
    QCOMPARE(dialled.answers, 0);
    QVERIFY(eventually([&] { return dialled.answers > 0; }));
    QVERIFY(dialled.failure);
    QCOMPARE(dialled.failure->error, ConnectError::Refused);
    QVERIFY(!dialled.failure->detail.isEmpty());
}

void TestConnectAttempt::aDeadAddressDoesNotHoldUpTheNext()
{
    Loop loop;
    const DeafPort deaf;
    const auto other = listen(QHostAddress::LocalHostIPv6, deaf.port());
    QVERIFY(other);
    Dialled dialled(loop, QStringLiteral("localhost"), deaf.port());
    QVERIFY(eventually([&] { return dialled.answers > 0; }));
    QVERIFY(dialled.stream);
    QCOMPARE(dialled.stream->peer().address, QStringLiteral("::1"));
}

/// A socket that connected while the loop was busy is not heard of once the time is over.
void TestConnectAttempt::connectsTooLate()
{
    FakeClock clock;
    Loop loop(clock);
    const auto listener = listen(QHostAddress::LocalHost);
    Dialled dialled(loop, QStringLiteral("127.0.0.1"), listener->port(), 5s);
    clock.advance(5s);
    loop.deadlines().tick();
    QCOMPARE(dialled.answers, 1);
    QVERIFY(dialled.failure);
    QVERIFY(settles());
    QCOMPARE(dialled.answers, 1);
    QVERIFY(!dialled.stream);
}

void TestConnectAttempt::timesOut()
{
    FakeClock clock;
    Loop loop(clock);
    const DeafPort deaf;
    Dialled dialled(loop, QStringLiteral("127.0.0.1"), deaf.port(), 5s);
    QVERIFY(settles());
    QCOMPARE(dialled.answers, 0);
    clock.advance(5s);
    loop.deadlines().tick();
    QCOMPARE(dialled.answers, 1);
    QVERIFY(dialled.failure);
    QCOMPARE(dialled.failure->error, ConnectError::TimedOut);
    QVERIFY(settles());
}

void TestConnectAttempt::noSuchName()
{
    Loop loop;
    Dialled dialled(loop, QStringLiteral("no-such-name.invalid"), 80); // RFC 6761, 6.4
    QCOMPARE(dialled.answers, 0);
    QVERIFY(eventually([&] { return dialled.answers > 0; }));
    QVERIFY(dialled.failure);
    QCOMPARE(dialled.failure->error, ConnectError::NoSuchName);
}

void TestConnectAttempt::looksUpNames()
{
    Loop loop;
    const auto server = listen(QHostAddress::Any);
    const QString name = QHostInfo::localHostName(); // if the system knows it, so must we
    const bool isKnown = !QHostInfo::fromName(name).addresses().isEmpty();
    Dialled dialled(loop, name, server->port());
    QCOMPARE(dialled.answers, 0);
    QVERIFY(eventually([&] { return dialled.answers > 0; }));
    QCOMPARE(bool(dialled.stream), isKnown);
}

void TestConnectAttempt::neverAnswersFromInside()
{
    Loop loop;
    const auto server = listen(QHostAddress::LocalHost);
    bool constructed = false;
    bool answered = false;
    const ConnectAttempt attempt(loop, {QStringLiteral("127.0.0.1"), server->port()}, 1h,
                                 [&](auto) {
                                     answered = true;
                                     QVERIFY(constructed);
                                 });
    constructed = true;
    QVERIFY(eventually([&] { return answered; }));
}

void TestConnectAttempt::destroyingCancels_data()
{
    QTest::addColumn<QString>("host");
    QTest::newRow("refused") << "localhost";
    QTest::newRow("fails at once") << "255.255.255.255";
    QTest::newRow("looked up") << "no-such-name.invalid";
}

void TestConnectAttempt::destroyingCancels()
{
    QFETCH(QString, host);
    Loop loop;
    Dialled dialled(loop, host, closedPort());
    dialled.attempt.reset();
    QVERIFY(settles());
    QCOMPARE(dialled.answers, 0);
}

#ifdef Q_OS_LINUX
/// A port that nobody listens on may be the one that the system gives who asks for it.
void TestConnectAttempt::whoReachesItselfHasReachedNobody()
{
    const Descriptor socket(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in own {};
    own.sin_family = AF_INET;
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof own;
    auto *const address = reinterpret_cast<sockaddr *>(&own);
    QCOMPARE(::bind(int(socket.handle()), address, size), 0);
    QCOMPARE(::getsockname(int(socket.handle()), address, &size), 0);
    QCOMPARE(::connect(int(socket.handle()), address, size), 0);
    QVERIFY(!kite::net::calls::isConnected(socket.handle()));
    QVERIFY(kite::net::calls::connectError(socket.handle()) != 0);
}
#endif

QTEST_GUILESS_MAIN(TestConnectAttempt)
#include "tst_connectattempt.moc"
