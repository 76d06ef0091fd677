#include <QTest>

#include "tests/support/relayfixture.h"

using namespace kite;
using namespace kite::test;
using namespace std::chrono_literals;

namespace {

relay::RelayOptions holdingOptions()
{
    auto options = relayOptions();
    options.holdVisitors = 10s;
    return options;
}

/// A ClientHello for `a.kite.test` that offers little; complete enough to be routed.
const QByteArray hello = QByteArray::fromHex(
    "16030100490100004503037272727272727272727272727272727272727272727272727272727272727272000004"
    "130113020100001800000010000e00000b612e6b6974652e74657374002b0000");
const QByteArray alert = QByteArray::fromHex("15030300020231");

/// Counts how often workers are told that there are letters for them.
class LettersSeen final : public QObject
{
public:
    LettersSeen() { QCoreApplication::instance()->installEventFilter(this); }

    int count = 0;

private:
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (event->type() == QEvent::User && watched->inherits("kite::relay::Worker"))
            ++count;
        return false;
    }
};

} // namespace

/// Visitors of a kite that is away for a moment.
class TestHolding : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void kiteThatComesBackServesThem_data();
    void kiteThatComesBackServesThem();
    void awayAfterTenSeconds_data();
    void awayAfterTenSeconds();
    void otherKitesWakeNobody();
    void nobodyWaitsForAStranger();
    void nobodyWaitsAfterAMinute();
    void startedRelayWaitsForItsAccounts();
    void placesAreLimited();
    void longRequestsAreNotHeld();
    void visitorsMayLeave();
    void newcomersWakeNobody();
    void whoWasGivenUpIsNotLookedAt_data();
    void whoWasGivenUpIsNotLookedAt();

private:
    void pass(RelayFixture &relay, std::chrono::seconds time)
    {
        m_clock.advance(time);
        relay.loop.deadlines().tick();
        QVERIFY(settles());
    }
    /// A relay that is no longer new, and that the kites have just left.
    std::unique_ptr<RelayFixture> leftBy(const QByteArrayList &kites,
                                         const relay::RelayOptions &options = holdingOptions())
    {
        auto relay = std::make_unique<RelayFixture>(options, m_clock);
        m_clock.advance(60s);
        const auto connector = relay->connector();
        if (!connector->fly(kites))
            qFatal("does not fly");
        connector->connection().close();
        settles();
        return relay;
    }

    FakeClock m_clock;
};

void TestHolding::kiteThatComesBackServesThem_data()
{
    QTest::addColumn<QByteArray>("kite");
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<QByteArray>("arrives"); ///< at the kite
    const QByteArray request = get("a.kite.test");
    QTest::newRow("http") << QByteArray("http:a.kite.test") << request << request;
    QTest::newRow("wildcard") << QByteArray("http:*.kite.test") << request << request;
    QTest::newRow("https") << QByteArray("https:a.kite.test") << hello << hello;
    QTest::newRow("raw") << QByteArray("raw-22:a.kite.test")
                         << QByteArray("CONNECT a.kite.test:22 HTTP/1.1\r\n\r\nhello")
                         << QByteArray("hello");
    QTest::newRow("request in a CONNECT")
        << QByteArray("http:a.kite.test") << "CONNECT a.kite.test:80 HTTP/1.1\r\n\r\n" + request
        << request;
}

void TestHolding::kiteThatComesBackServesThem()
{
    QFETCH(const QByteArray, kite);
    QFETCH(const QByteArray, sent);
    QFETCH(const QByteArray, arrives);
    const auto relay = leftBy({kite});
    const auto visitor = relay->visitor(sent);
    QVERIFY(settles());
    pass(*relay, 5s);
    QVERIFY(!visitor->isOver());
    QCOMPARE(visitor->received, "");

    const auto back = relay->connector();
    QVERIFY(back->fly({kite}));
    auto chunk = back->readChunk();
    if (chunk && chunk->data.isEmpty())
        chunk = back->readChunk(); // raw kites are opened before anything is said
    QVERIFY(chunk);
    QCOMPARE(chunk->data, arrives);
}

void TestHolding::awayAfterTenSeconds_data()
{
    QTest::addColumn<QByteArray>("kite");
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<QByteArray>("answer");
    QTest::newRow("http") << QByteArray("http:a.kite.test") << get("a.kite.test")
                          << QByteArray("HTTP/1.1 503 Unavailable");
    QTest::newRow("https") << QByteArray("https:a.kite.test") << hello << alert;
    QTest::newRow("raw") << QByteArray("raw-22:a.kite.test")
                         << QByteArray("CONNECT a.kite.test:22 HTTP/1.1\r\n\r\n")
                         << QByteArray("HTTP/1.0 503 Unavailable");
}

void TestHolding::awayAfterTenSeconds()
{
    QFETCH(const QByteArray, kite);
    QFETCH(const QByteArray, sent);
    QFETCH(const QByteArray, answer);
    const auto relay = leftBy({kite});
    const auto visitor = relay->visitor(sent);
    QVERIFY(settles());
    pass(*relay, 9s);
    QCOMPARE(visitor->received, "");
    pass(*relay, 2s);
    QVERIFY(eventually([&] { return visitor->isOver(); }));
    QVERIFY2(visitor->received.startsWith(answer), visitor->received.constData());
}

void TestHolding::otherKitesWakeNobody()
{
    const auto relay = leftBy({"http:a.kite.test"});
    const auto visitor = relay->visitor(get("a.kite.test"));
    const auto other = relay->connector();
    QVERIFY(other->fly({"http:b.kite.test"}));
    pass(*relay, 5s);
    QVERIFY(!visitor->isOver());
    const auto back = relay->connector();
    QVERIFY(back->fly({"http:a.kite.test"}));
    QCOMPARE(back->readChunk()->data, get("a.kite.test"));
}

void TestHolding::nobodyWaitsForAStranger()
{
    const auto relay = leftBy({"http:a.kite.test"});
    QVERIFY(relay->answerTo(get("b.kite.test")).contains("Sorry! (fe)"));
}

void TestHolding::nobodyWaitsAfterAMinute()
{
    const auto relay = leftBy({"http:a.kite.test"});
    pass(*relay, 61s);
    QVERIFY(relay->answerTo(get("a.kite.test")).contains("Sorry! (fe)"));
}

void TestHolding::startedRelayWaitsForItsAccounts()
{
    RelayFixture relay(holdingOptions(), m_clock);
    QVERIFY(relay.answerTo(get("stranger.test")).contains("Sorry! (fe)"));
    const auto visitor = relay.visitor(get("a.kite.test"));
    QVERIFY(settles());
    const auto connector = relay.connector();
    QVERIFY(connector->fly({"http:a.kite.test"}));
    QCOMPARE(connector->readChunk()->data, get("a.kite.test"));
}

void TestHolding::placesAreLimited()
{
    auto options = holdingOptions();
    options.maxHeldVisitors = 2;
    const auto relay = leftBy({"http:a.kite.test"}, options);
    const auto first = relay->visitor(get("a.kite.test"));
    const auto second = relay->visitor(get("a.kite.test"));
    QVERIFY(settles());
    QVERIFY(relay->answerTo(get("a.kite.test")).contains("Sorry! (fe)"));
    pass(*relay, 11s);
    QVERIFY(eventually([&] { return first->isOver() && second->isOver(); }));
    const auto third = relay->visitor(get("a.kite.test"));
    pass(*relay, 1s);
    QVERIFY(!third->isOver()); // places are given back
}

void TestHolding::longRequestsAreNotHeld()
{
    const auto relay = leftBy({"http:a.kite.test"});
    const auto filling = "X: " + QByteArray(20'000, 'x') + "\r\n\r\n";
    QVERIFY(relay->answerTo(get("a.kite.test").chopped(2) + filling).contains("Sorry! (fe)"));
}

void TestHolding::visitorsMayLeave()
{
    const auto relay = leftBy({"http:a.kite.test"});
    auto visitor = relay->visitor(get("a.kite.test"));
    QVERIFY(settles());
    visitor->close();
    QVERIFY(settles());
    const auto back = relay->connector();
    QVERIFY(back->fly({"http:a.kite.test"}));
    QVERIFY(back->readChunk()); // heard of by the kite, and no more
    pass(*relay, 11s);
}

/// Everybody who waits would be looked at again for each of them.
void TestHolding::newcomersWakeNobody()
{
    const auto relay = leftBy({"http:a.kite.test"});
    LettersSeen letters;
    std::vector<std::unique_ptr<StreamDriver>> visitors;
    for (int i = 1; i <= 3; ++i) {
        visitors.push_back(relay->visitor(get("a.kite.test")));
        QVERIFY(eventually([&] { return relay->server.counts().waiting == i; }));
        QVERIFY(settles());
    }
    QCOMPARE(letters.count, 0);
    const auto back = relay->connector();
    QVERIFY(back->fly({"http:a.kite.test"}));
    QVERIFY(eventually(
        [&] { return back->connection().received.count("GET / ") == qsizetype(visitors.size()); }));
    QVERIFY(letters.count > 0);
}

void TestHolding::whoWasGivenUpIsNotLookedAt_data()
{
    QTest::addColumn<bool>("isBack"); ///< the kite
    QTest::newRow("would wait") << false;
    QTest::newRow("would be served") << true;
}

/// The rest of a request comes in the very moment in which its time is over.
void TestHolding::whoWasGivenUpIsNotLookedAt()
{
    QFETCH(const bool, isBack);
    const auto relay = leftBy({"http:a.kite.test"});
    const auto back = relay->connector();
    QVERIFY(!isBack || back->fly({"http:a.kite.test"}));
    const auto visitor = relay->visitor(get("a.kite.test").chopped(2));
    QVERIFY(settles());
    visitor->send("\r\n");
    pass(*relay, 21s);
    QVERIFY(eventually([&] { return visitor->isOver(); }));
    QCOMPARE(visitor->received, "");
    QCOMPARE(relay->server.counts().waiting, 0);
    QVERIFY(!back->connection().received.contains("GET "));
}

QTEST_GUILESS_MAIN(TestHolding)
#include "tst_holding.moc"
