#include <QTest>

#include "kitecore/tunnel/probes.h"
#include "tests/support/fakeclock.h"
#include "tests/support/streamdriver.h"
#include "tests/support/waits.h"

using namespace kite;
using namespace kite::tunnel;
using namespace kite::test;
using namespace std::chrono_literals;

namespace {

/// Keeps its visitors until the test answers them.
class FakeTarget final : public net::Target
{
public:
    void visit(net::Loop &, std::unique_ptr<net::ByteStream> stream,
               const net::Visitor &visitor) override
    {
        visitors.push_back(std::make_unique<StreamDriver>(std::move(stream)));
        protocol = visitor.protocol;
    }

    std::vector<std::unique_ptr<StreamDriver>> visitors;
    QByteArray protocol;
};

} // namespace

class TestProbes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_clock = std::make_unique<FakeClock>();
        m_loop = std::make_unique<net::Loop>(*m_clock);
        m_target = std::make_shared<FakeTarget>();
    }
    void cleanup()
    {
        m_target->visitors.clear();
        m_loop.reset();
    }

    void knowsItsProtocols();
    void tellsWhatTheTargetSays_data();
    void tellsWhatTheTargetSays();
    void nobodysKiteIsDown();
    void whoDoesNotAnswerIsDown();
    void notTooManyAtATime();

private:
    std::unique_ptr<StreamDriver> probe(const std::shared_ptr<net::Target> &target,
                                        http::ProbeFormat format = http::ProbeFormat::Json)
    {
        auto [near, far] = net::streamPair(*m_loop);
        net::Visitor visitor;
        visitor.protocol = "http";
        visitor.host = "a.test";
        m_loop->part<Probes>().answer(std::move(far), format, target, visitor);
        return std::make_unique<StreamDriver>(std::move(near));
    }
    static QByteArray statusIn(const std::unique_ptr<StreamDriver> &prober)
    {
        if (!eventually([&] { return prober->isOver(); }))
            return "no answer";
        const auto at = prober->received.indexOf("X-PageKite-Status: ") + 19;
        return prober->received.mid(at, prober->received.indexOf('\r', at) - at);
    }

    std::unique_ptr<FakeClock> m_clock;
    std::unique_ptr<net::Loop> m_loop;
    std::shared_ptr<FakeTarget> m_target;
};

void TestProbes::knowsItsProtocols()
{
    QCOMPARE(Probes::formatOf("probe"), std::optional(http::ProbeFormat::Picture));
    QCOMPARE(Probes::formatOf("probe.json"), std::optional(http::ProbeFormat::Json));
    QVERIFY(!Probes::formatOf("http"));
    QVERIFY(!Probes::formatOf(""));
}

void TestProbes::tellsWhatTheTargetSays_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QByteArray>("status");

    QTest::newRow("well") << QByteArray("HTTP/1.1 200 OK\r\n\r\n") << QByteArray("OK");
    QTest::newRow("no such page") << QByteArray("HTTP/1.0 404 Not Found\r\n\r\n")
                                  << QByteArray("OK");
    QTest::newRow("password") << QByteArray("HTTP/1.1 401 Unauthorized\r\n\r\n")
                              << QByteArray("OK");
    QTest::newRow("away") << QByteArray("HTTP/1.1 503 Unavailable\r\n\r\n")
                          << QByteArray("Down-BE");
    QTest::newRow("no HTTP") << QByteArray("SSH-2.0-OpenSSH_9.2\r\n") << QByteArray("Down-BE");
}

void TestProbes::tellsWhatTheTargetSays()
{
    QFETCH(const QByteArray, answer);
    const auto prober = probe(m_target);
    QCOMPARE(m_target->visitors.size(), size_t(1));
    QCOMPARE(m_target->protocol, "http");
    auto &visitor = *m_target->visitors.front();
    QVERIFY(eventually([&] { return visitor.received.endsWith("\r\n\r\n"); }));
    QVERIFY(visitor.received.startsWith("HEAD / HTTP/1.1\r\nHost: a.test\r\n"));
    visitor.send(answer);
    QTEST(statusIn(prober), "status");
    QVERIFY(prober->received.startsWith("HTTP/1.1 200 OK\r\n"));
}

void TestProbes::nobodysKiteIsDown()
{
    QCOMPARE(statusIn(probe(nullptr)), "Down-BE");
    const auto prober = probe(nullptr, http::ProbeFormat::Picture);
    QCOMPARE(statusIn(prober), "Down-BE");
    QVERIFY(prober->received.contains("\r\n\r\nGIF89a"));
}

void TestProbes::whoDoesNotAnswerIsDown()
{
    const auto silent = probe(m_target);
    m_clock->advance(Probes::patience + 1s);
    m_loop->deadlines().tick();
    QCOMPARE(statusIn(silent), "Down-BE");

    const auto hungUp = probe(m_target);
    m_target->visitors.clear();
    QCOMPARE(statusIn(hungUp), "Down-BE");
}

void TestProbes::notTooManyAtATime()
{
    std::vector<std::unique_ptr<StreamDriver>> probers;
    for (size_t i = 0; i < Probes::maxAsked; ++i)
        probers.push_back(probe(m_target));
    QCOMPARE(statusIn(probe(m_target)), "Down-BE");
    QCOMPARE(m_target->visitors.size(), Probes::maxAsked);
    m_target->visitors.front()->send("HTTP/1.1 200 OK\r\n\r\n");
    QCOMPARE(statusIn(probers.front()), "OK");
    probers.push_back(probe(m_target));
    QCOMPARE(m_target->visitors.size(), Probes::maxAsked + 1);
}

QTEST_GUILESS_MAIN(TestProbes)
#include "tst_probes.moc"
