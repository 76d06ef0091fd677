#include <QTemporaryDir>
#include <QTest>

#include "kitecore/link/link.h"
#include "tests/support/relayfixture.h"

using namespace kite;
using namespace kite::test;

namespace {

/// A connector of our own kind behind a hand-made handshake. Answers every visitor with its kite's
/// name and what it sent.
class AnsweringConnector final : private link::LinkUser
{
public:
    AnsweringConnector(RelayFixture &relay, const QByteArray &kite)
    {
        FakeConnector greeter(relay.loop, relay.port());
        greeter.features.wideWindow = true;
        if (!greeter.fly({kite}))
            qFatal("%s does not fly", kite.constData());
        auto stream = std::move(greeter.connection().stream);
        stream->setInterest({});
        stream->unread(greeter.connection().received);
        greeter.connection().received.clear();
        link::LinkOptions options;
        options.own = options.peer = greeter.features;
        link::LinkUser &user = *this;
        m_link = std::make_unique<link::Link>(relay.loop, std::move(stream), options, user);
    }

    bool isOver() const { return m_over; }

private:
    void streamOffered(link::Link &, std::unique_ptr<net::ByteStream> stream,
                       const net::Visitor &visitor) override
    {
        auto &served = m_streams.emplace_back(std::make_unique<StreamDriver>(std::move(stream)));
        served->send(visitor.host + ' ' + QByteArray(20'000, 'x'));
        served->finish();
    }
    void controlArrived(link::Link &, const wire::ChunkHead &) override {}
    void linkEnded(link::Link &, link::LinkEnd, const QString &) override { m_over = true; }

    std::vector<std::unique_ptr<StreamDriver>> m_streams;
    std::unique_ptr<link::Link> m_link;
    bool m_over = false;
};

relay::RelayOptions withWorkers(int workers)
{
    auto options = relayOptions();
    options.workers = workers;
    return options;
}

} // namespace

/// Several threads behind one relay.
class TestWorkers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void visitorsReachLinksOfOtherWorkers_data();
    void visitorsReachLinksOfOtherWorkers();
    void linksAreSpread();
    void tlsVisitorsAreHandedOver();
    void linksEndUnderLoad();
    void replaceAcrossWorkers();
    void silentLinksMakeRoomAcrossWorkers();
    void localTargetsOnAllWorkers();
    void stopsUnderLoad();
};

void TestWorkers::visitorsReachLinksOfOtherWorkers_data()
{
    QTest::addColumn<int>("workers");

    QTest::newRow("one") << 1;
    QTest::newRow("two") << 2;
    QTest::newRow("four") << 4;
    QTest::newRow("as many as cores") << 0;
}

void TestWorkers::visitorsReachLinksOfOtherWorkers()
{
    QFETCH(const int, workers);
    RelayFixture relay(withWorkers(workers));
    constexpr int kites = 4;
    constexpr int rounds = 4;
    constexpr int visitorsPerRound = 60;
    std::vector<std::unique_ptr<AnsweringConnector>> connectors;
    const auto name = [](int i) { return 'k' + QByteArray::number(i % kites) + ".kite.test"; };
    for (int i = 0; i < kites; ++i)
        connectors.push_back(std::make_unique<AnsweringConnector>(relay, "http:" + name(i)));

    for (int round = 0; round < rounds; ++round) {
        std::vector<std::unique_ptr<StreamDriver>> visitors;
        for (int i = 0; i < visitorsPerRound; ++i)
            visitors.push_back(relay.visitor(get(name(i))));
        QVERIFY(eventually([&] {
            return std::ranges::all_of(visitors, [](const auto &one) { return one->isOver(); });
        }));
        for (int i = 0; i < visitorsPerRound; ++i)
            QCOMPARE(visitors[size_t(i)]->received, name(i) + ' ' + QByteArray(20'000, 'x'));
    }
}

/// Though those without a link do not even accept while others have some.
void TestWorkers::linksAreSpread()
{
    constexpr int workers = 4;
    RelayFixture relay(withWorkers(workers));
    std::vector<std::unique_ptr<AnsweringConnector>> connectors;
    const auto name = [](int i) { return 'k' + QByteArray::number(i) + ".kite.test"; };
    for (int i = 0; i < workers; ++i) {
        connectors.push_back(std::make_unique<AnsweringConnector>(relay, "http:" + name(i)));
        const auto visitor = relay.visitor(get(name(i)));
        QVERIFY(eventually([&] { return visitor->isOver(); }));
        QCOMPARE(visitor->received, name(i) + ' ' + QByteArray(20'000, 'x'));
    }
    for (const auto &worker : relay.server.counts().workers)
        QCOMPARE(worker.visits, 1);
}

/// With what their TLS has already read.
void TestWorkers::tlsVisitorsAreHandedOver()
{
    const QTemporaryDir folder;
    const auto pem = folder.filePath(QStringLiteral("relay.pem"));
    QVERIFY(tls::makeSelfSigned(pem, {"a.kite.test"}));
    auto options = withWorkers(3);
    options.tlsNames = {{"a.kite.test", pem}};
    RelayFixture relay(options);
    const AnsweringConnector connector(relay, "http:a.kite.test");
    tls::RelayTrust trust;
    trust.fingerprints = {*tls::fingerprint(pem)};
    const auto context = tls::clientContext(trust);
    QVERIFY(context);

    constexpr int callers = 30;
    int greeted = 0;
    const auto done = [&greeted](net::TlsError error, const QString &) {
        greeted += error == net::TlsError::None ? 1 : 0;
    };
    std::vector<std::unique_ptr<net::ByteStream>> streams;
    for (int i = 0; i < callers; ++i)
        streams.push_back(net::tlsClient(relay.loop, dial(relay.loop, relay.port()), *context,
                                         "a.kite.test", done));
    QVERIFY(eventually([&] { return greeted == callers; }));
    std::vector<std::unique_ptr<StreamDriver>> visitors;
    for (auto &stream : streams) {
        visitors.push_back(std::make_unique<StreamDriver>(std::move(stream)));
        visitors.back()->send(get("a.kite.test"));
    }
    QVERIFY(eventually([&] {
        return std::ranges::all_of(visitors, [](const auto &one) { return one->isOver(); });
    }));
    for (const auto &visitor : visitors)
        QCOMPARE(visitor->received, "a.kite.test " + QByteArray(20'000, 'x'));
}

/// Visitors are on their way to links that go meanwhile: each gets its answer, the away page, or an
/// end.
void TestWorkers::linksEndUnderLoad()
{
    RelayFixture relay(withWorkers(3));
    for (int round = 0; round < 10; ++round) {
        auto connector = std::make_unique<AnsweringConnector>(relay, "http:a.kite.test");
        std::vector<std::unique_ptr<StreamDriver>> visitors;
        for (int i = 0; i < 40; ++i)
            visitors.push_back(relay.visitor(get("a.kite.test")));
        eventually([&] { return !visitors.front()->received.isEmpty(); });
        connector.reset();
        QVERIFY(eventually([&] {
            return std::ranges::all_of(visitors, [](const auto &one) { return one->isOver(); });
        }));
        QVERIFY(
            eventually([&] { return relay.answerTo(get("a.kite.test")).contains("Sorry! (fe)"); }));
    }
}

void TestWorkers::replaceAcrossWorkers()
{
    RelayFixture relay(withWorkers(3));
    auto older = relay.connector();
    QVERIFY(older->fly({"http:a.kite.test"}));
    for (int i = 0; i < 10; ++i) {
        auto newer = relay.connector();
        QVERIFY(newer->fly({"http:a.kite.test"}, "s3cret", older->session));
        QVERIFY(older->isClosedByRelay());
        older = std::move(newer);
    }
    const auto visitor = relay.visitor(get("a.kite.test"));
    QCOMPARE(older->readChunk()->data, get("a.kite.test"));
}

void TestWorkers::silentLinksMakeRoomAcrossWorkers()
{
    RelayFixture relay(withWorkers(3));
    std::vector<std::unique_ptr<FakeConnector>> silent;
    for (const auto *kite : {"http:a.kite.test", "http:b.kite.test", "http:c.kite.test"}) {
        silent.push_back(relay.connector());
        QVERIFY(silent.back()->fly({kite}));
    }
    const auto newer = relay.connector();
    QVERIFY(newer->fly({"http:a.kite.test", "http:b.kite.test", "http:c.kite.test"}));
    for (const auto &older : silent)
        QVERIFY(older->isClosedByRelay());
    const auto visitor = relay.visitor(get("b.kite.test"));
    QCOMPARE(newer->readChunk()->data, get("b.kite.test"));
}

/// Counts; holds nothing.
class CountingTarget final : public net::Target
{
public:
    void visit(net::Loop &, std::unique_ptr<net::ByteStream> stream, const net::Visitor &) override
    {
        stream->write("counted");
        ++count;
    }
    std::atomic<int> count = 0;
};

void TestWorkers::localTargetsOnAllWorkers()
{
    RelayFixture relay(withWorkers(3));
    const auto target = std::make_shared<CountingTarget>();
    const auto id = *KiteId::parse("http:a.localhost");
    relay.server.setLocalKite(id, target);
    std::vector<std::unique_ptr<StreamDriver>> visitors;
    for (int i = 0; i < 60; ++i)
        visitors.push_back(relay.visitor(get("a.localhost")));
    QVERIFY(eventually([&] { return target->count == 60; }));
    relay.server.removeLocalKite(id);
    QVERIFY(relay.answerTo(get("a.localhost")).contains("Sorry! (fe)"));
}

void TestWorkers::stopsUnderLoad()
{
    std::vector<std::unique_ptr<StreamDriver>> visitors;
    auto relay = std::make_unique<RelayFixture>(withWorkers(3));
    auto connector = std::make_unique<AnsweringConnector>(*relay, "http:a.kite.test");
    for (int i = 0; i < 60; ++i)
        visitors.push_back(relay->visitor(get("a.kite.test")));
    eventually([&] { return visitors.front()->isOver(); });
    visitors.clear();
    connector.reset();
    relay.reset();
}

QTEST_GUILESS_MAIN(TestWorkers)
#include "tst_workers.moc"
