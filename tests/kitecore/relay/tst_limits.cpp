#include <thread>

#include <QTest>

#include "kitecore/relay/addressplaces.h"
#include "kitecore/relay/kiterefusals.h"
#include "kitecore/relay/refusals.h"
#include "tests/support/relayfixture.h"

using namespace kite;
using namespace kite::test;
using relay::AddressPlaces;
using relay::Refusals;
using relay::Refused;
using namespace std::chrono_literals;

namespace {

qint64 refusedFor(const relay::RelayServer &server, Refused why)
{
    for (const auto &[reason, times] : server.counts().refused) {
        if (reason == relay::refusedWord(why))
            return times;
    }
    return -1;
}

QByteArray getBy(const QByteArray &address)
{
    return "GET / HTTP/1.1\r\nHost: a.kite.test\r\nX-Forwarded-For: " + address + "\r\n\r\n";
}

} // namespace

/// What one address, one link and the whole relay may have.
class TestLimits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void placesOfAnAddress_data()
    {
        QTest::addColumn<QString>("first");
        QTest::addColumn<QString>("second");
        QTest::addColumn<bool>("isSame");
        const auto row = [](const char *name, const char *first, const char *second, bool isSame) {
            QTest::newRow(name) << QString::fromLatin1(first) << QString::fromLatin1(second)
                                << isSame;
        };
        row("the same", "192.0.2.1", "192.0.2.1", true);
        row("a neighbour", "192.0.2.1", "192.0.2.2", false);
        row("the same in IPv6 form", "192.0.2.1", "::ffff:192.0.2.1", true);
        row("one IPv6 network", "2001:db8:1:2::1", "2001:db8:1:2:ffff::2", true);
        row("another IPv6 network", "2001:db8:1:2::1", "2001:db8:1:3::1", false);
        row("no address at all", "", "", true);
    }
    void placesOfAnAddress()
    {
        QFETCH(const QString, first);
        QFETCH(const QString, second);
        QFETCH(const bool, isSame);
        const auto places = std::make_shared<AddressPlaces>();
        AddressPlaces::Place one;
        AddressPlaces::Place other;
        QVERIFY(places->take(first, 1, one));
        QCOMPARE(places->take(second, 1, other), !isSame);
        QCOMPARE(places->addresses(), isSame ? 1 : 2);
    }

    void placesAreGivenBack()
    {
        const auto places = std::make_shared<AddressPlaces>();
        const auto address = QStringLiteral("192.0.2.1");
        AddressPlaces::Place kept;
        {
            AddressPlaces::Place lost;
            QVERIFY(places->take(address, 2, lost));
            QVERIFY(places->take(address, 2, kept));
            AddressPlaces::Place none;
            QVERIFY(!places->take(address, 2, none));
            QVERIFY(places->take(address, 0, none)); // any number
        }
        AddressPlaces::Place next;
        QVERIFY(places->take(address, 2, next));
        kept = AddressPlaces::Place();
        next = std::move(kept);
        QCOMPARE(places->addresses(), 0); // nothing is remembered of who left
    }

    void anotherAddressTakesItsPlace()
    {
        const auto places = std::make_shared<AddressPlaces>();
        AddressPlaces::Place place;
        QVERIFY(places->take(QStringLiteral("192.0.2.1"), 1, place));
        QVERIFY(places->take(QStringLiteral("192.0.2.2"), 1, place));
        QVERIFY(places->take(QStringLiteral("192.0.2.2"), 1, place)); // it has one already
        AddressPlaces::Place first;
        QVERIFY(places->take(QStringLiteral("192.0.2.1"), 1, first));
        // where there is none, the one before stays
        QVERIFY(!places->take(QStringLiteral("192.0.2.1"), 1, place));
        QVERIFY(!places->take(QStringLiteral("192.0.2.2"), 1, first));
    }

    void placesOnManyThreads()
    {
        const auto places = std::make_shared<AddressPlaces>();
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&, i] {
                for (int n = 0; n < 2000; ++n) {
                    AddressPlaces::Place place;
                    places->take(QStringLiteral("192.0.2.%1").arg((n + i) % 5), 3, place);
                }
            });
        }
        for (auto &thread : threads)
            thread.join();
        QCOMPARE(places->addresses(), 0);
    }

    void operatorsHearOfItSeldom()
    {
        Refusals refusals;
        const Clock::Steady start {1h};
        refusals.count(Refused::Connections);
        QCOMPARE(refusals.tellNow(Refused::Connections, start), std::optional<qint64>(1));
        refusals.count(Refused::Connections);
        QVERIFY(!refusals.tellNow(Refused::Connections, start + 59s));
        QVERIFY(refusals.tellNow(Refused::Silent, start + 59s)); // each by itself
        QCOMPARE(refusals.tellNow(Refused::Connections, start + 60s), std::optional<qint64>(2));
    }

    void eachReasonHasAWordOfItsOwn()
    {
        QSet<QByteArray> words;
        for (size_t i = 0; i < relay::refusedCount; ++i) {
            QVERIFY(relay::refusedWord(Refused(i)));
            words.insert(relay::refusedWord(Refused(i)));
        }
        QCOMPARE(words.size(), qsizetype(relay::refusedCount));
    }

    void refusedKitesByTheirWords()
    {
        relay::KiteRefusals refusals;
        for (const auto *word : {"signature", "signature", "port", "no money", ""})
            refusals.count(word);
        QMap<QByteArray, qint64> counts;
        for (const auto &[word, times] : refusals.all())
            counts[word] = times;
        QCOMPARE(counts["signature"], 2);
        QCOMPARE(counts["port"], 1);
        QCOMPARE(counts["other"], 2); // whatever operators' programs say
        QCOMPARE(counts["duplicate"], 0);
    }

    void visitorsOfAnAddress()
    {
        auto options = relayOptions();
        options.visitorsPerAddress = {2, false};
        RelayFixture relay(options);
        const auto connector = relay.connector(); // has a place of its own once it is a link
        QVERIFY(connector->fly({"http:a.kite.test"}));
        const auto first = relay.visitor(get("a.kite.test"));
        QVERIFY(connector->readChunk());
        auto second = relay.visitor({});
        QVERIFY(settles());
        QCOMPARE(relay.answerTo(get("a.kite.test")), "");
        QCOMPARE(refusedFor(relay.server, Refused::VisitorsOfAddress), 1);
        second->close();
        QVERIFY(settles());
        const auto third = relay.visitor(get("a.kite.test"));
        QVERIFY(connector->readChunk());
    }

    void thisComputerHasNoUsualLimit()
    {
        auto options = relayOptions();
        options.visitorsPerAddress.most = 1;
        options.linksPerAddress.most = 1;
        RelayFixture relay(options);
        const auto first = relay.connector();
        const auto second = relay.connector();
        QVERIFY(first->fly({"http:a.kite.test"}));
        QVERIFY(second->fly({"http:b.kite.test"}));
        const auto visitor = relay.visitor(get("a.kite.test"));
        QVERIFY(first->readChunk());
        const auto another = relay.visitor(get("b.kite.test"));
        QVERIFY(second->readChunk());
    }

    void linksOfAnAddress()
    {
        auto options = relayOptions();
        options.linksPerAddress = {1, false};
        RelayFixture relay(options);
        auto first = relay.connector();
        QVERIFY(first->fly({"http:a.kite.test"}));
        const auto second = relay.connector();
        QVERIFY(!second->fly({"http:b.kite.test"}));
        QCOMPARE(refusedFor(relay.server, Refused::LinksOfAddress), 1);
        // visitors are counted by themselves
        QVERIFY(relay.answerTo(get("b.kite.test")).contains("Sorry! (fe)"));
        first.reset();
        QVERIFY(eventually([&] { return relay.server.counts().links == 0; }));
        const auto third = relay.connector();
        QVERIFY(third->fly({"http:b.kite.test"}));
    }

    /// Not the proxy is counted but whom it brings.
    void visitorsBehindAProxy()
    {
        auto options = relayOptions();
        options.visitorsPerAddress = {1, false};
        options.trustedProxies = {{QHostAddress(QStringLiteral("127.0.0.0")), 8}};
        RelayFixture relay(options);
        const auto connector = relay.connector();
        QVERIFY(connector->fly({"http:a.kite.test"}));
        const auto first = relay.visitor(getBy("192.0.2.1"));
        QVERIFY(connector->readChunk());
        const auto second = relay.visitor(getBy("192.0.2.2"));
        QVERIFY(connector->readChunk());
        const auto refused = relay.answerTo(getBy("192.0.2.1"));
        QVERIFY2(refused.startsWith("HTTP/1.1 429 "), refused.constData());
    }

    /// Who waits for a kite is looked at twice, and is still one visitor.
    void waitingBehindAProxy()
    {
        auto options = relayOptions();
        options.visitorsPerAddress = {1, false};
        options.holdVisitors = 10s;
        options.trustedProxies = {{QHostAddress(QStringLiteral("127.0.0.0")), 8}};
        RelayFixture relay(options);
        const auto visitor = relay.visitor(getBy("192.0.2.1"));
        QVERIFY(eventually([&] { return relay.server.counts().waiting == 1; }));
        const auto connector = relay.connector();
        QVERIFY(connector->fly({"http:a.kite.test"}));
        QVERIFY(connector->readChunk());
    }

    void streamsOfALink()
    {
        auto options = relayOptions();
        options.maxStreamsPerLink = 1;
        RelayFixture relay(options);
        const auto connector = relay.connector();
        QVERIFY(connector->fly({"http:a.kite.test"}));
        const auto first = relay.visitor(get("a.kite.test"));
        QVERIFY(connector->readChunk());
        QVERIFY(relay.answerTo(get("a.kite.test")).contains("Sorry! (fe)"));
        QCOMPARE(refusedFor(relay.server, Refused::StreamsOfLink), 1);
    }

    /// Of two visitors who take nothing the one who has been stuck longer goes first; nobody is
    /// taken meanwhile.
    void memoryOfAll()
    {
        auto options = relayOptions();
        options.maxMemory = 1'000'000;
        RelayFixture relay(options);
        const auto connector = relay.connector();
        QVERIFY(connector->fly({"http:a.kite.test"}));
        connector->showLife();
        const auto begin = [&] {
            auto visitor = relay.visitor(get("a.kite.test"));
            visitor->pause();
            const auto chunk = connector->readChunk();
            return std::pair(std::move(visitor), "SID: " + chunk->value("SID") + "\r\n");
        };
        const auto held = [&] { return relay.server.counts().heldBytes; };
        const QByteArray data(16'000, 'x');
        const auto [first, firstSid] = begin();
        const auto fill = [&](const QByteArray &sid, qint64 until) {
            for (int i = 0; i < 4000 && held() < until; ++i) {
                connector->sendChunk(sid, data);
                QCoreApplication::processEvents();
            }
        };
        fill(firstSid, 300'000);
        const auto [second, secondSid] = begin();
        fill(secondSid, 900'000);
        QVERIFY2(held() >= 300'000, QByteArray::number(held()).constData());
        for (int i = 0; i < 4000 && refusedFor(relay.server, Refused::CutOff) == 0; ++i) {
            connector->sendChunk(secondSid, data);
            QCoreApplication::processEvents();
        }
        QCOMPARE(refusedFor(relay.server, Refused::CutOff), 1);
        first->resume();
        QVERIFY(eventually([&] { return first->isOver(); }));
        QVERIFY(!second->isOver());
        QVERIFY(held() < options.maxMemory);
        const auto third = relay.visitor(get("a.kite.test")); // there is room again
        QVERIFY(eventually([&] { return connector->readChunk().has_value(); }));
    }

    void whoSaysNothingIsClosed()
    {
        FakeClock clock;
        auto options = relayOptions();
        options.headTimeout = 4s;
        RelayFixture relay(options, clock);
        const auto silent = relay.visitor({});
        const auto slow = relay.visitor("GET / HT");
        QVERIFY(settles());
        clock.advance(1s);
        relay.loop.deadlines().tick();
        QVERIFY(settles() && !silent->isOver() && !slow->isOver());
        clock.advance(2s);
        relay.loop.deadlines().tick();
        QVERIFY(eventually([&] { return silent->isOver(); }));
        QVERIFY(!slow->isOver());
        clock.advance(2s);
        relay.loop.deadlines().tick();
        QVERIFY(eventually([&] { return slow->isOver(); }));
        QCOMPARE(refusedFor(relay.server, Refused::Silent), 2);
    }

    void idleVisitorsAreEnded()
    {
        FakeClock clock;
        auto options = relayOptions();
        options.idleTimeout = 80s;
        RelayFixture relay(options, clock);
        const auto connector = relay.connector();
        QVERIFY(connector->fly({"http:a.kite.test"}));
        const auto idle = relay.visitor(get("a.kite.test"));
        QVERIFY(connector->readChunk());
        const auto busy = relay.visitor(get("a.kite.test"));
        const auto sid = connector->readChunk()->value("SID");
        connector->showLife();
        for (int i = 0; i < 12; ++i) {
            connector->sendChunk("SID: " + sid + "\r\n", "x");
            QVERIFY(eventually([&] { return busy->received.size() == i + 1; }));
            if (i < 8)
                QVERIFY(!idle->isOver());
            clock.advance(10s);
            relay.loop.deadlines().tick();
            QVERIFY(settles());
        }
        QVERIFY(eventually([&] { return idle->isOver(); }));
        QVERIFY(!busy->isOver());
    }

    void refusalsAreCounted_data()
    {
        QTest::addColumn<QByteArray>("said");
        QTest::addColumn<int>("why");
        const auto row = [](const char *name, const QByteArray &said, Refused why) {
            QTest::newRow(name) << said << int(why);
        };
        row("no kite", get("b.kite.test"), Refused::NotFlying);
        row("no HTTP", "what is this\r\n\r\n", Refused::Unreadable);
        row("CONNECT to nobody", "CONNECT b.kite.test:22 HTTP/1.0\r\n\r\n", Refused::NotFlying);
    }
    void refusalsAreCounted()
    {
        QFETCH(const QByteArray, said);
        QFETCH(const int, why);
        RelayFixture relay;
        relay.answerTo(said);
        for (size_t i = 0; i < relay::refusedCount; ++i)
            QCOMPARE(refusedFor(relay.server, Refused(i)), int(i) == why ? 1 : 0);
    }
};

QTEST_GUILESS_MAIN(TestLimits)
#include "tst_limits.moc"
