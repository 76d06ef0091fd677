#include <atomic>

#include <QTcpSocket>
#include <QTest>
#include <QThread>

#include "kitecore/net/listener.h"
#include "kitecore/net/socketcalls.h"
#include "tests/support/loopback.h"
#include "tests/support/waits.h"

using kite::net::Acceptor;
using kite::net::Descriptor;
using kite::net::ListenError;
using kite::net::ListeningSocket;
using kite::net::Loop;
using kite::net::Peer;
using kite::test::eventually;
using kite::test::settles;

namespace {

Descriptor dial(const ListeningSocket &to, QHostAddress::SpecialAddress from)
{
    auto socket = kite::net::calls::beginConnect(QHostAddress(from), to.port());
    return socket ? std::move(socket).value() : Descriptor();
}

} // namespace

class TestListener : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anyIsBothFamilies();
    void oneFamilyOnly();
    void aPortInUse();
    void anAddressOfSomebodyElse();
    void acceptedHaveNoDelay();
    void burstsAreTakenWhole();
    void anAcceptorMayBeDestroyedByItsVisitor();
    void visitorsWaitWithoutAnAcceptor();
    void visitorsWaitForAnAcceptorThatPauses();
    void threadsShareOneSocket();
    void whoeverIsLastClosesIt();
};

void TestListener::anyIsBothFamilies()
{
    Loop loop;
    const auto socket = ListeningSocket::open(QHostAddress::Any, 0);
    QVERIFY(socket);
    QVERIFY((*socket)->port() != 0);
    QStringList peers;
    const Acceptor acceptor(loop, *socket,
                            [&](Descriptor, const Peer &peer) { peers << peer.address; });
    const auto v4 = dial(**socket, QHostAddress::LocalHost);
    QVERIFY(eventually([&] { return peers.size() == 1; }));
    const auto v6 = dial(**socket, QHostAddress::LocalHostIPv6);
    QVERIFY(eventually([&] { return peers.size() == 2; }));
    QCOMPARE(peers.join(QLatin1Char(' ')), QStringLiteral("127.0.0.1 ::1"));
}

void TestListener::oneFamilyOnly()
{
    Loop loop;
    const auto socket = ListeningSocket::open(QHostAddress(QHostAddress::LocalHostIPv6), 0);
    QVERIFY(socket);
    QCOMPARE((*socket)->address(), QHostAddress(QHostAddress::LocalHostIPv6));
    int visitors = 0;
    const Acceptor acceptor(loop, *socket, [&](Descriptor, const Peer &) { ++visitors; });
    const auto v4 = dial(**socket, QHostAddress::LocalHost);
    QVERIFY(settles());
    QCOMPARE(visitors, 0);
    const auto v6 = dial(**socket, QHostAddress::LocalHostIPv6);
    QVERIFY(eventually([&] { return visitors == 1; }));
}

void TestListener::aPortInUse()
{
    const auto first = ListeningSocket::open(QHostAddress(QHostAddress::LocalHost), 0);
    QVERIFY(first);
    const auto second
        = ListeningSocket::open(QHostAddress(QHostAddress::LocalHost), (*first)->port());
    QVERIFY(!second);
    QCOMPARE(second.error().error, ListenError::InUse);
    QVERIFY(!second.error().detail.isEmpty());
}

void TestListener::anAddressOfSomebodyElse()
{
    const auto socket = ListeningSocket::open(QHostAddress(QStringLiteral("192.0.2.1")), 0);
    QVERIFY(!socket);
    QCOMPARE(socket.error().error, ListenError::NoAddress);
}

void TestListener::acceptedHaveNoDelay()
{
    Loop loop;
    const auto socket = ListeningSocket::open(QHostAddress(QHostAddress::LocalHost), 0);
    QVERIFY(socket);
    Descriptor taken;
    const Acceptor acceptor(loop, *socket,
                            [&](Descriptor visitor, const Peer &) { taken = std::move(visitor); });
    const auto dialled = dial(**socket, QHostAddress::LocalHost);
    QVERIFY(eventually([&] { return taken.isOpen(); }));
    QTcpSocket asked; // owns it
    QVERIFY(asked.setSocketDescriptor(taken.release()));
    QCOMPARE(asked.socketOption(QAbstractSocket::LowDelayOption).toInt(), 1);
}

void TestListener::burstsAreTakenWhole()
{
    Loop loop;
    const auto socket = ListeningSocket::open(QHostAddress(QHostAddress::LocalHost), 0);
    QVERIFY(socket);
    std::vector<Descriptor> dialled;
    for (int i = 0; i < 200; ++i)
        dialled.push_back(dial(**socket, QHostAddress::LocalHost));
    std::vector<Descriptor> taken;
    const Acceptor acceptor(loop, *socket, [&](Descriptor visitor, const Peer &) {
        taken.push_back(std::move(visitor));
    });
    QVERIFY(eventually([&] { return taken.size() == dialled.size(); }));
}

void TestListener::anAcceptorMayBeDestroyedByItsVisitor()
{
    Loop loop;
    const auto socket = ListeningSocket::open(QHostAddress(QHostAddress::LocalHost), 0);
    QVERIFY(socket);
    const auto one = dial(**socket, QHostAddress::LocalHost);
    const auto other = dial(**socket, QHostAddress::LocalHost);
    int visitors = 0;
    std::unique_ptr<Acceptor> acceptor;
    acceptor = std::make_unique<Acceptor>(loop, *socket, [&](Descriptor, const Peer &) {
        ++visitors;
        acceptor.reset();
    });
    QVERIFY(eventually([&] { return visitors > 0; }));
    QVERIFY(settles());
    QCOMPARE(visitors, 1);
}

void TestListener::visitorsWaitWithoutAnAcceptor()
{
    Loop loop;
    const auto socket = ListeningSocket::open(QHostAddress(QHostAddress::LocalHost), 0);
    QVERIFY(socket);
    const auto early = dial(**socket, QHostAddress::LocalHost);
    QVERIFY(settles());
    int visitors = 0;
    const Acceptor acceptor(loop, *socket, [&](Descriptor, const Peer &) { ++visitors; });
    QVERIFY(eventually([&] { return visitors == 1; }));
}

void TestListener::visitorsWaitForAnAcceptorThatPauses()
{
    Loop loop;
    const auto socket = ListeningSocket::open(QHostAddress::LocalHost, 0);
    QVERIFY(socket);
    int visitors = 0;
    Acceptor acceptor(loop, *socket, [&](Descriptor, const Peer &) { ++visitors; });
    acceptor.setAccepting(false);
    const auto visitor = dial(**socket, QHostAddress::LocalHost);
    QVERIFY(settles());
    QCOMPARE(visitors, 0);
    acceptor.setAccepting(true);
    QVERIFY(eventually([&] { return visitors == 1; }));
}

void TestListener::threadsShareOneSocket()
{
    constexpr int visitorCount = 60;
    auto opened = ListeningSocket::open(QHostAddress(QHostAddress::LocalHost), 0);
    QVERIFY(opened);
    auto socket = std::move(opened).value();
    std::atomic<int> visitors = 0;
    std::vector<std::unique_ptr<QThread>> threads;
    for (int i = 0; i < 3; ++i) {
        threads.emplace_back(QThread::create([&visitors, socket] {
            Loop loop;
            const Acceptor acceptor(loop, socket, [&](Descriptor, const Peer &) { ++visitors; });
            eventually([&] { return visitors >= visitorCount; });
        }));
        threads.back()->start();
    }
    std::vector<Descriptor> dialled;
    for (int i = 0; i < visitorCount; ++i)
        dialled.push_back(dial(*socket, QHostAddress::LocalHost));
    socket.reset(); // the threads keep it
    for (const auto &thread : threads)
        QVERIFY(thread->wait());
    QCOMPARE(visitors.load(), visitorCount);
}

void TestListener::whoeverIsLastClosesIt()
{
    quint16 port = 0;
    {
        Loop loop;
        auto socket = ListeningSocket::open(QHostAddress(QHostAddress::LocalHost), 0);
        QVERIFY(socket);
        port = (*socket)->port();
        const Acceptor acceptor(loop, std::move(socket).value(), [](Descriptor, const Peer &) {});
        QVERIFY(!ListeningSocket::open(QHostAddress(QHostAddress::LocalHost), port));
    }
    QVERIFY(ListeningSocket::open(QHostAddress(QHostAddress::LocalHost), port));
}

QTEST_GUILESS_MAIN(TestListener)
#include "tst_listener.moc"
