#include <QTest>

#include "kitecore/net/listener.h"
#include "kitecore/net/porttarget.h"
#include "tests/support/loopback.h"
#include "tests/support/streamdriver.h"
#include "tests/support/waits.h"

using kite::Endpoint;
using kite::net::Acceptor;
using kite::net::Descriptor;
using kite::net::ListeningSocket;
using kite::net::Loop;
using kite::net::Peer;
using kite::net::PortTarget;
using kite::net::Visitor;
using kite::stats::Meter;
using kite::test::eventually;
using kite::test::settles;
using kite::test::StreamDriver;

namespace {

Visitor visitorOf(const QByteArray &protocol)
{
    Visitor visitor;
    visitor.protocol = protocol;
    visitor.host = "a.example";
    return visitor;
}

/// Where nobody listens.
Endpoint closedPort()
{
    const auto opened = ListeningSocket::open(QHostAddress(QHostAddress::LocalHost), 0);
    return {QStringLiteral("127.0.0.1"), opened ? (*opened)->port() : quint16(1)};
}

} // namespace

class TestPortTarget : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void connectsAndSplices();
    void saysThatItIsAway_data();
    void saysThatItIsAway();
    void showsAPageOfItsOwn();
    void visitorsOutliveTheTarget();
    void theLoopEndsWithVisitorsInIt();
};

void TestPortTarget::connectsAndSplices()
{
    Loop loop;
    auto opened = ListeningSocket::open(QHostAddress(QHostAddress::LocalHost), 0);
    QVERIFY(opened);
    std::unique_ptr<StreamDriver> served;
    const Acceptor acceptor(loop, *opened, [&](Descriptor socket, const Peer &peer) {
        served = std::make_unique<StreamDriver>(
            kite::net::descriptorStream(loop, std::move(socket), peer));
    });
    const auto meter = std::make_shared<Meter>();
    PortTarget target(Endpoint {QStringLiteral("localhost"), (*opened)->port()}, meter);
    auto [far, near] = kite::net::streamPair(loop);
    near->unread("GET / HTTP/1.1\r\n\r\n");
    target.visit(loop, std::move(near), visitorOf("http"));
    StreamDriver visitor(std::move(far));
    QVERIFY(eventually([&] { return served && served->received.endsWith("\r\n\r\n"); }));
    served->send("answer");
    served->finish();
    QVERIFY(eventually([&] { return visitor.ended; }));
    QCOMPARE(visitor.received, "answer");
    QCOMPARE(meter->in(), 18);
    QCOMPARE(meter->out(), 6);
    QCOMPARE(meter->visits(), 1);
}

void TestPortTarget::saysThatItIsAway_data()
{
    QTest::addColumn<QByteArray>("protocol");
    QTest::addColumn<QByteArray>("begins");
    QTest::addColumn<QByteArray>("contains");
    const QByteArray page("HTTP/1.1 503 ");
    const QByteArray sorry("Sorry! (be)");
    QTest::newRow("http") << QByteArray("http") << page << sorry;
    QTest::newRow("websocket") << QByteArray("websocket") << page << sorry;
    QTest::newRow("https") << QByteArray("https") << QByteArray("\x15\x03\x03\x00\x02\x02\x31", 7)
                           << QByteArray();
    QTest::newRow("raw") << QByteArray("raw") << QByteArray() << QByteArray();
}

void TestPortTarget::showsAPageOfItsOwn()
{
    Loop loop;
    const kite::http::OwnPages pages {{"a.example", "https://p.test/?"}};
    PortTarget target(closedPort(), std::make_shared<Meter>(), pages);
    for (const QByteArray host : {"a.example", "b.example"}) {
        auto [far, near] = kite::test::socketStreams(loop);
        auto who = visitorOf("http");
        who.host = host;
        target.visit(loop, std::move(near), who);
        StreamDriver visitor(std::move(far));
        QVERIFY(eventually([&] { return visitor.ended; }));
        QVERIFY(visitor.received.contains("Sorry! (be)"));
        QCOMPARE(
            visitor.received.contains(" src=\"https://p.test/?&amp;where=BE&amp;proto=http&amp;"
                                      "domain=a.example\""),
            host == "a.example");
        visitor.close();
    }
}

void TestPortTarget::saysThatItIsAway()
{
    QFETCH(QByteArray, protocol);
    QFETCH(QByteArray, begins);
    QFETCH(QByteArray, contains);
    Loop loop;
    const auto meter = std::make_shared<Meter>();
    PortTarget target(closedPort(), meter);
    auto [far, near] = kite::test::socketStreams(loop);
    target.visit(loop, std::move(near), visitorOf(protocol));
    StreamDriver visitor(std::move(far));
    visitor.send(kite::test::pattern(100'000)); // what nobody reads must not destroy the answer
    QVERIFY(eventually([&] { return visitor.ended; }));
    QVERIFY(visitor.received.startsWith(begins));
    QVERIFY(visitor.received.contains(contains));
    QCOMPARE(visitor.received.isEmpty(), begins.isEmpty());
    visitor.close();
    QVERIFY(eventually([&] { return meter->streams() == 0; }));
}

void TestPortTarget::visitorsOutliveTheTarget()
{
    Loop loop;
    const auto opened = ListeningSocket::open(QHostAddress(QHostAddress::LocalHost), 0);
    QVERIFY(opened);
    std::unique_ptr<StreamDriver> served;
    const Acceptor acceptor(loop, *opened, [&](Descriptor socket, const Peer &peer) {
        served = std::make_unique<StreamDriver>(
            kite::net::descriptorStream(loop, std::move(socket), peer));
    });
    auto target = std::make_unique<PortTarget>(
        Endpoint {QStringLiteral("127.0.0.1"), (*opened)->port()}, std::make_shared<Meter>());
    auto [far, near] = kite::net::streamPair(loop);
    target->visit(loop, std::move(near), visitorOf("raw"));
    target.reset();
    StreamDriver visitor(std::move(far));
    visitor.send("hello");
    QVERIFY(eventually([&] { return served && served->received == "hello"; }));
}

void TestPortTarget::theLoopEndsWithVisitorsInIt()
{
    const auto meter = std::make_shared<Meter>();
    const auto opened = ListeningSocket::open(QHostAddress(QHostAddress::LocalHost), 0);
    QVERIFY(opened);
    PortTarget target(Endpoint {QStringLiteral("127.0.0.1"), (*opened)->port()}, meter);
    kite::net::Descriptor far;
    {
        Loop loop;
        auto pair = kite::test::socketPair();
        far = std::move(pair.connected);
        target.visit(loop, kite::net::descriptorStream(loop, std::move(pair.accepted), {}),
                     visitorOf("raw"));
        QVERIFY(eventually([&] { return meter->streams() == 1; }));
        auto waiting = kite::test::socketPair();
        target.visit(loop, kite::net::descriptorStream(loop, std::move(waiting.accepted), {}),
                     visitorOf("raw")); // not connected yet
    }
    QCOMPARE(meter->streams(), 0);
}

QTEST_GUILESS_MAIN(TestPortTarget)
#include "tst_porttarget.moc"
