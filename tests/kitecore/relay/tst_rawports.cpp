#include <QTest>

#include "kitecore/relay/arrival.h"
#include "tests/support/freeport.h"
#include "tests/support/relayfixture.h"

using namespace kite;
using namespace kite::test;
using namespace std::chrono_literals;

namespace {

QByteArray rawKite(quint16 port, const QByteArray &domain)
{
    return "raw-" + QByteArray::number(port) + ':' + domain;
}

/// A relay with a raw port.
class RawRelay
{
public:
    /// Whether the raw port is one of the normal ones, too.
    enum class Also { Nothing, Normal };

    explicit RawRelay(Also also = Also::Nothing, quint16 port = freePort(),
                      const QHostAddress &at = QHostAddress::LocalHost)
        : raw(port)
        , address(at)
        , fixture(options(raw, also, at), clock)
    {
    }

    std::unique_ptr<net::ByteStream> dialled(quint16 port)
    {
        auto socket = net::calls::beginConnect(address, port);
        return net::descriptorStream(fixture.loop, std::move(socket).value(), {});
    }
    std::unique_ptr<FakeConnector> connector()
    {
        return std::make_unique<FakeConnector>(dialled(fixture.port()));
    }
    std::unique_ptr<StreamDriver> comer(const QByteArray &bytes = {})
    {
        auto visitor = std::make_unique<StreamDriver>(dialled(raw));
        visitor->send(bytes);
        return visitor;
    }
    void wait(std::chrono::seconds time)
    {
        QVERIFY(settles());
        clock.advance(time);
        fixture.loop.deadlines().tick();
        QVERIFY(settles());
    }

    const quint16 raw;
    const QHostAddress address;
    FakeClock clock;
    RelayFixture fixture;

private:
    static relay::RelayOptions options(quint16 port, Also also, const QHostAddress &at)
    {
        auto options = relayOptions();
        options.addresses = {at};
        options.rawPorts = {QByteArray::number(port)};
        if (also == Also::Normal)
            options.ports.append(port);
        return options;
    }
};

/// The opening of a stream, past what became of others.
FakeConnector::Chunk opening(FakeConnector &connector)
{
    for (;;) {
        const auto chunk = connector.readChunk();
        if (!chunk || !chunk->value("Proto").isEmpty())
            return chunk.value_or(FakeConnector::Chunk {});
    }
}

} // namespace

/// Ports on which nobody says for whom they come.
class TestRawPorts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void serverSpeaksFirst();
    void lastAskedCounts();
    void askingIsForgotten();
    void onlyNamesWithRawKitesCount();
    void nobodyIsMeant();
    void localKite();
    void normalPortToo();
    void normalPortWithoutKite();
    void mailPort_data();
    void mailPort();
    void portIsTaken();
    void manyAddressesAreForgotten();
    void whoIsNotAcceptedIsNoVisitor();
};

void TestRawPorts::serverSpeaksFirst()
{
    RawRelay relay;
    const auto connector = relay.connector();
    QVERIFY(connector->fly({rawKite(relay.raw, "a.kite.test")}));
    const auto visitor = relay.comer();
    const auto chunk = opening(*connector);
    QCOMPARE(chunk.value("Proto"), "raw");
    QCOMPARE(chunk.value("Host"), "a.kite.test");
    QCOMPARE(chunk.value("Port"), QByteArray::number(relay.raw));
    QCOMPARE(chunk.value("RIP"), "127.0.0.1");
    QCOMPARE(chunk.data, "");
    connector->sendChunk("SID: " + chunk.value("SID") + "\r\n", "welcome\n");
    QVERIFY(eventually([&] { return visitor->received == "welcome\n"; }));
}

void TestRawPorts::lastAskedCounts()
{
    RawRelay relay;
    const auto connector = relay.connector();
    QVERIFY(connector->fly({rawKite(relay.raw, "a.kite.test"), "raw:b.kite.test",
                            "raw:*.c.kite.test", rawKite(relay.raw, "d.kite.test")}));
    const auto unasked = relay.comer();
    QVERIFY(eventually([&] { return unasked->isOver(); }));
    for (const QByteArray host : {"a.kite.test", "b.kite.test", "q.c.kite.test", "a.kite.test"}) {
        relay.fixture.answerTo(get(host));
        const auto visitor = relay.comer("early");
        const auto chunk = opening(*connector);
        QCOMPARE(chunk.value("Host"), host);
        QCOMPARE(chunk.value("Proto"), "raw");
    }
}

void TestRawPorts::askingIsForgotten()
{
    RawRelay relay;
    const auto connector = relay.connector();
    QVERIFY(connector->fly({rawKite(relay.raw, "a.kite.test"), rawKite(relay.raw, "b.kite.test")}));
    relay.fixture.answerTo(get("b.kite.test"));
    relay.clock.advance(relay::RawVisitors::rememberFor);
    auto visitor = relay.comer();
    QCOMPARE(opening(*connector).value("Host"), "b.kite.test");
    relay.clock.advance(1s);
    visitor = relay.comer();
    QVERIFY(eventually([&] { return visitor->isOver(); }));
}

/// Pages load from many names; the last with a raw kite is meant.
void TestRawPorts::onlyNamesWithRawKitesCount()
{
    RawRelay relay;
    const auto connector = relay.connector();
    QVERIFY(connector->fly({rawKite(relay.raw, "a.kite.test"), rawKite(relay.raw, "b.kite.test"),
                            "http:c.kite.test"}));
    relay.fixture.answerTo(get("b.kite.test"));
    relay.fixture.answerTo(get("gone.kite.test"));
    const auto asking = relay.fixture.visitor(get("c.kite.test"));
    QCOMPARE(opening(*connector).value("Host"), "c.kite.test");
    const auto visitor = relay.comer();
    QCOMPARE(opening(*connector).value("Host"), "b.kite.test");
}

void TestRawPorts::nobodyIsMeant()
{
    RawRelay relay;
    auto connector = relay.connector();
    auto visitor = relay.comer("hello");
    QVERIFY(eventually([&] { return visitor->isOver(); }));
    QVERIFY(connector->fly({rawKite(relay.raw, "*.kite.test"), "http:a.kite.test"}));
    visitor = relay.comer();
    QVERIFY(eventually([&] { return visitor->isOver(); }));
    QCOMPARE(visitor->received, "");
}

void TestRawPorts::localKite()
{
    class Echo final : public net::Target
    {
    public:
        void visit(net::Loop &, std::unique_ptr<net::ByteStream> stream,
                   const net::Visitor &visitor) override
        {
            host = visitor.host;
            driver = std::make_unique<StreamDriver>(std::move(stream));
            driver->send("welcome");
        }
        QByteArray host;
        std::unique_ptr<StreamDriver> driver;
    };
    RawRelay relay;
    const auto target = std::make_shared<Echo>();
    const auto id = *KiteId::parse(rawKite(relay.raw, "a.localhost"));
    relay.fixture.server.setLocalKite(id, target);
    auto visitor = relay.comer();
    QVERIFY(eventually([&] { return visitor->received == "welcome"; }));
    QCOMPARE(target->host, "a.localhost");
    relay.fixture.server.removeLocalKite(id);
    visitor = relay.comer();
    QVERIFY(eventually([&] { return visitor->isOver(); }));
}

/// Who speaks is heard; who is silent waits for the kite to speak.
void TestRawPorts::normalPortToo()
{
    RawRelay relay(RawRelay::Also::Normal);
    const auto connector = relay.connector();
    QVERIFY(connector->fly({rawKite(relay.raw, "a.kite.test"), "http:a.kite.test"}));
    const auto asking = relay.comer(get("a.kite.test"));
    QCOMPARE(opening(*connector).value("Proto"), "http");
    const auto visitor = relay.comer();
    relay.wait(relay::Arrival::silenceTimeout - 1s);
    QCOMPARE(connector->connection().received, "");
    relay.wait(1s);
    const auto chunk = opening(*connector);
    QCOMPARE(chunk.value("Proto"), "raw");
    connector->sendChunk("SID: " + chunk.value("SID") + "\r\n", "welcome\n");
    QVERIFY(eventually([&] { return visitor->received == "welcome\n"; }));
    visitor->send("hello");
    QCOMPARE(connector->readChunk()->value("SID"), chunk.value("SID"));
}

void TestRawPorts::normalPortWithoutKite()
{
    RawRelay relay(RawRelay::Also::Normal);
    const auto visitor = relay.comer();
    relay.wait(relay::Arrival::silenceTimeout);
    QVERIFY(!visitor->isOver());
    relay.wait(limits::firstByteTimeout);
    QVERIFY(eventually([&] { return visitor->isOver(); }));
}

void TestRawPorts::mailPort_data()
{
    QTest::addColumn<bool>("hasKite");
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<QByteArray>("received");

    const QByteArray greeting = "220 ready ESMTP PageKite Magic Proxy\n";
    QTest::newRow("mail server's kite") << true << QByteArray() << QByteArray("220 kite\r\n");
    QTest::newRow("nobody's mail")
        << false << QByteArray("EHLO joe\r\n") << greeting + "421 No mail is taken here\r\n";
    QTest::newRow("ping") << false << QByteArray("PING x HTTP/1.1\r\n\r\n")
                          << greeting + "PONG x\r\n\r\n";
}

void TestRawPorts::mailPort()
{
    QFETCH(const bool, hasKite);
    QFETCH(const QByteArray, sent);
    QFETCH(const QByteArray, received);

    // One port counts: an address of this process's own keeps tests that run beside apart.
    const auto process = quint32(QCoreApplication::applicationPid());
    const QHostAddress own(0x7f'4d'00'00U | (process & 0xffffU) | 1U);
    RawRelay relay(RawRelay::Also::Normal, 2525, own);
    const auto connector = relay.connector();
    if (hasKite)
        QVERIFY(connector->fly({"raw-2525:a.kite.test"}));
    const auto visitor = relay.comer();
    relay.wait(relay::Arrival::mailSilenceTimeout);
    if (hasKite)
        connector->sendChunk("SID: " + opening(*connector).value("SID") + "\r\n", "220 kite\r\n");
    else
        QVERIFY(eventually([&] { return !visitor->received.isEmpty(); }));
    visitor->send(sent);
    QVERIFY(eventually([&] { return visitor->received == received; }));
}

void TestRawPorts::portIsTaken()
{
    net::Loop loop;
    const auto socket = net::ListeningSocket::open(QHostAddress(QHostAddress::LocalHost), 0);
    auto options = relayOptions();
    options.rawPorts = {QByteArray::number((*socket)->port())};
    relay::RelayServer server(loop, options);
    const auto started = server.start();
    QVERIFY(!started);
    QCOMPARE(started.error().error, relay::RelayError::Listen);
    QVERIFY(started.error().detail.contains(QLatin1String("raw port")));
    QVERIFY(server.ports().isEmpty());
}

void TestRawPorts::manyAddressesAreForgotten()
{
    const FakeClock clock;
    relay::KiteRegistry registry;
    const auto link
        = std::make_shared<const relay::LinkAddress>(relay::LinkAddress {1, "session", {}, {}});
    registry.claim(*KiteId::parse("raw-22:a.test"), link);
    registry.claim(*KiteId::parse("raw-22:b.test"), link);
    relay::RawVisitors visitors({"virtual", "22"}, registry, clock);
    QVERIFY(visitors.comeTo(22));
    QCOMPARE(visitors.ports().size(), 1);
    for (int i = 0; i <= relay::RawVisitors::maxAddresses; ++i)
        visitors.asked(QString::number(i), "a.test");
    QVERIFY(!visitors.find(22, QStringLiteral("0")));
    QCOMPARE(visitors.find(22, QStringLiteral("20000"))->host, "a.test");
    visitors.asked(QStringLiteral("20000"), "b.test");
    QCOMPARE(visitors.find(22, QStringLiteral("20000"))->host, "b.test");
    registry.release(*link);
    QVERIFY(!visitors.find(22, QStringLiteral("20000")));
}

/// Who is turned away by a limit of the relay takes no place among the visitors of a link.
void TestRawPorts::whoIsNotAcceptedIsNoVisitor()
{
    const auto raw = freePort();
    auto options = relayOptions();
    options.rawPorts = {QByteArray::number(raw)};
    options.visitorsPerAddress = {1, false};
    options.visitorRates = {{{}, {1, 900s}}};
    RelayFixture relay(options);
    const auto connector = relay.connector();
    QVERIFY(connector->fly({rawKite(raw, "a.kite.test"), "http:b.kite.test"}));
    const auto first = relay.visitor({});
    QVERIFY(eventually([&] { return relay.server.counts().visitors == 1; }));
    const StreamDriver second(dial(relay.loop, raw));
    QVERIFY(eventually([&] { return second.isOver(); }));

    first->close();
    QVERIFY(eventually([&] { return relay.server.counts().visitors == 0; }));
    const auto third = relay.visitor(get("b.kite.test"));
    QVERIFY(eventually(
        [&] { return third->isOver() || connector->connection().received.contains("GET / "); }));
    QCOMPARE(third->received, "");
}

QTEST_GUILESS_MAIN(TestRawPorts)
#include "tst_rawports.moc"
