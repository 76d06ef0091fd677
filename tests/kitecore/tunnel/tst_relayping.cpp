#include "kitecore/tunnel/relayping.h"

#include <QTest>

#include "tests/support/fakeclock.h"
#include "tests/support/fakerelay.h"
#include "tests/support/waits.h"

using namespace kite;
using namespace std::chrono_literals;
using tunnel::RelayPing;

class TestRelayPing final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void measures()
    {
        test::FakeRelay relay;
        relay.connectReply = "HTTP/1.1 503 Unavailable\r\nX-PageKite-Overloaded: Sorry\r\n"
                             "X-PageKite-UUID: abcd\r\n\r\n";
        test::FakeClock clock;
        net::Loop loop(clock);
        std::optional<RelayPing::Measured> measured;
        std::unique_ptr<RelayPing> ping;
        ping = std::make_unique<RelayPing>(loop, at(relay), net::Route(),
                                           [&](const std::optional<RelayPing::Measured> &got) {
                                               measured = got;
                                               ping.reset();
                                           });
        clock.advance(70ms);
        QVERIFY(test::eventually([&] { return !ping; }));
        QVERIFY(measured);
        QCOMPARE(measured->roundTrip, 70ms);
        QCOMPARE(measured->answer.uuid, QByteArray("abcd"));
        QVERIFY(measured->answer.overloaded);
    }

    void hearsNothing_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<bool>("isThere");
        QTest::newRow("nobody there") << QByteArray() << false;
        QTest::newRow("no relay") << QByteArray("HTTP/1.1 200 OK\r\n\r\n") << true;
    }
    void hearsNothing()
    {
        QFETCH(QByteArray, answer);
        QFETCH(bool, isThere);
        test::FakeRelay relay;
        relay.connectReply = answer;
        if (!isThere)
            relay.goDown();
        test::FakeClock clock;
        net::Loop loop(clock);
        bool done = false;
        bool some = true;
        const RelayPing ping(loop, at(relay), {}, [&](const auto &got) {
            done = true;
            some = got.has_value();
        });
        QVERIFY(test::eventually([&] { return done; }));
        QVERIFY(!some);
    }

    void endsWithItsDeadline()
    {
        test::FakeRelay relay;
        relay.silent = true;
        test::FakeClock clock;
        net::Loop loop(clock);
        bool done = false;
        const RelayPing ping(loop, at(relay), {}, [&](const auto &got) { done = !got; });
        QVERIFY(test::eventually([&] { return relay.accepted == 1; }));
        clock.advance(RelayPing::deadline + 1s);
        loop.deadlines().tick();
        QVERIFY(done);
    }

    void canBeCancelled()
    {
        test::FakeRelay relay;
        relay.silent = true;
        test::FakeClock clock;
        net::Loop loop(clock);
        {
            const RelayPing ping(loop, at(relay), {}, [](const auto &) { QFAIL("called"); });
            QVERIFY(test::eventually([&] { return relay.accepted == 1; }));
        }
        clock.advance(1h);
        loop.deadlines().tick();
        QVERIFY(test::settles());
    }

private:
    static Endpoint at(const test::FakeRelay &relay)
    {
        return {QStringLiteral("127.0.0.1"), relay.port()};
    }
};

QTEST_GUILESS_MAIN(TestRelayPing)
#include "tst_relayping.moc"
